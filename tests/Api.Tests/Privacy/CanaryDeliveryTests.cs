using System.Globalization;
using Marketplace.Api.Tests.Events;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Privacy;

/// <summary>A marked buyer on every way by which events reach a plugin, and in everything that is told of those ways (R23, R66).</summary>
public class CanaryDeliveryTests(TestMarketplace marketplace)
{
    private readonly Canary _canary = new();
    private readonly List<(string Where, string Text)> _seen = [];

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_buyers_marks_are_in_nothing_that_is_pushed_pulled_read_live_replayed_or_kept_as_evidence()
    {
        await using var receiver = await PluginReceiver.Start();
        var installation = await marketplace.NewReader();
        var (seller, order) = (TestMarketplace.SellerOf(installation), $"order-{Guid.NewGuid():N}");
        (
            await Client.SendEvents([
                _canary.Order(seller, order),
                _canary.Track(seller, order, $"w-{order}"),
                _canary.Cancellation(seller, order),
            ])
        ).OrThrowIfRejected();

        await Pull(installation);
        await Push(installation, order, receiver);
        await ReadAllViews(installation, seller, order);

        Assert.True(receiver.Received.Count >= 4, "Neither pushed nor replayed.");
        Assert.All(receiver.Received, message => _canary.IsNotIn(message.Bytes, "a request"));
        Assert.All(receiver.Received, message =>
            _canary.IsNotIn(string.Join('\n', message.Headers.Select(header => $"{header.Key}: {header.Value}")), "a request's headers")
        );
        Assert.All(_seen, seen => _canary.IsNotIn(seen.Text, seen.Where));
        Assert.All(marketplace.Logs.Lines, line => _canary.IsNotIn(line, "the log"));
        _canary.IsNotInFolder(marketplace.DataFolder);
    }

    private async Task Pull(string installation)
    {
        var page = (await Client.Get(installation, "events?limit=100")).OrThrow();
        Assert.Equal(3, page.Json.GetProperty("events").GetArrayLength());
        See("pull", page);
        await using var live = await LiveClient.Open(marketplace, installation);
        foreach (var @event in await live.Read(3))
        {
            _seen.Add(("live", @event.Data));
        }
    }

    /// <summary>Pushed, refused once and pushed again, replayed; and what is shown of it.</summary>
    private async Task Push(string installation, string order, PluginReceiver receiver)
    {
        See("the endpoint", (await Client.Call(installation, HttpMethod.Put, "webhook", new { url = receiver.Address })).OrThrow());
        await Eventually.Get(() => Task.FromResult(receiver.Received.Count), count => count >= 3, "the events");
        await Eventually.Get(
            async () => (await marketplace.Delivery(installation).GetStatus(TestContext.Current.CancellationToken))!.Backlog,
            backlog => backlog == 0,
            "their ends"
        );
        See(
            "a replay, dry",
            (await Client.Call(installation, HttpMethod.Post, "replays", new { order_id = order, dry_run = true })).OrThrow()
        );
        See("a replay", (await Client.Call(installation, HttpMethod.Post, "replays", new { order_id = order })).OrThrow());
        await Eventually.Get(() => Task.FromResult(receiver.Received.Count), count => count >= 6, "the events again");
        See("a dry run", (await Client.Call(installation, HttpMethod.Post, "webhook/dry-run", new { sequence = 1 })).OrThrow());
        foreach (var path in new[] { "webhook", "webhook/deliveries", "webhook/dead-letters", "replays", $"orders/{order}/evidence" })
        {
            See(path, (await Client.Get(installation, path)).OrThrow());
        }
    }

    private async Task ReadAllViews(string installation, string seller, string order)
    {
        var (center, operators) = (await Client.SellerCenterToken(), await Client.OperatorToken());
        var day = MarketCalendar.Shanghai.DayOf(TimeProvider.System.GetUtcNow()).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string[] ofSeller =
        [
            $"installations/{installation}/sync",
            $"installations/{installation}/sync/dead-letters",
            $"installations/{installation}/sync/reconciliation?day={day}",
            $"installations/{installation}/diagnosis",
            $"orders.csv?seller={seller}",
            $"audit?seller={seller}",
            $"notifications?seller={seller}",
            .. new[] { "", "&format=html&lang=zh", "&format=html&lang=en" }.Select(form =>
                $"orders/{order}/evidence?seller={seller}&plugin={installation.Split('/')[1]}{form}"
            ),
        ];
        foreach (var path in ofSeller)
        {
            See(path, (await Client.Send(HttpMethod.Get, $"/seller/v1/{path}", center)).OrThrow());
        }

        foreach (
            var path in new[]
            {
                $"/platform/v1/sync/{installation}",
                $"/platform/v1/orders/{order}/evidence?installation={installation}",
                "/metrics",
            }
        )
        {
            See(path, await Client.Send(HttpMethod.Get, path, operators));
        }

        foreach (var log in new[] { "journal", "feed", "delivery" })
        {
            await foreach (var line in Client.Export(log))
            {
                _seen.Add(($"the export of the {log}", line.ToString()));
            }
        }
    }

    private void See(string where, Answer answer) => _seen.Add((where, answer.Text));
}
