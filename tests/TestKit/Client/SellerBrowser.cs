using System.Net;
using System.Text.RegularExpressions;

namespace Marketplace.TestKit.Client;

/// <summary>What a seller's browser got: a page, or where it is sent to.</summary>
/// <param name="Status">The status.</param>
/// <param name="Text">The page.</param>
/// <param name="Location">Where it is sent to; null for a page.</param>
/// <param name="Policy">The content security policy.</param>
public sealed partial record BrowserAnswer(HttpStatusCode Status, string Text, Uri? Location, string Policy)
{
    /// <summary>The fields that the page's form has filled in already, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> HiddenFields =>
    [
        .. HiddenField().Matches(Text).Select(match =>
            KeyValuePair.Create(WebUtility.HtmlDecode(match.Groups[1].Value), WebUtility.HtmlDecode(match.Groups[2].Value))),
    ];

    /// <summary>A parameter of the address it is sent to; null if there is none.</summary>
    public string? Parameter(string name) => Location is { IsAbsoluteUri: true, Query: { Length: > 1 } query }
        ? query[1..].Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair[0] == name).Select(pair => Uri.UnescapeDataString(pair[1])).FirstOrDefault()
        : null;

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">")]
    private static partial Regex HiddenField();
}

/// <summary>A seller's browser without scripts: keeps cookies, posts forms, follows nothing by itself.</summary>
/// <param name="http">Follows no redirects and keeps no cookies; not disposed here.</param>
public sealed class SellerBrowser(HttpClient http)
{
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    /// <summary>Sent with every form; null for none, as of a program.</summary>
    public string? Origin { get; set; } = http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    public Task<BrowserAnswer> Get(string path) => Send(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<BrowserAnswer> Post(string path, IEnumerable<KeyValuePair<string, string>> fields) =>
        Send(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) });

    /// <summary>Posts a page's form with further fields.</summary>
    public Task<BrowserAnswer> Submit(string path, BrowserAnswer page, params (string Name, string Value)[] fields) =>
        Post(path, page.HiddenFields.Concat(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>Opens an authorization address; if it leads to the demo issuer, signs in there and comes back.</summary>
    public async Task<BrowserAnswer> Open(string path, string seller, string user = "li-lei", string role = "owner")
    {
        var answer = await Get(path);
        if (answer.Location is not { IsAbsoluteUri: false } signIn || !signIn.OriginalString.StartsWith("/demo/issuer/sign-in", StringComparison.Ordinal))
        {
            return answer;
        }

        var page = await Get(signIn.OriginalString);
        var handOver = await Submit("/demo/issuer/sign-in", page, ("seller", seller), ("user", user), ("role", role));
        var signedIn = await Submit("/connect/sign-in", handOver);
        return signedIn.Location is { } back ? await Get(back.OriginalString) : signedIn;
    }

    private async Task<BrowserAnswer> Send(HttpRequestMessage request)
    {
        using var sent = request;
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        if (request.Method == HttpMethod.Post && Origin is not null)
        {
            request.Headers.Add("Origin", Origin);
        }

        using var response = await http.SendAsync(request);
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
        {
            foreach (var pair in cookies.Select(cookie => cookie.Split(';')[0].Split('=', 2)))
            {
                _cookies[pair[0]] = pair[1];
            }
        }

        return new BrowserAnswer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Location,
            response.Headers.TryGetValues("Content-Security-Policy", out var policy) ? string.Join(", ", policy) : "");
    }
}
