using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Api.Tests.Developers;

/// <summary>A plugin that answers events, and flags the order of each tenth created one by the real call path.</summary>
internal sealed class SandboxPlugin
{
    private readonly SandboxMarketplace _marketplace;
    private readonly ConcurrentBag<Task<Answer>> _calls = [];
    private int _created;

    private SandboxPlugin(SandboxMarketplace marketplace) => _marketplace = marketplace;

    /// <summary>The path of its endpoint.</summary>
    public string Path { get; } = $"/hook/{Guid.NewGuid():N}";

    public string ClientId { get; } = $"client-{Guid.NewGuid():N}";

    /// <summary>Null until its client is made: then it calls nothing.</summary>
    public string? Secret { get; set; }

    public TimeSpan Delay { get; init; }

    public int Status { get; init; } = StatusCodes.Status204NoContent;

    /// <summary>The body of its answers; null for none.</summary>
    public string? Body { get; set; }

    /// <summary>The note of its flags.</summary>
    public string Note { get; set; } = "looks odd";

    /// <summary>The installation of the last event.</summary>
    public string? Installation { get; private set; }

    public ConcurrentQueue<ReceivedWebhook> Received { get; } = new();

    public static SandboxPlugin At(SandboxMarketplace marketplace, TimeSpan delay = default, int status = StatusCodes.Status204NoContent)
    {
        var plugin = new SandboxPlugin(marketplace) { Delay = delay, Status = status };
        marketplace.Plugins.Behaviours[plugin.Path] = plugin.Answer;
        return plugin;
    }

    /// <summary>Makes its client as an operator does.</summary>
    public async Task MakeClient(string id)
    {
        var client = _marketplace.Client;
        var made = await client.Send(
            HttpMethod.Post,
            "/platform/v1/clients",
            await client.OperatorToken(),
            new
            {
                id = ClientId,
                role = "plugin",
                plugin = id,
                redirect_uris = new[] { "https://tag-bee.example/callback" },
            },
            MarketplaceClient.NewKey()
        );
        Secret = made.OrThrow().Json.GetProperty("client_secret").GetString();
    }

    /// <summary>What its calls were answered.</summary>
    public Task<Answer[]> Calls() => Task.WhenAll(_calls);

    public Task<Answer> RequestToken(string installation) => _marketplace.Client.RequestToken(ClientId, Secret!, installation);

    private async Task Answer(ReceivedWebhook message, HttpContext context)
    {
        Received.Enqueue(message);
        Installation = message.Headers["marketplace-installation"];
        using var @event = JsonDocument.Parse(message.Bytes);
        if (
            Secret is not null
            && @event.RootElement.GetProperty("type").GetString() == "order.created"
            && Interlocked.Increment(ref _created) % 10 == 1
        )
        {
            _calls.Add(Flag(Installation, @event.RootElement.GetProperty("subject").GetString()!));
        }

        await Task.Delay(Delay, context.RequestAborted);
        context.Response.StatusCode = Body is null ? Status : StatusCodes.Status200OK;
        if (Body is { } body)
        {
            await context.Response.WriteAsync(body, context.RequestAborted);
        }
    }

    private async Task<Answer> Flag(string installation, string order)
    {
        await Task.Yield();
        var token = (await RequestToken(installation)).OrThrow().Json.GetProperty("access_token").GetString()!;
        return await _marketplace.Client.Send(
            HttpMethod.Post,
            $"/open/v1/orders/{order}/flags",
            token,
            new { kind = "address-problem", note = Note },
            MarketplaceClient.NewKey()
        );
    }
}
