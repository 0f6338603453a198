using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
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

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Requests.Enqueue(new UpstreamRequest(context.Request.Method, context.Request.Path, headers, body));
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

public sealed record UpstreamRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
