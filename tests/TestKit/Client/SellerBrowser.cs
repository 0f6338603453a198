namespace Marketplace.TestKit.Client;

/// <summary>
/// A seller's browser without scripts: keeps cookies, posts forms, follows nothing by itself. What it says of where a form comes from
/// follows from the page that holds the form, as the Fetch standard and Fetch Metadata have it: see <see cref="BrowserRequests"/>.
/// </summary>
/// <param name="http">Follows no redirects and keeps no cookies; not disposed here.</param>
public sealed class SellerBrowser(HttpClient http)
{
    private CookieJar _cookies = new();

    /// <summary>What the browser is set to; null sends none.</summary>
    public string? AcceptLanguage { get; set; }

    private Uri Host => http.BaseAddress!;

    /// <summary>A browser with copies of this one's cookies, as a thief has them.</summary>
    public SellerBrowser Copy() => new(http) { _cookies = _cookies.Copy(), AcceptLanguage = AcceptLanguage };

    /// <summary>A person enters an address.</summary>
    public Task<BrowserAnswer> Get(string path) => Send(new HttpRequestMessage(HttpMethod.Get, new Uri(Host, path)), null, "");

    /// <summary>Posts a page's form with further fields.</summary>
    /// <param name="path">The form's target, without its query.</param>
    /// <param name="page">Holds the form.</param>
    /// <param name="fields">Added to those that the form has filled in.</param>
    public Task<BrowserAnswer> Submit(string path, BrowserAnswer page, params (string Name, string Value)[] fields) =>
        Submit(path, page, page.HiddenFields.Concat(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>Posts a page's form with other fields than its own.</summary>
    public Task<BrowserAnswer> Submit(string path, BrowserAnswer page, IEnumerable<KeyValuePair<string, string>> fields)
    {
        ArgumentNullException.ThrowIfNull(page);
        return Post(page.FormTarget(path), fields, page.Address, page.ReferrerPolicy);
    }

    /// <summary>A page of any site posts a form here.</summary>
    /// <param name="path">Path and query of this host.</param>
    /// <param name="fields">The form.</param>
    /// <param name="site">The page; of this host if null. Its referrer policy is the browsers' own.</param>
    public Task<BrowserAnswer> PostFrom(Uri? site, string path, IEnumerable<KeyValuePair<string, string>> fields) =>
        Post(new Uri(Host, path), fields, site ?? Host, "");

    /// <summary>Opens an authorization address; if it leads to the demo issuer, signs in there and comes back.</summary>
    public async Task<BrowserAnswer> Open(string path, string seller, string user = "li-lei", string role = "owner")
    {
        var answer = await Get(path);
        if (
            answer.Location is not { IsAbsoluteUri: false } signIn
            || !signIn.OriginalString.StartsWith("/demo/issuer/sign-in", StringComparison.Ordinal)
        )
        {
            return answer;
        }

        var page = await Get(signIn.OriginalString);
        var handOver = await Submit("/demo/issuer/sign-in", page, ("seller", seller), ("user", user), ("role", role));
        var signedIn = await Submit("/connect/sign-in", handOver);
        return signedIn.Location is { } back ? await Get(back.OriginalString) : signedIn;
    }

    private Task<BrowserAnswer> Post(Uri target, IEnumerable<KeyValuePair<string, string>> fields, Uri page, string policy) =>
        Send(new HttpRequestMessage(HttpMethod.Post, target) { Content = new FormUrlEncodedContent(fields) }, page, policy);

    private async Task<BrowserAnswer> Send(HttpRequestMessage request, Uri? page, string policy)
    {
        using var sent = request;
        BrowserRequests.Complete(request, page, policy);
        _cookies.AddTo(request, page);
        if (AcceptLanguage is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", AcceptLanguage);
        }

        using var response = await http.SendAsync(request);
        _cookies.StoreCookies(response, request.RequestUri!);
        return new BrowserAnswer(
            request.RequestUri!,
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Location,
            Header(response, "Content-Security-Policy"),
            Header(response, "Referrer-Policy")
        );
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
