using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Identity.Tests;

/// <summary>An issuer's key set on a loopback port.</summary>
internal sealed class PublishedKeys : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _reads;

    private PublishedKeys(WebApplication app) => _app = app;

    public string Jwks { get; set; } = "{}";

    public bool IsAway { get; set; }

    public int Reads => Volatile.Read(ref _reads);

    public string Address => $"{_app.Urls.First()}/jwks";

    public static async Task<PublishedKeys> Start()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var published = new PublishedKeys(app);
        app.MapGet("/jwks", () =>
        {
            Interlocked.Increment(ref published._reads);
            return published.IsAway ? Results.StatusCode(503) : Results.Text(published.Jwks, "application/json");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return published;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
