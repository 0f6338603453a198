using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Marketplace.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NSec.Cryptography;

namespace Marketplace.Api.Tests.Hosting;

/// <summary>A plugin's endpoint; takes everything unless it is told otherwise, and keeps what came.</summary>
public sealed class PluginReceiver : IAsyncDisposable
{
    // Its own: a port that another test has left is soon somebody else's, and that test's events are still on their way to it.
    private readonly string _path = $"/hook/{Guid.NewGuid():N}";
    private readonly WebApplication _app;

    private PluginReceiver(WebApplication app)
    {
        _app = app;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + _path;
    }

    public string Address { get; }

    /// <summary>What came in, in this order.</summary>
    public ConcurrentQueue<ReceivedWebhook> Received { get; } = new();

    /// <summary>The status of the next answers.</summary>
    public int Status { get; set; } = StatusCodes.Status204NoContent;

    /// <summary>
    /// Says the status of each answer in place of <see cref="Status"/>, when it likes; null while it is the same for all.
    /// </summary>
    public Func<ReceivedWebhook, Task<int>>? Answer { get; set; }

    public static async Task<PluginReceiver> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        PluginReceiver? receiver = null;
        app.Run(context => receiver!.Receive(context));
        await app.StartAsync();
        return receiver = new PluginReceiver(app);
    }

    /// <summary>Waits for the first message that fits.</summary>
    public Task<ReceivedWebhook> Find(Func<ReceivedWebhook, bool> fits, string what) =>
        Eventually.Get(() => Task.FromResult(Received.FirstOrDefault(fits)!), message => message is not null, what);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Receive(HttpContext context)
    {
        if (context.Request.Path != _path)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key,
            header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        var message = new ReceivedWebhook(headers, body.ToArray());
        Received.Enqueue(message);
        context.Response.StatusCode = Answer is { } answer ? await answer(message) : Status;
    }
}

/// <summary>A message as its receiver sees it.</summary>
public sealed record ReceivedWebhook(IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Id => Headers["webhook-id"];

    public string Body => Encoding.UTF8.GetString(Bytes);

    /// <summary>True if one of the signatures is the secret's, by the specification's own words.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        return Signatures.Contains("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Content)));
    }

    /// <summary>
    /// True if one of the signatures is of the key that <c>/.well-known/marketplace-keys</c> publishes under the message's key id.
    /// </summary>
    public bool IsSignedByOneOf(System.Text.Json.JsonElement keys)
    {
        var named = keys.GetProperty("keys")
            .EnumerateArray()
            .Single(key => key.GetProperty("id").GetString() == Headers["marketplace-key"]);
        var key = PublicKey.Import(
            SignatureAlgorithm.Ed25519,
            Convert.FromBase64String(named.GetProperty("public_key").GetString()!),
            KeyBlobFormat.RawPublicKey
        );
        return Signatures
            .Where(text => text.StartsWith("v1a,", StringComparison.Ordinal))
            .Any(text => SignatureAlgorithm.Ed25519.Verify(key, Content, Convert.FromBase64String(text["v1a,".Length..])));
    }

    private string[] Signatures => Headers["webhook-signature"].Split(' ');

    private byte[] Content => [.. Encoding.UTF8.GetBytes($"{Id}.{Headers["webhook-timestamp"]}."), .. Bytes];
}
