using System.Collections.Immutable;

namespace Marketplace.Risk;

/// <summary>Matches the paths set by a write with those of a certified purpose (R70).</summary>
public static class PurposeFields
{
    /// <summary>Replaces a name that is undocumented or must not be recorded.</summary>
    public const string Unknown = "$unknown";

    /// <summary>Replaces those beyond the listed ones.</summary>
    public const string More = "$more";

    /// <summary>Maximum paths listed by a finding, including <see cref="More"/>: its facts are stored permanently.</summary>
    public const int MaxListed = 32;

    /// <summary>True if the purpose covers the path.</summary>
    /// <param name="purpose">
    /// A path (<c>title</c>) covers itself and everything below it (<c>title.zh</c>); with a trailing <c>*</c> (<c>attributes.title_*</c>)
    /// everything with that prefix.
    /// </param>
    /// <param name="path">Member names from the outside in, separated by dots; a query parameter starts with <c>?</c>.</param>
    public static bool Covers(ImmutableArray<string> purpose, string path) => purpose.Any(named => Covers(named, path));

    /// <summary>The paths not covered by the purpose, sorted, at most <see cref="MaxListed"/>.</summary>
    public static ImmutableArray<string> Outside(ImmutableArray<string> purpose, IEnumerable<string> paths)
    {
        ImmutableArray<string> outside = [.. paths.Where(path => !Covers(purpose, path)).Distinct().Order(StringComparer.Ordinal)];
        return outside.Length <= MaxListed
            ? outside
            : [.. outside.Where(path => path != More).Take(MaxListed - 1).Append(More).Order(StringComparer.Ordinal)];
    }

    private static bool Covers(string named, string path) =>
        named.EndsWith('*')
            ? path.AsSpan().StartsWith(named.AsSpan(0, named.Length - 1), StringComparison.Ordinal)
            : path.StartsWith(named, StringComparison.Ordinal) && (path.Length == named.Length || path[named.Length] == '.');
}
