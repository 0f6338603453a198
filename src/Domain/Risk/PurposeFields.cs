using System.Collections.Immutable;

namespace Marketplace.Risk;

/// <summary>Matches the paths that a write sets with those that a certified purpose names (R70).</summary>
public static class PurposeFields
{
    /// <summary>Stands for a name that is not documented or not fit to be written down.</summary>
    public const string Unknown = "$unknown";

    /// <summary>Stands for those beyond the ones that are listed.</summary>
    public const string More = "$more";

    /// <summary>Paths that a finding lists, <see cref="More"/> among them: its facts are kept for good.</summary>
    public const int MaxListed = 32;

    /// <summary>True if the purpose names the path.</summary>
    /// <param name="purpose">
    /// A path (<c>title</c>) names itself and all below it (<c>title.zh</c>); with a <c>*</c> at its end (<c>attributes.title_*</c>)
    /// whatever begins so.
    /// </param>
    /// <param name="path">Members from the outside in, with points between; a key of the query begins with <c>?</c>.</param>
    public static bool Covers(ImmutableArray<string> purpose, string path) => purpose.Any(named => Covers(named, path));

    /// <summary>The paths that the purpose does not name, sorted, <see cref="MaxListed"/> at most.</summary>
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
