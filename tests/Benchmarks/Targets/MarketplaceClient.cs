using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Benchmarks.Load;

namespace Marketplace.Benchmarks.Targets;

/// <summary>Speaks our HTTP contract (docs/api) for the benchmark: registers installations, sends orders, gets tokens.</summary>
internal sealed class MarketplaceClient(Uri address, string dataFolder, string plugin) : IDisposable
{
    private const int Parallel = 16;
    private const int EventsPerRequest = 500;
    private const string SellerCenter = "demo-seller-center";

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Parallel }) { BaseAddress = address };
    private readonly Dictionary<string, (string Token, long Until)> _tokens = [];
    private Dictionary<string, string> _secrets = [];

    /// <summary>Id of the order of the seller with this index.</summary>
    public static string Order(int index) => string.Create(CultureInfo.InvariantCulture, $"bench-order-{index:0000000}");

    public static string Seller(int index) => string.Create(CultureInfo.InvariantCulture, $"bench-seller-{index:0000000}");

    public async Task<bool> IsReady(CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync("/health/ready", cancellationToken);
        return answer.IsSuccessStatusCode && File.Exists(Path.Combine(dataFolder, "demo.json"));
    }

    /// <summary>Reads the clients that the demo marketplace made.</summary>
    public async Task SignIn(CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(dataFolder, "demo.json"));
        using var demo = await JsonDocument.ParseAsync(file, cancellationToken: cancellationToken);
        _secrets = demo
            .RootElement.GetProperty("clients")
            .EnumerateArray()
            .ToDictionary(client => client.GetProperty("id").GetString()!, client => client.GetProperty("secret").GetString()!);
        if (!_secrets.ContainsKey($"plugin-{plugin}"))
        {
            throw new InvalidOperationException($"The demo marketplace has no plugin {plugin}; name one with --plugin.");
        }
    }

    /// <summary>Makes <paramref name="count"/> installations, each of a seller of its own with one order.</summary>
    /// <returns>Installations a second of the second half: the first half warms the server up.</returns>
    public async Task<double> Register(int count, CancellationToken cancellationToken)
    {
        var half = count / 2;
        await ForEach(Enumerable.Range(0, half), Install, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        await ForEach(Enumerable.Range(half, count - half), Install, cancellationToken);
        var rate = (count - half) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await ForEach(Enumerable.Range(0, count).Chunk(EventsPerRequest), SendOrders, cancellationToken);
        return rate;
    }

    /// <summary>The measured call for <paramref name="called"/> installations spread evenly over <paramref name="registered"/>.</summary>
    public async Task<IReadOnlyList<Call>> CallsFor(int registered, int called, CancellationToken cancellationToken)
    {
        var calls = new ConcurrentBag<Call>();
        await ForEach(
            Enumerable.Range(0, called).Select(index => (int)((long)index * registered / called)),
            async (index, token) =>
                calls.Add(
                    new Call(
                        $"/open/v1/orders/{Order(index)}",
                        (await RequestToken($"plugin-{plugin}", $"{Seller(index)}/{plugin}", token)).Token
                    )
                ),
            cancellationToken
        );
        return [.. calls.OrderBy(call => call.Path, StringComparer.Ordinal)];
    }

    /// <summary>Sends each call once, several side by side; throws unless every answer is good.</summary>
    public Task CallOnce(IEnumerable<Call> calls, CancellationToken cancellationToken) =>
        ForEach(calls, async (call, token) => (await Send(call, token)).Dispose(), cancellationToken);

    /// <summary>Sends a call and reads its JSON; throws unless the answer is good.</summary>
    public async Task<JsonDocument> Send(Call call, CancellationToken cancellationToken)
    {
        using var request = Request(call);
        using var answer = await _http.SendAsync(request, cancellationToken);
        await Expect(answer, cancellationToken);
        return await JsonDocument.ParseAsync(
            await answer.Content.ReadAsStreamAsync(cancellationToken),
            cancellationToken: cancellationToken
        );
    }

    /// <summary>True when a call has a good answer.</summary>
    public async Task<bool> Answers(Call call, CancellationToken cancellationToken)
    {
        using var request = Request(call);
        using var answer = await _http.SendAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The token of Seller Center.</summary>
    public Task<string> SellerCenterToken(CancellationToken cancellationToken) => Token(SellerCenter, cancellationToken);

    /// <summary>A token with which Seller Center acts for the owner of a seller, who signed in at the demo's issuer.</summary>
    public async Task<string> OwnerToken(string seller, CancellationToken cancellationToken)
    {
        var user = new
        {
            seller,
            user = "li-lei",
            role = "owner",
        };
        var call = new Call("/demo/v1/subject-token", await SellerCenterToken(cancellationToken)) { Method = "POST" };
        using var issued = await Send(call with { Body = JsonSerializer.Serialize(user) }, cancellationToken);
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["subject_token"] = issued.RootElement.GetProperty("subject_token").GetString()!,
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
        };
        return (await AskForToken(SellerCenter, form, cancellationToken)).Token;
    }

    /// <summary>A token with which events are sent.</summary>
    public Task<string> PlatformToken(CancellationToken cancellationToken) => Token("demo-platform", cancellationToken);

    /// <summary>The token of the plugin for the seller with this index.</summary>
    public async Task<string> PluginToken(int index, CancellationToken cancellationToken) =>
        (await RequestToken($"plugin-{plugin}", $"{Seller(index)}/{plugin}", cancellationToken)).Token;

    /// <summary>Has the events of the sellers with these indexes pushed to an address, each alone.</summary>
    public Task Push(IEnumerable<int> indexes, Uri url, CancellationToken cancellationToken) =>
        ForEach(
            indexes,
            async (index, token) =>
            {
                using var request = Request(HttpMethod.Put, "/open/v1/webhook", await PluginToken(index, token));
                request.Headers.Add("Idempotency-Key", $"bench-push-{index}");
                request.Content = JsonContent.Create(
                    new
                    {
                        url,
                        ordering = "per-order",
                        batch_size = 1,
                        timeout_seconds = 10,
                    }
                );
                using var answer = await _http.SendAsync(request, token);
                await Expect(answer, token);
            },
            cancellationToken
        );

    /// <summary>The next events of a plugin, at most a thousand, and what confirms them.</summary>
    public async Task<(int Events, string Next)> Consume(string token, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, "/open/v1/events?limit=1000", token);
        using var answer = await _http.SendAsync(request, cancellationToken);
        await Expect(answer, cancellationToken);
        using var page = await JsonDocument.ParseAsync(
            await answer.Content.ReadAsStreamAsync(cancellationToken),
            cancellationToken: cancellationToken
        );
        return (page.RootElement.GetProperty("events").GetArrayLength(), page.RootElement.GetProperty("next_cursor").GetString()!);
    }

    public async Task Confirm(string token, string cursor, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, "/open/v1/events/confirm", token);
        request.Content = JsonContent.Create(new { cursor });
        using var answer = await _http.SendAsync(request, cancellationToken);
        await Expect(answer, cancellationToken);
    }

    /// <summary>The metrics page.</summary>
    public async Task<Metrics> ReadMetrics(CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, "/metrics", await Token("demo-operator", cancellationToken));
        using var answer = await _http.SendAsync(request, cancellationToken);
        await Expect(answer, cancellationToken);
        return Metrics.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    public void Dispose() => _http.Dispose();

    private static Task ForEach<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> body, CancellationToken cancellationToken) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (item, token) => await body(item, token)
        );

    private static async Task Expect(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri} answered {(int)answer.StatusCode}: {body}");
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string token) =>
        new(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    private static HttpRequestMessage Request(Call call)
    {
        var request = Request(HttpMethod.Parse(call.Method), call.Path, call.Token);
        if (call.Key is { } key)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        request.Content = call.Body is { } body ? new StringContent(body, Encoding.UTF8, "application/json") : null;
        return request;
    }

    private async Task Install(int index, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, "/demo/v1/installations", await SellerCenterToken(cancellationToken));
        request.Headers.Add("Idempotency-Key", $"bench-install-{index:0000000}");
        request.Content = JsonContent.Create(
            new
            {
                seller = Seller(index),
                plugin,
                scopes = (string[])["orders.read"],
            }
        );
        using var answer = await _http.SendAsync(request, cancellationToken);
        await Expect(answer, cancellationToken);
    }

    private async Task SendOrders(int[] indexes, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, "/platform/v1/events", await Token("demo-platform", cancellationToken));
        request.Content = new StringContent(
            JsonSerializer.Serialize(indexes.Select(OrderEvent)),
            Encoding.UTF8,
            "application/cloudevents-batch+json"
        );
        using var answer = await _http.SendAsync(request, cancellationToken);
        await Expect(answer, cancellationToken);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        if (body.RootElement.GetProperty("accepted").GetInt32() != indexes.Length)
        {
            throw new InvalidOperationException($"The platform's events were not all accepted: {body.RootElement}");
        }
    }

    private static object OrderEvent(int index) =>
        new
        {
            specversion = "1.0",
            id = $"bench-{index:0000000}",
            source = "/benchmark",
            type = "order.created",
            subject = Order(index),
            time = TimeProvider.System.GetUtcNow(),
            seller = Seller(index),
            data = new
            {
                currency = "CNY",
                items = (object[])
                    [
                        new
                        {
                            line = 1,
                            product_id = "bench-product",
                            quantity = 2,
                            unit_price = 12.5,
                            freight = 3.0,
                        },
                    ],
                buyer = new
                {
                    customer_id = $"customer-{index:0000000}",
                    name = "Made Up",
                    city = "Somewhere",
                    region = "ZJ",
                    country = "CN",
                    postcode = "310000",
                },
                payments = (object[])[new { type = "card", amount = 28.0 }],
            },
        };

    private async Task<string> Token(string client, CancellationToken cancellationToken)
    {
        lock (_tokens)
        {
            if (_tokens.TryGetValue(client, out var known) && known.Until > Environment.TickCount64)
            {
                return known.Token;
            }
        }

        var (token, seconds) = await RequestToken(client, null, cancellationToken);
        lock (_tokens)
        {
            _tokens[client] = (token, Environment.TickCount64 + (seconds * 500L));
        }

        return token;
    }

    private Task<(string Token, int Seconds)> RequestToken(string client, string? installation, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        if (installation is not null)
        {
            form["installation"] = installation;
        }

        return AskForToken(client, form, cancellationToken);
    }

    private async Task<(string Token, int Seconds)> AskForToken(
        string client,
        Dictionary<string, string> form,
        CancellationToken cancellationToken
    )
    {
        form["client_id"] = client;
        form["client_secret"] = _secrets[client];
        using var content = new FormUrlEncodedContent(form);
        using var answer = await _http.PostAsync("/connect/token", content, cancellationToken);
        await Expect(answer, cancellationToken);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        return (body.RootElement.GetProperty("access_token").GetString()!, body.RootElement.GetProperty("expires_in").GetInt32());
    }
}
