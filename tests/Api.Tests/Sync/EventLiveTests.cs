using System.Text.Json;
using static Marketplace.Api.Tests.Sync.EventKit;

namespace Marketplace.Api.Tests.Sync;

/// <summary>Live events: the same bytes, resumed exactly, counted by batch, and stopped by what stops every call.</summary>
public class EventLiveTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task What_waits_comes_at_once_and_what_happens_then_as_it_happens()
    {
        var installation = await marketplace.NewReader();
        var waiting = await marketplace.NewOrder(installation);
        await using var live = await LiveClient.Open(marketplace, installation);

        Assert.Equal("text/event-stream", live.Response.Content.Headers.ContentType?.MediaType);
        var first = await live.Read(1);
        var (second, third) = (await marketplace.NewOrder(installation), await marketplace.NewOrder(installation));
        var more = await live.Read(2);

        Assert.Equal(await marketplace.Rendered(installation), first.Concat(more).Select(happened => happened.Data));
        Assert.All(first.Concat(more), happened => Assert.Equal("order.created", happened.Type));
        Assert.Equal([waiting, second, third], first.Concat(more).Select(happened => JsonElement.Parse(happened.Data).GetProperty("subject").GetString()));
    }

    [Fact]
    public async Task Who_was_cut_off_goes_on_exactly_behind_the_last_event()
    {
        var installation = await marketplace.NewReader();
        for (var i = 0; i < 5; i++)
        {
            await marketplace.NewOrder(installation);
        }

        var all = await marketplace.Rendered(installation);
        string? last;
        await using (var cut = await LiveClient.Open(marketplace, installation, "?limit=5"))
        {
            var seen = await cut.Read(3);
            Assert.Equal(all.Take(3), seen.Select(happened => happened.Data));
            last = seen[^1].Id;
        }

        await using var again = await LiveClient.Open(marketplace, installation, "?cursor=ZTA", last);
        Assert.Equal(all.Skip(3), (await again.Read(2)).Select(happened => happened.Data));
        await using var byQuery = await LiveClient.Open(marketplace, installation, $"?cursor={last}");
        Assert.Equal(all.Skip(3), (await byQuery.Read(2)).Select(happened => happened.Data));
    }

    [Fact]
    public async Task Every_batch_is_one_counted_call_with_its_receipt()
    {
        var installation = await marketplace.NewReader();
        var before = await marketplace.Used(installation);
        await using var live = await LiveClient.Open(marketplace, installation);
        Assert.Equal(before + 1, await marketplace.Used(installation));

        await marketplace.NewOrder(installation);
        await live.Read(1);
        Assert.Equal(before + 2, await marketplace.Used(installation));
        (await Client.SendEvents([.. Enumerable.Range(0, 50).Select(n => CloudEvents.OrderCreated(TestMarketplace.SellerOf(installation), $"live-{n}-{installation.GetHashCode(StringComparison.Ordinal):x}"))])).OrThrow();
        await live.Read(50);

        Assert.Equal(before + 3, await marketplace.Used(installation));
        var receipts = live.Comments.Where(comment => comment.StartsWith("Marketplace-Receipt: ", StringComparison.Ordinal)).Select(comment => Receipt.Parse(comment.Split(": ", 2)[1])).ToArray();
        Assert.Equal([before + 2, before + 3], receipts.Select(receipt => receipt.Seq));
        Assert.Equal(before + 1, TestKit.Client.Receipt.Parse(live.Response.Headers.GetValues(Receipt.HeaderName).Single()).Seq);
    }

    [Fact]
    public async Task Sending_confirms_nothing()
    {
        var installation = await marketplace.NewReader();
        var order = await marketplace.NewOrder(installation);
        string? id;
        await using (var live = await LiveClient.Open(marketplace, installation))
        {
            id = (await live.Read(1))[0].Id;
        }

        Assert.Equal([order], Subjects(await marketplace.Events(installation)));
        (await marketplace.Confirm(installation, id!)).OrThrow();
        Assert.Empty(Subjects(await marketplace.Events(installation)));
    }

    [Theory]
    [InlineData("pause", "installation-paused")]
    [InlineData("grants", "scope-missing")]
    public async Task A_pause_or_a_withdrawn_scope_ends_the_stream_at_the_next_batch(string what, string code)
    {
        var installation = await marketplace.NewReader();
        await using var live = await LiveClient.Open(marketplace, installation);
        await marketplace.NewOrder(installation);
        await live.Read(1);

        await (what == "pause" ? Client.Pause(installation, "tests") : Client.SetGrants(installation, "orders.flag"));
        await marketplace.NewOrder(installation);
        var last = (await live.Read(1))[0];

        Assert.Equal("problem", last.Type);
        var problem = JsonElement.Parse(last.Data);
        var cause = problem.GetProperty("code").GetString() is "delivery-stopped" ? problem.GetProperty("evidence").GetProperty("facts").GetProperty("cause").GetString() : problem.GetProperty("code").GetString();
        Assert.Equal(code, cause);
        Assert.Null(await live.Next());
    }

    [Fact]
    public async Task A_quota_that_is_used_up_ends_the_stream_with_the_instant_at_which_it_goes_on()
    {
        var installation = await marketplace.NewReader(TestPlugins.Few);
        await using var live = await LiveClient.Open(marketplace, installation);
        for (var i = 1; i < 7; i++)
        {
            await marketplace.NewOrder(installation);
            Assert.Equal("order.created", (await live.Read(1))[0].Type);
        }

        await marketplace.NewOrder(installation);
        var last = (await live.Read(1))[0];

        Assert.Equal("problem", last.Type);
        Assert.Equal("quota-exceeded", JsonElement.Parse(last.Data).GetProperty("code").GetString());
        Assert.True(JsonElement.Parse(last.Data).TryGetProperty("retry_at", out _));
    }

    [Fact]
    public async Task A_fourth_connection_is_refused_until_one_is_closed()
    {
        var installation = await marketplace.NewReader();
        var open = new List<LiveClient>();
        for (var i = 0; i < 3; i++)
        {
            open.Add(await LiveClient.Open(marketplace, installation));
            Assert.True(open[^1].Response.IsSuccessStatusCode);
        }

        await using (var fourth = await LiveClient.Open(marketplace, installation))
        {
            (await fourth.Answer()).IsProblem(429, "live-limit");
        }

        await open[0].DisposeAsync();
        await Eventually.Read(
            async () =>
            {
                var again = await LiveClient.Open(marketplace, installation);
                open.Add(again);
                return again.Response.IsSuccessStatusCode;
            },
            opened => opened,
            "a place");
        foreach (var client in open.Skip(1))
        {
            await client.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("?cursor=x", null, "cursor-invalid")]
    [InlineData("", "bzE", "cursor-invalid")]
    [InlineData("?limit=0", null, "parameter-invalid")]
    public async Task A_wrong_place_is_a_problem_and_no_stream(string query, string? lastId, string code)
    {
        await using var live = await LiveClient.Open(marketplace, await marketplace.NewReader(), query, lastId);

        (await live.Answer()).IsProblem(400, code);
    }
}

/// <summary>A process of its own, whose heart beats quickly and which ends.</summary>
public sealed class LiveProcessTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_quiet_stream_shows_that_it_lives_and_ends_with_the_process()
    {
        var marketplace = new TestMarketplace();
        marketplace.Settings["Marketplace:Live:HeartbeatSeconds"] = "1";
        await marketplace.InitializeAsync();
        LiveClient live;
        try
        {
            var installation = await marketplace.NewReader();
            live = await LiveClient.Open(marketplace, installation);
            var next = live.Next();
            await Eventually.Read(() => Task.FromResult(live.Comments.Count(comment => comment == "still here")), count => count >= 2, "heartbeats");
            Assert.False(next.IsCompleted);
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            await marketplace.DisposeAsync();
            Assert.Null(await next);
            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
        }
        finally
        {
            await marketplace.DisposeAsync();
        }

        await live.DisposeAsync();
    }
}
