using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Identity.Browser;

/// <summary>The supported languages.</summary>
public enum ReaderLanguage
{
    /// <summary>Simplified Chinese, <c>zh-CN</c>.</summary>
    Chinese,

    /// <summary>English, <c>en</c>.</summary>
    English,
}

/// <summary>
/// Chooses the language of an answer by the parameter <c>lang</c> (a link on the page), then <c>ui_locales</c> (OpenID Connect: tags in
/// order of preference), then <c>Accept-Language</c> with its weights (RFC 9110 §12.5.4).
/// </summary>
public static class ReaderLanguages
{
    /// <summary>The reader's explicit choice: <c>zh</c> or <c>en</c>, or a longer tag of either.</summary>
    public const string LanguageParameter = "lang";

    /// <summary>Tags in order of preference, separated by spaces.</summary>
    public const string LocalesParameter = "ui_locales";

    private static readonly ReaderLanguage[] All = [ReaderLanguage.Chinese, ReaderLanguage.English];

    /// <summary>The tag of RFC 5646.</summary>
    public static string Tag(this ReaderLanguage language) => language is ReaderLanguage.Chinese ? "zh-CN" : "en";

    /// <summary>The <see cref="LanguageParameter"/> value of the language.</summary>
    public static string Code(this ReaderLanguage language) => language is ReaderLanguage.Chinese ? "zh" : "en";

    /// <summary>The other language.</summary>
    public static ReaderLanguage Other(this ReaderLanguage language) =>
        language is ReaderLanguage.Chinese ? ReaderLanguage.English : ReaderLanguage.Chinese;

    /// <summary>The language's own name.</summary>
    public static string OwnName(this ReaderLanguage language) => language is ReaderLanguage.Chinese ? "中文" : "English";

    /// <summary>The address of a page in this language.</summary>
    /// <param name="language">The language.</param>
    /// <param name="path">Without a query.</param>
    public static string AddressOf(this ReaderLanguage language, string path) => $"{path}?{LanguageParameter}={language.Code()}";

    /// <summary>The text in this language.</summary>
    public static string Of(this ReaderLanguage language, BilingualText text) => language is ReaderLanguage.Chinese ? text.Zh : text.En;

    /// <summary>The language for a request, by its query and header.</summary>
    /// <param name="request">The request.</param>
    /// <param name="otherwise">The default without a supported preference.</param>
    public static ReaderLanguage Of(HttpRequest request, ReaderLanguage otherwise = ReaderLanguage.Chinese)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Choose(
            request.Query[LanguageParameter].ToString(),
            request.Query[LocalesParameter].ToString(),
            request.Headers.AcceptLanguage,
            otherwise
        );
    }

    /// <summary>Chooses the language of an answer.</summary>
    /// <param name="lang">The reader's explicit choice; null, empty or another language for none.</param>
    /// <param name="locales">Tags in order of preference; null or empty for none.</param>
    /// <param name="accepted">The header <c>Accept-Language</c>. Unreadable members are ignored.</param>
    /// <param name="otherwise">The default without a supported preference.</param>
    public static ReaderLanguage Choose(string? lang, string? locales, StringValues accepted, ReaderLanguage otherwise) =>
        Named(lang)
        ?? (locales ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Named).FirstOrDefault(named => named is not null)
        ?? Accepted(accepted, otherwise);

    /// <summary>The language of a tag, ignoring region and script; null for others. Mandarin and Cantonese map to Chinese.</summary>
    private static ReaderLanguage? Named(string? tag) =>
        Primary(tag ?? "").ToLowerInvariant() switch
        {
            "zh" or "cmn" or "yue" => ReaderLanguage.Chinese,
            "en" => ReaderLanguage.English,
            _ => null,
        };

    private static string Primary(string tag) => tag.Split(['-', '_'], 2)[0].Trim();

    private static ReaderLanguage Accepted(StringValues header, ReaderLanguage otherwise)
    {
        if (!StringWithQualityHeaderValue.TryParseList(header, out var ranges))
        {
            return otherwise;
        }

        // Ties go to a named language over one covered by "*" only, then to the one named first, then to the host's default.
        var wishes = All.Select(language => (Language: language, Wish: WishFor(language, ranges)))
            .OrderByDescending(pair => pair.Wish.Weight)
            .ThenBy(pair => pair.Wish.Place)
            .ThenByDescending(pair => pair.Language == otherwise)
            .ToArray();

        // A leftover language is better than an excluded one; if both are excluded, ignore the header.
        return wishes[0].Wish.Weight == wishes[^1].Wish.Weight && wishes[0].Wish.Weight <= 0 ? otherwise : wishes[0].Language;
    }

    /// <summary>
    /// The weight of a language: the greatest among the ranges matched by lookup (RFC 4647 §3.4: <c>en-GB</c> falls back to <c>en</c>),
    /// otherwise that of <c>*</c>; 0 without a match, and -1 if its closest range excludes it.
    /// </summary>
    private static (double Weight, int Place) WishFor(ReaderLanguage language, IList<StringWithQualityHeaderValue> ranges)
    {
        var own = ranges.Select((range, place) => (Tag: range.Value.ToString(), Weight: range.Quality ?? 1, Place: place)).ToArray();
        var named = own.Where(range => Named(range.Tag) == language).ToArray();
        if (named.Length == 0)
        {
            var any = own.Where(range => range.Tag == "*").Select(range => range.Weight).DefaultIfEmpty(double.NaN).Max();
            return (
                double.IsNaN(any) ? 0
                : any > 0 ? any
                : -1,
                int.MaxValue
            );
        }

        var closest = named.Where(range => Fits(range.Tag, language)).OrderByDescending(range => range.Tag.Length).FirstOrDefault();
        if (closest is { Tag: not null, Weight: <= 0 })
        {
            return (-1, closest.Place);
        }

        var best = named.MaxBy(range => range.Weight);
        return (best.Weight, best.Place);
    }

    /// <summary>True if the range equals the language's tag, a prefix of it, or another name for it.</summary>
    private static bool Fits(string range, ReaderLanguage language) =>
        Primary(range).Length == range.Length || string.Equals(range, language.Tag(), StringComparison.OrdinalIgnoreCase);
}
