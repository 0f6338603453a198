using System.Net;
using System.Text.RegularExpressions;

namespace Marketplace.TestKit.Client;

/// <summary>What a seller's browser got: a page, or where it is sent to.</summary>
/// <param name="Address">Whose answer it is.</param>
/// <param name="Status">The status.</param>
/// <param name="Text">The page.</param>
/// <param name="Location">Where it is sent to; null for a page.</param>
/// <param name="Policy">The content security policy.</param>
/// <param name="ReferrerPolicy">The referrer policy; empty for a browser's own.</param>
public sealed partial record BrowserAnswer(
    Uri Address,
    HttpStatusCode Status,
    string Text,
    Uri? Location,
    string Policy,
    string ReferrerPolicy
)
{
    /// <summary>The fields that the page's form has filled in already, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> HiddenFields =>
        [
            .. HiddenField()
                .Matches(Text)
                .Select(match =>
                    KeyValuePair.Create(WebUtility.HtmlDecode(match.Groups[1].Value), WebUtility.HtmlDecode(match.Groups[2].Value))
                ),
        ];

    /// <summary>The language that the page says it is in.</summary>
    public string Language => LanguageOfPage().Match(Text).Groups[1].Value;

    /// <summary>A parameter of the address it is sent to; null if there is none.</summary>
    public string? Parameter(string name) =>
        Location is { IsAbsoluteUri: true, Query: { Length: > 1 } query }
            ? query[1..]
                .Split('&')
                .Select(pair => pair.Split('=', 2))
                .Where(pair => pair[0] == name)
                .Select(pair => Uri.UnescapeDataString(pair[1]))
                .FirstOrDefault()
            : null;

    /// <summary>Where the page's form of a path leads, its query included; the page's policy must allow it.</summary>
    /// <exception cref="InvalidOperationException">The page has no such form, or a browser would not send it.</exception>
    public Uri FormTarget(string path)
    {
        var target = FormAction()
            .Matches(Text)
            .Select(match => new Uri(Address, WebUtility.HtmlDecode(match.Groups[1].Value)))
            .FirstOrDefault(address => address.AbsolutePath == path)
            ?? throw new InvalidOperationException($"{Address.AbsolutePath} ({Status}) has no form for {path}.");
        var allowed = Policy
            .Split(';', StringSplitOptions.TrimEntries)
            .FirstOrDefault(directive => directive.StartsWith("form-action", StringComparison.Ordinal));
        var isAllowed =
            allowed is null
            || allowed
                .Split(' ')[1..]
                .Any(source => source == target.GetLeftPart(UriPartial.Authority) || (source == "'self'" && IsSameOrigin(Address, target)));
        return isAllowed
            ? target
            : throw new InvalidOperationException($"The page's policy does not let a form go to {target}: {allowed}.");
    }

    internal static bool IsSameOrigin(Uri one, Uri other) =>
        one.GetLeftPart(UriPartial.Authority) == other.GetLeftPart(UriPartial.Authority);

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\" ?/?>")]
    private static partial Regex HiddenField();

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]*)\">")]
    private static partial Regex FormAction();

    [GeneratedRegex("<html lang=\"([^\"]*)\">")]
    private static partial Regex LanguageOfPage();
}
