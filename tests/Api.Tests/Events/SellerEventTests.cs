using System.Net;
using System.Text.Json;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Events;

/// <summary>A page is told what happens to its seller while it happens.</summary>
public sealed class SellerEventTests(TestMarketplace marketplace)
{
    // Between calls, so that the burst limit is not reached.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task What_happens_to_the_seller_comes_at_once_and_nothing_of_others()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var other = await marketplace.NewInstallation(TestPlugins.Few);
        await using var page = await Open(installation);
        Assert.Equal("ready", (await page.Next())!.Type);

        await Client.Pause(other);
        await Client.Pause(installation);

        var change = await Next(page, "installation", "paused");
        var told = await Next(page, "notification", "paused");
        Assert.Equal(installation, Text(change, "installation"));
        Assert.Equal(change.Id, told.Id);
        Assert.Equal(change.Id, Text(change, "id"));
        var notifications = await Eventually.Get(
            async () => (await Client.Send(HttpMethod.Get, Path(installation, "notifications"), await Token(installation))).OrThrow().Json,
            list => list.GetProperty("notifications").EnumerateArray().Any(one => one.GetProperty("id").GetString() == told.Id),
            "the notification has the event's id"
        );
        Assert.True(notifications.GetProperty("unread").GetInt64() > 0);
    }

    [Fact]
    public async Task A_page_that_comes_back_gets_what_it_missed_and_nothing_twice()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        string id;
        await using (var first = await Open(installation))
        {
            Assert.Equal("ready", (await first.Next())!.Type);
            await Client.Pause(installation);
            id = (await Next(first, "installation", "paused")).Id!;
        }

        await using (var witness = await Open(installation))
        {
            await Client.Resume(installation);
            await Next(witness, "installation", "resumed");
        }

        await using var second = await Open(installation, id);

        var events = new List<LiveEvent>();
        while (events.Count == 0 || events[^1].Type != "ready")
        {
            events.Add((await second.Next())!);
        }

        Assert.Contains(events, one => one.Type == "installation" && Text(one, "type") == "resumed");
        Assert.DoesNotContain(events, one => one.Type != "ready" && Text(one, "type") == "paused");
        await Client.Pause(installation);
        await Next(second, "installation", "paused");
    }

    [Fact]
    public async Task Usage_comes_when_a_call_is_counted_and_at_most_once_a_second()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Everything);
        (await Client.Get(installation, "orders")).OrThrow();
        await using var page = await Open(installation);
        Assert.Equal("ready", (await page.Next())!.Type);
        var before = 1 + await CallUntilShown(page, installation);

        for (var i = 0; i < 20; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        var (count, used) = (0, 0L);
        while (used < before + 20)
        {
            var usage = await Next(page, "usage", null);
            Assert.Null(usage.Id);
            (count, used) = (count + 1, JsonElement.Parse(usage.Data).GetProperty("daily").GetProperty("used").GetInt64());
        }

        Assert.Equal(before + 20, used);
        Assert.True(count < 10, $"{count} events for 20 calls");
    }

    [Fact]
    public async Task The_first_call_of_a_counter_that_appears_later_is_sent()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Everything);
        var other = $"{TestMarketplace.SellerOf(installation)}/{TestPlugins.Shared}";
        await Client.Install(TestMarketplace.SellerOf(installation), TestPlugins.Shared, "orders.read");
        await using var page = await Open(installation);
        Assert.Equal("ready", (await page.Next())!.Type);
        await CallUntilShown(page, other);

        (await Client.Get(installation, "orders")).OrThrow();

        LiveEvent usage;
        do
        {
            usage = await Next(page, "usage", null);
        } while (Text(usage, "installation") != installation);

        Assert.Equal(1, JsonElement.Parse(usage.Data).GetProperty("daily").GetProperty("used").GetInt64());
    }

    [Fact]
    public async Task A_place_beyond_the_journal_and_one_far_behind_begin_again()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        await using var ahead = await Open(installation, "9000000000000");

        Assert.Equal("reset", (await ahead.Next())!.Type);

        await using var wrong = await Open(installation, "x");
        (await wrong.Answer()).IsProblem(400, "cursor-invalid");
    }

    [Fact]
    public async Task The_end_of_the_token_is_the_last_event()
    {
        await Matrix.MatrixSeller.Make(marketplace);
        var token = await marketplace.FreshToken("seller-user");
        await using var page = await LiveClient.OpenPath(marketplace, $"/seller/v1/events?seller={Matrix.EndpointTable.Seller}", token);
        Assert.Equal("ready", (await page.Next())!.Type);

        await marketplace.Revoke(token, "seller-user");

        LiveEvent? last = null;
        while (await page.Next() is { } next)
        {
            last = next;
        }

        Assert.Equal("problem", last!.Type);
        Assert.Equal("token-revoked", Text(last, "code"));
    }

    [Fact]
    public async Task Other_sellers_are_refused_before_the_stream_begins()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var stranger = await Client.UserToken(marketplace.NewSeller());

        var answer = await Client.Send(HttpMethod.Get, Path(installation, "events"), stranger);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    /// <summary>Makes calls until the page shows one: what was counted before its first look is not sent.</summary>
    /// <returns>The number of calls.</returns>
    private async Task<int> CallUntilShown(LiveClient page, string installation)
    {
        var (shown, calls) = (Next(page, "usage", null), 0);
        await Eventually.Holds(
            async () =>
            {
                (await Client.Get(installation, "orders")).OrThrow();
                calls++;
                return await Task.WhenAny(shown, Task.Delay(Pause, TestContext.Current.CancellationToken)) == shown;
            },
            "the page shows a counted call"
        );
        await shown;
        return calls;
    }

    private async Task<LiveClient> Open(string installation, string? lastId = null) =>
        await LiveClient.OpenPath(marketplace, Path(installation, "events"), await Token(installation), lastId);

    private Task<string> Token(string installation) => Client.UserToken(TestMarketplace.SellerOf(installation));

    private static string Path(string installation, string page) => $"/seller/v1/{page}?seller={TestMarketplace.SellerOf(installation)}";

    private static async Task<LiveEvent> Next(LiveClient page, string kind, string? type)
    {
        while (await page.Next() is { } next)
        {
            if (next.Type == kind && (type is null || Text(next, "type") == type))
            {
                return next;
            }
        }

        throw new InvalidOperationException($"The stream ended before {kind} {type}.");
    }

    private static string? Text(LiveEvent @event, string name) => JsonElement.Parse(@event.Data).GetProperty(name).GetString();
}
