using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Marketplace.TestKit.Client;

/// <summary>A thin client of the HTTP contract (docs/api) in all the roles of the demo marketplace. Thread-safe.</summary>
/// <param name="http">Its base address is the server's; not disposed here.</param>
/// <param name="demo">Clients and secrets.</param>
public sealed class MarketplaceClient(HttpClient http, DemoFile demo)
{
    private const string PlatformClient = "demo-platform";
    private const string SellerCenterClient = "demo-seller-center";
    private const string OperatorClient = "demo-operator";
    private readonly ConcurrentDictionary<(string Client, string? Installation), string> _tokens = new();

    public DemoFile Demo => demo;

    /// <summary>An access token, from the second time on from memory.</summary>
    /// <param name="client">One of the demo file's.</param>
    /// <param name="installation"><c>seller/plugin</c> for a plugin's client; otherwise null.</param>
    public async Task<string> Token(DemoClient client, string? installation = null)
    {
        if (_tokens.TryGetValue((client.Id, installation), out var token))
        {
            return token;
        }

        var answer = (await RequestToken(client.Id, client.Secret, installation)).OrThrow();
        return _tokens[(client.Id, installation)] = answer.Json.GetProperty("access_token").GetString()!;
    }

    /// <summary>Asks for a token; any answer is returned as it is.</summary>
    public async Task<Answer> RequestToken(string id, string secret, string? installation = null)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = id,
            ["client_secret"] = secret,
        };
        if (installation is not null)
        {
            form["installation"] = installation;
        }

        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(new Uri("/connect/token", UriKind.Relative), content);
        return await Answer.Read(response);
    }

    public Task<string> PlatformToken() => Token(demo.Client(PlatformClient));

    public Task<string> SellerCenterToken() => Token(demo.Client(SellerCenterClient));

    public Task<string> OperatorToken() => Token(demo.Client(OperatorClient));

    /// <summary>The first value of a metric of the server.</summary>
    /// <param name="name">What its name begins with at <c>/metrics</c>.</param>
    public async Task<double> ReadMetric(string name)
    {
        var page = (await Send(HttpMethod.Get, "/metrics", await OperatorToken())).OrThrow().Text;
        var line = page.Split('\n').First(line => line.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    public Task<string> EntityReviewerToken() => Token(demo.Client("demo-entity-reviewer"));

    /// <summary>
    /// The token with which Seller Center acts for a user whom the demo issuer signed in; from the second time on from memory.
    /// </summary>
    /// <param name="seller">The user's only seller.</param>
    /// <param name="user">Any name.</param>
    /// <param name="role"><c>owner</c>, <c>staff</c> or <c>finance</c>.</param>
    public async Task<string> UserToken(string seller, string user = "li-lei", string role = "owner")
    {
        var key = ($"{user}:{role}", seller);
        if (_tokens.TryGetValue(key, out var token))
        {
            return token;
        }

        var answer = (await Exchange(await SubjectToken(seller, user, role))).OrThrow();
        return _tokens[key] = answer.Json.GetProperty("access_token").GetString()!;
    }

    /// <summary>A subject token of the demo issuer.</summary>
    public async Task<string> SubjectToken(string seller, string user = "li-lei", string role = "owner") => (
            await Send(
                HttpMethod.Post,
                "/demo/v1/subject-token",
                await SellerCenterToken(),
                new
                {
                    seller,
                    user,
                    role,
                }
            )
        ).OrThrow().Json.GetProperty("subject_token").GetString()!;

    /// <summary>A fresh token with which Seller Center acts for a person of a developer.</summary>
    public Task<string> DeveloperToken(string developer, string user = "wang-wei", string role = "owner") =>
        PersonToken(
            new
            {
                developer,
                user,
                role,
            }
        );

    /// <summary>A fresh token with which Seller Center acts for a person of the marketplace's staff.</summary>
    public Task<string> StaffToken(string role, string user = "zhao-min") => PersonToken(new { user, role });

    private async Task<string> PersonToken(object person)
    {
        var issued = (await Send(HttpMethod.Post, "/demo/v1/subject-token", await SellerCenterToken(), person)).OrThrow();
        var exchanged = (await Exchange(issued.Json.GetProperty("subject_token").GetString()!)).OrThrow();
        return exchanged.Json.GetProperty("access_token").GetString()!;
    }

    /// <summary>Exchanges a subject token as Seller Center; any answer is returned as it is.</summary>
    public async Task<Answer> Exchange(string subjectToken)
    {
        var client = demo.Client(SellerCenterClient);
        using var content = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
                ["client_id"] = client.Id,
                ["client_secret"] = client.Secret,
                ["subject_token"] = subjectToken,
                ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
            }
        );
        using var response = await http.PostAsync(new Uri("/connect/token", UriKind.Relative), content);
        return await Answer.Read(response);
    }

    /// <summary>The token of the installation's plugin.</summary>
    /// <param name="installation"><c>seller/plugin</c>.</param>
    public Task<string> PluginToken(string installation) => Token(demo.ClientOf(PluginOf(installation)), installation);

    /// <summary>The next call of the installation's plugin is made with a new token.</summary>
    public void Forget(string installation) => _tokens.TryRemove((demo.ClientOf(PluginOf(installation)).Id, installation), out _);

    /// <summary>As <see cref="Send"/>, in the name of a person (<c>X-Actor</c>).</summary>
    public async Task<Answer> SendAs(string actor, HttpMethod method, string path, string? token, object? body = null, string? key = null)
    {
        using var request = Request(method, path, token, body, key);
        request.Headers.Add("X-Actor", actor);
        using var response = await http.SendAsync(request);
        return await Answer.Read(response);
    }

    /// <summary>As <see cref="Send"/>, with any bytes as the body.</summary>
    public async Task<Answer> SendBytes(HttpMethod method, string path, string? token, byte[] body, string type, string? key = null)
    {
        using var request = Request(method, path, token, null, key);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await http.SendAsync(request);
        return await Answer.Read(response);
    }

    /// <summary>Any request, any answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="token">Bearer token; null for none.</param>
    /// <param name="body">Sent as JSON; null for none.</param>
    /// <param name="key"><c>Idempotency-Key</c>; null for none.</param>
    public async Task<Answer> Send(HttpMethod method, string path, string? token, object? body = null, string? key = null)
    {
        using var request = Request(method, path, token, body, key);
        using var response = await http.SendAsync(request);
        return await Answer.Read(response);
    }

    /// <summary>A plugin's call of an open endpoint, any answer.</summary>
    /// <param name="installation">In whose name: <c>seller/plugin</c>.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">Below <c>/open/v1/</c>, for example <c>orders?limit=10</c>.</param>
    /// <param name="body">Sent as JSON; null for none.</param>
    /// <param name="key"><c>Idempotency-Key</c>; null for none.</param>
    public async Task<Answer> Call(string installation, HttpMethod method, string path, object? body = null, string? key = null) =>
        await Send(method, $"/open/v1/{path}", await PluginToken(installation), body, key);

    public Task<Answer> Get(string installation, string path) => Call(installation, HttpMethod.Get, path);

    public async Task<Answer> Quota(string installation) => (await Get(installation, "quota")).OrThrow();

    /// <summary>Sends events as one batch.</summary>
    /// <param name="events">Made by <see cref="CloudEvents"/>, or anything else.</param>
    public async Task<Answer> SendEvents(IReadOnlyList<object> events) =>
        await Send(HttpMethod.Post, "/platform/v1/events", await PlatformToken(), events);

    /// <summary>Makes a running installation the demo's short way; it is no error if it is there.</summary>
    public async Task<Answer> Install(string seller, string plugin, params string[] scopes) =>
        (
            await Send(
                HttpMethod.Post,
                "/demo/v1/installations",
                await SellerCenterToken(),
                new
                {
                    seller,
                    plugin,
                    scopes,
                },
                NewKey()
            )
        ).OrThrow();

    /// <summary>What the seller is asked to consent to.</summary>
    public async Task<Answer> ConsentDocument(string installation) =>
        (await Send(HttpMethod.Get, $"/seller/v1/installations/{installation}/consent", await UserToken(SellerOf(installation)))).OrThrow();

    /// <summary>Consents to the required scopes and these, confirming what goes beyond.</summary>
    public async Task<Answer> Consent(string installation, params string[] more)
    {
        var document = (await ConsentDocument(installation)).Json;
        var required = document.GetProperty("required").EnumerateArray().Select(scope => scope.GetProperty("scope").GetString()!);
        var agreement = new
        {
            version = document.GetProperty("agreement").GetProperty("version").GetString(),
            hash = document.GetProperty("agreement").GetProperty("hash").GetString(),
        };
        var scopes = required.Union(more).ToArray();
        return (
            await Confirmed(confirmation =>
                SellerCommand(
                    HttpMethod.Post,
                    installation,
                    "consent",
                    new
                    {
                        agreement,
                        scopes,
                        confirmation,
                    }
                )
            )
        ).OrThrow();
    }

    /// <summary>Sets exactly these scopes, also where that closes one in use; what goes beyond the required ones is confirmed.</summary>
    public async Task<Answer> SetGrants(string installation, params string[] grants) =>
        (
            await Confirmed(confirmation =>
                SellerCommand(
                    HttpMethod.Put,
                    installation,
                    "grants",
                    new
                    {
                        grants,
                        confirmation,
                        close_used = true,
                    }
                )
            )
        ).OrThrow();

    public async Task<Answer> Pause(string installation, string? reason = null) =>
        (await SellerCommand(HttpMethod.Post, installation, "pause", new { reason })).OrThrow();

    public async Task<Answer> Resume(string installation, string? reason = null) =>
        (await SellerCommand(HttpMethod.Post, installation, "resume", new { reason })).OrThrow();

    /// <summary>Any command of the seller's owner on one installation, any answer.</summary>
    public async Task<Answer> SellerCommand(HttpMethod method, string installation, string command, object? body, string? key = null) =>
        await Send(
            method,
            $"/seller/v1/installations/{installation}/{command}",
            await UserToken(SellerOf(installation)),
            body,
            key ?? NewKey()
        );

    public async Task<Answer> Installation(string installation) =>
        (await Send(HttpMethod.Get, $"/seller/v1/installations/{installation}", await SellerCenterToken())).OrThrow();

    /// <summary>A seller's bill.</summary>
    /// <param name="seller">The seller.</param>
    /// <param name="month">Any day of the month.</param>
    public async Task<Answer> Bill(string seller, DateOnly month) =>
        (
            await Send(
                HttpMethod.Get,
                FormattableString.Invariant($"/seller/v1/bills/{month:yyyy-MM}?seller={seller}"),
                await SellerCenterToken()
            )
        ).OrThrow();

    /// <summary>The lines of a log's export.</summary>
    /// <param name="log"><c>ledger</c>, <c>feed</c> or <c>journal</c>.</param>
    public async IAsyncEnumerable<JsonElement> Export(string log)
    {
        using var request = Request(HttpMethod.Get, $"/platform/v1/export/{log}", await OperatorToken(), body: null, key: null);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length > 0)
            {
                yield return JsonElement.Parse(line);
            }
        }
    }

    /// <summary>A fresh idempotency key, of letters only: in a text it is never taken for a telephone or identity number.</summary>
    public static string NewKey() =>
        string.Concat(Guid.NewGuid().ToByteArray().SelectMany<byte, char>(b => [(char)('a' + (b >> 4)), (char)('a' + (b & 15))]));

    private static string SellerOf(string installation) => installation[..installation.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>Sends a request, and once more with the confirmation if it is refused for one.</summary>
    private static async Task<Answer> Confirmed(Func<string?, Task<Answer>> send)
    {
        var answer = await send(null);
        return answer.ProblemCode == "broader-grant"
            ? await send(answer.Json.GetProperty("evidence").GetProperty("confirmation").GetString())
            : answer;
    }

    private static string PluginOf(string installation) => installation[(installation.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static HttpRequestMessage Request(HttpMethod method, string path, string? token, object? body, string? key)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (body is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body, TestJson.Options), Encoding.UTF8, "application/json");
        }

        return request;
    }
}
