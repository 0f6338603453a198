using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Api.Tests.Hosting;

/// <summary>A service behind the call path; the path's last part says how it answers.</summary>
public sealed class UpstreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UpstreamServer(WebApplication app)
    {
        _app = app;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    public string Address { get; }

    /// <summary>What the answer of the path <c>forge</c> has in <see cref="Forged"/>.</summary>
    public const string Forgery = "forged";

    /// <summary>Fields by which only the marketplace, or the host that a client talks to, may speak.</summary>
    public static IReadOnlyList<string> Forged { get; } =
    [
        "RateLimit",
        "RateLimit-Policy",
        "Marketplace-Receipt",
        "Marketplace-Version",
        "Marketplace-Anything",
        "Idempotent-Replayed",
        "X-Request-Id",
        "Retry-After",
        "Deprecation",
        "Sunset",
        "Set-Cookie",
        "Server",
        "WWW-Authenticate",
        "Strict-Transport-Security",
        "Content-Security-Policy",
        "X-Frame-Options",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Access-Control-Allow-Origin",
        "Cross-Origin-Resource-Policy",
        "Location",
        "Refresh",
        "Link",
        "Alt-Svc",
        "Clear-Site-Data",
        "NEL",
        "Report-To",
        "Cache-Control",
        "Expires",
        "Age",
        "Via",
        "X-RateLimit-Remaining",
        "X-Accel-Redirect",
        "X-Sendfile",
        "X-Powered-By",
        "x_request_id",
        "ratelimit_policy",
        "A-Field-Of-Tomorrow",
    ];

    /// <summary>What came in.</summary>
    public ConcurrentQueue<UpstreamRequest> Requests { get; } = new();

    public static async Task<UpstreamServer> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        UpstreamServer? server = null;
        app.Run(context => server!.Answer(context));
        await app.StartAsync();
        return server = new UpstreamServer(app);
    }

    /// <summary>
    /// Released when the long answer may break off: an abort takes with it what the reader has not read yet, however much was sent.
    /// </summary>
    public SemaphoreSlim LongAnswer { get; } = new(0);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        LongAnswer.Dispose();
    }

    /// <summary>Sends less than it said, and goes.</summary>
    private static async Task BreakOff(HttpContext context, long? announced, int sent, Task? when = null)
    {
        context.Response.ContentLength = announced;
        await context.Response.Body.WriteAsync(new byte[sent], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await (when ?? Task.CompletedTask);
        context.Abort();
    }

    private async Task Answer(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key,
            header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Requests.Enqueue(new UpstreamRequest(context.Request.Method, context.Request.Path, headers, body, target));
        context.Response.Headers["X-Upstream"] = "yes";
        context.Response.Headers.SetCookie = "marketplace-operator=forged";
        switch (context.Request.Path.Value!.Split('/')[^1])
        {
            case "fail":
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                await context.Response.WriteAsync("stack trace of the upstream", context.RequestAborted);
                break;
            case "missing":
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                await context.Response.WriteAsync("no such thing", context.RequestAborted);
                break;
            case { Length: 3 } status when int.TryParse(status, out var code):
                // A redirect leads to where a token must not go, and the waiting time is the upstream's own.
                context.Response.StatusCode = code;
                (context.Response.Headers.Location, context.Response.Headers.RetryAfter) = ("http://127.0.0.1:1/inside", "7");
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"inside\"";
                break;
            case "forge":
                foreach (var name in Forged)
                {
                    context.Response.Headers[name] = Forgery;
                }

                (context.Response.Headers.ETag, context.Response.Headers.ContentLanguage) = ("\"1\"", "de");
                await context.Response.WriteAsync("forged", context.RequestAborted);
                break;
            case "short":
                await BreakOff(context, announced: 100, sent: 10);
                break;
            case "chunks":
                await BreakOff(context, announced: null, sent: 10);
                break;
            case "long":
                await BreakOff(context, announced: 1_000_000, sent: 500_000, LongAnswer.WaitAsync(context.RequestAborted));
                break;
            case "break":
                context.Abort();
                break;
            case "sleep":
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                break;
            default:
                context.Response.ContentType = "text/plain";
                await context.Response.WriteAsync($"{context.Request.Method} {body} #{Requests.Count}", context.RequestAborted);
                break;
        }
    }
}

public sealed record UpstreamRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body, string Target);
