using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Marketplace.Catalogue;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.Http.Problems;

/// <summary>
/// A problem document's texts in the reader's language: title, detail and fix, with local times. Codes, evidence, instants and other
/// machine-readable members stay unchanged.
/// </summary>
internal static partial class ProblemTexts
{
    // Only the Chinese sentences are composed here: an English refusal brings its own, with its figures.
    private static readonly LanguageTexts Texts = LanguageTexts.Load(typeof(ProblemTexts), LanguageTexts.Chinese);

    // Evidence that names the subject of a refusal.
    private static readonly string[] NamingFacts = ["member", "parameter", "attribute", "field", "fields", "operation"];

    /// <summary>Heading of the remedies, which only the Chinese page lists.</summary>
    public static string FixesHeading => Texts.Get("page.fixes");

    /// <summary>The problem's title.</summary>
    public static string Title(ProblemKind kind, ReaderLanguage language) =>
        language is ReaderLanguage.Chinese ? ProblemTitles.Of(kind.Code).Zh : kind.Title;

    /// <summary>The sentence with figures.</summary>
    public static string Detail(Refusal refusal, ProblemKind kind, ReaderLanguage language, DateTimeOffset now)
    {
        if (language is not ReaderLanguage.Chinese)
        {
            return LocalTimes.Replace(refusal.Reason, isChinese: false, now);
        }

        var title = Title(kind, language);
        var unended = title.TrimEnd('。');
        if (IsAboutForm(kind) && refusal.Reason != kind.Title)
        {
            // The invalid member and its expected form exist in English only; the title alone would hide them.
            return Texts.Format("detail.reason", ("title", unended), ("reason", LocalTimes.Replace(refusal.Reason, isChinese: false, now)));
        }

        var parts = new List<string>();
        if (refusal is { Counter: { } counter, Limit: { } limit })
        {
            var name = Texts.Find($"counter.{counter}") ?? counter;
            parts.Add(Texts.Format("fact.limit", ("counter", name), ("limit", limit), ("used", refusal.Used)));
        }

        if (refusal.ResetsAt is { } resets)
        {
            parts.Add(Texts.Format("fact.resets", ("time", LocalTimes.Text(resets, isChinese: true, now))));
        }

        if (Names(refusal) is { Length: > 0 } names)
        {
            parts.Add(Texts.Format("fact.subject", ("names", string.Join('、', names))));
        }

        return parts.Count == 0 ? title : Texts.Format("detail.facts", ("title", unended), ("facts", string.Join('，', parts)));
    }

    /// <summary>What the party that can lift the refusal must do.</summary>
    public static string Fix(Refusal refusal, ReaderLanguage language, DateTimeOffset now)
    {
        if (language is not ReaderLanguage.Chinese)
        {
            return LocalTimes.Replace(refusal.Fix, isChinese: false, now);
        }

        return Texts.Format(
            "fix",
            ("fix", ProblemFixes.Find(refusal.Code) ?? Texts.Get("fix.unknown")),
            ("call", Call().Match(refusal.Fix).Value),
            ("time", refusal.RetryAt is { } at ? LocalTimes.Text(at, isChinese: true, now) : null)
        );
    }

    private static bool IsAboutForm(ProblemKind kind) =>
        kind.Status is StatusCodes.Status400BadRequest or StatusCodes.Status422UnprocessableEntity;

    /// <summary>The subject of the refusal, in the request's own names.</summary>
    private static string[] Names(Refusal refusal)
    {
        var evidence = refusal.Evidence ?? FrozenDictionary<string, string>.Empty;
        var scopes = refusal.TryGet(RefusalFacts.Scope, out var need) ? Scopes(need) : null;
        var named = NamingFacts.Select(name => evidence.GetValueOrDefault(name)).Prepend(scopes).OfType<string>();
        return [.. named.Concat(Quoted().Matches(refusal.Reason).Select(match => match.Groups[1].Value)).Distinct(StringComparer.Ordinal)];
    }

    private static string Scopes(ScopeNeed need) => string.Join(Texts.Get("scope.or"), need.Scopes.Select(Scope));

    private static string Scope(string scope) =>
        ScopeCatalogue.Of(scope).Name.Zh is var name && name == scope ? scope : Texts.Format("scope", ("name", name), ("scope", scope));

    [GeneratedRegex("(GET|PUT|POST|DELETE) /[^\\s,;]*[^\\s,;.]", RegexOptions.CultureInvariant)]
    private static partial Regex Call();

    [GeneratedRegex("'([A-Za-z0-9_.:-]{1,64})'", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();
}
