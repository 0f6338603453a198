using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Replay.Tests;

/// <summary>A stand-in for the server: enough of the HTTP contract, on a free port, with the meaning it has there.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Faults _faults;
    private readonly Lock _lock = new();
    private readonly Store _store = new();
    private readonly PluginDeliveries _deliveries;
    private readonly Meter _meter;
    private readonly HashSet<string> _tokens = [];
    private int _requests;
    private int _metered;

    private TestServer(WebApplication app, Faults faults)
    {
        (_app, _faults) = (app, faults);
        _meter = new Meter(faults);
        _deliveries = new PluginDeliveries(faults);
        _store.Appended = _deliveries.Append;
        app.Run(Answer);
    }

    public Uri Address { get; private set; } = null!;

    public Store Store => _store;

    public static async Task<TestServer> Start(Faults? faults = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new TestServer(builder.Build(), faults ?? new Faults());
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        server.Address = new Uri(server._app.Urls.First());
        return server;
    }

    /// <summary>The demo.json of this server, in a new file.</summary>
    public string DemoFile()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("replay-tests").FullName, "demo.json");
        object[] clients =
        [
            new
            {
                id = "demo-platform",
                secret = "s",
                role = "platform",
            },
            new
            {
                id = "demo-seller-center",
                secret = "s",
                role = "seller-center",
            },
            new
            {
                id = "plugin-erp",
                secret = "s",
                role = "plugin",
                plugin = "erp",
            },
        ];
        object[] plugins =
        [
            new
            {
                id = "reader",
                name = "Reader",
                category = "c",
                scopes = new[] { "orders.read" },
            },
            new
            {
                id = "erp",
                name = "ERP",
                category = "c",
                scopes = new[] { "orders.read", "orders.flag", "logistics.write", "logistics.read" },
            },
        ];
        var demo = new
        {
            base_address = Address.ToString().TrimEnd('/'),
            token_endpoint = new Uri(Address, "connect/token"),
            clients,
            plugins,
        };
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(demo));
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await _deliveries.DisposeAsync();
        await _app.DisposeAsync();
    }

    private async Task Answer(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        Reply reply;
        lock (_lock)
        {
            reply = Every(_faults.UnavailableEvery, ref _requests) ? Reply.Problem(503, "overloaded") : Route(http, body);
        }

        if (reply.Lost)
        {
            http.Abort();
            return;
        }

        foreach (var (name, value) in reply.Headers)
        {
            http.Response.Headers[name] = value;
        }

        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = reply.Status < 400 ? "application/json" : "application/problem+json";
        await http.Response.WriteAsync(reply.Body?.ToJsonString() ?? "", http.RequestAborted);
    }

    private Reply Route(HttpContext http, string body)
    {
        var path = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path is ["connect", "token"])
        {
            return Token(body);
        }

        var token = http.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        if (!_tokens.Contains(token))
        {
            return Reply.Problem(401, "illegal-access-token");
        }

        var who = token.Split('|');
        return (who[0], path) switch
        {
            ("demo-platform", ["platform", "v1", "events"]) => _store.Accept(JsonNode.Parse(body)!.AsArray(), _faults),
            ("demo-seller-center", ["demo", "v1", "installations"]) => Install(body),
            ("demo-seller-center", ["seller", "v1", "installations", var seller, var plugin]) => Installation(seller, plugin),
            ("demo-seller-center", ["seller", "v1", "bills", var month]) => Reply.Ok(_meter.Bill(month, http.Request.Query["seller"]!)),
            ("plugin-erp", ["open", "v1", "quota"]) => Reply.Ok(_meter.Quota(who[1])),
            ("plugin-erp", ["open", "v1", "webhook" or "events" or "replays", ..]) => _deliveries.Answer(
                who[1],
                http.Request,
                path[2..],
                body
            ),
            ("plugin-erp", ["open", "v1", .. var rest]) => Metered(http.Request, token, who[1], rest, body),
            _ => Reply.Problem(403, "illegal-access-token"),
        };
    }

    private Reply Token(string body)
    {
        var form = body.Split('&').Select(pair => pair.Split('=')).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]));
        var installation = form.GetValueOrDefault("installation", "");
        if (installation.Length > 0 && !_store.Installations.Contains(installation))
        {
            return Reply.Problem(400, "invalid_request");
        }

        var token = $"{form["client_id"]}|{installation}|{Guid.NewGuid()}";
        _tokens.Add(token);
        return Reply.Ok(
            new JsonObject
            {
                ["access_token"] = token,
                ["expires_in"] = 3600,
                ["token_type"] = "Bearer",
            }
        );
    }

    private Reply Install(string body)
    {
        var asked = JsonNode.Parse(body)!;
        var installation = $"{asked["seller"]}/{asked["plugin"]}";
        _store.Installations.Add(installation);
        _deliveries.Enable(installation);
        return Reply.Ok(new JsonObject { ["state"] = "running" });
    }

    private Reply Installation(string seller, string plugin) =>
        _store.Installations.Contains($"{seller}/{plugin}")
            ? Reply.Ok(
                new JsonObject
                {
                    ["installation"] = $"{seller}/{plugin}",
                    ["state"] = "running",
                    ["grants"] = new JsonArray("orders.read", "orders.flag", "logistics.write", "logistics.read"),
                }
            )
            : Reply.Problem(404, "installation-not-found");

    private Reply Metered(HttpRequest request, string token, string installation, string[] route, string body)
    {
        _metered++;
        if (_faults.RevokesTokenEvery > 0 && _metered % _faults.RevokesTokenEvery == 0)
        {
            _tokens.Remove(token);
            return Reply.Problem(401, "token-expired");
        }

        if (_faults.BurstEvery > 0 && _metered % _faults.BurstEvery == 0)
        {
            return Reply.Problem(429, "burst-exceeded").With("Retry-After", "0");
        }

        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 0 && _store.Replays.TryGetValue($"{installation} {key}", out var first))
        {
            return first.With("Idempotent-Replayed", "true");
        }

        if (_meter.Used(installation) >= _faults.DailyLimit)
        {
            return Reply.Problem(429, "quota-exceeded").With("Retry-After", "40000");
        }

        var (operation, answer) = _store.Open(installation.Split('/')[0], request, route, body, _faults);
        answer = answer.With("Marketplace-Receipt", _meter.Count(installation, operation));
        if (key.Length > 0)
        {
            _store.Replays[$"{installation} {key}"] = answer;
        }

        return _faults.LosesReplyEvery > 0 && _metered % _faults.LosesReplyEvery == 0 ? answer with { Lost = true } : answer;
    }

    private static bool Every(int count, ref int so) => count > 0 && ++so % count == 0;
}
