using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Replay.Tests;

/// <summary>The test server's deliveries, by installation: pushed to endpoints, or consumed and confirmed.</summary>
internal sealed class PluginDeliveries(Faults faults) : IAsyncDisposable
{
    private readonly Dictionary<string, PluginFeed> _feeds = [];
    private readonly List<PushPump> _pumps = [];

    /// <summary>From now on the installation is owed what happens, whether or not it has asked yet. Called one at a time.</summary>
    public void Enable(string installation) => FeedOf(installation);

    /// <summary>Called one at a time, in the order of acceptance.</summary>
    public void Append(JsonObject e)
    {
        if ((string)e["type"]! != "product.updated" && _feeds.TryGetValue((string)e["seller"]!, out var feed))
        {
            feed.Append(e);
        }
    }

    /// <summary>Called one at a time.</summary>
    public Reply Answer(string installation, HttpRequest request, string[] route, string body)
    {
        var feed = FeedOf(installation);
        return (request.Method, route) switch
        {
            ("PUT", ["webhook"]) => Name(feed, JsonNode.Parse(body)!),
            ("GET", ["webhook"]) => Reply.Ok(feed.Status()),
            ("GET", ["events"]) => Reply.Ok(feed.Consume(int.Parse(request.Query["limit"]!, null))),
            ("POST", ["events", "confirm"]) => Reply.Ok(feed.Confirm((string)JsonNode.Parse(body)!["cursor"]!)),
            ("POST", ["replays"]) => Reply.Ok(feed.ReplayDead()),
            _ => Reply.Problem(404, "not-found"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pump in _pumps)
        {
            await pump.DisposeAsync();
        }
    }

    private PluginFeed FeedOf(string installation)
    {
        var seller = installation.Split('/')[0];
        if (!_feeds.TryGetValue(seller, out var feed))
        {
            _feeds[seller] = feed = new PluginFeed(installation, faults);
        }

        return feed;
    }

    private Reply Name(PluginFeed feed, JsonNode asked)
    {
        feed.Return();
        if (feed.Url is null)
        {
            feed.Url = new Uri((string)asked["url"]!);
            _pumps.Add(new PushPump(feed, faults, (int)asked["batch_size"]!, TimeSpan.FromSeconds((int)asked["timeout_seconds"]!)));
        }

        return Reply.Ok(new JsonObject { ["secret"] = PushPump.Secret });
    }
}
