using System.Text.Json;
using Marketplace.TestKit;
using static Marketplace.Api.Tests.Events.EventKit;

namespace Marketplace.Api.Tests.Events;

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

        Assert.Equal(await marketplace.Rendered(installation), first.Concat(more).Select(@event => @event.Data));
        Assert.All(first.Concat(more), @event => Assert.Equal("order.created", @event.Type));
        Assert.Equal(
            [waiting, second, third],
            first.Concat(more).Select(@event => JsonElement.Parse(@event.Data).GetProperty("subject").GetString())
        );
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
            Assert.Equal(all.Take(3), seen.Select(@event => @event.Data));
            last = seen[^1].Id;
        }

        await using var again = await LiveClient.Open(marketplace, installation, "?cursor=ZTA", last);
        Assert.Equal(all.Skip(3), (await again.Read(2)).Select(@event => @event.Data));
        await using var byQuery = await LiveClient.Open(marketplace, installation, $"?cursor={last}");
        Assert.Equal(all.Skip(3), (await byQuery.Read(2)).Select(@event => @event.Data));
    }

    [Fact]
    public async Task Live_events_cost_no_more_calls_than_pushed_ones()
    {
        var installation = await marketplace.NewReader();
        var before = await marketplace.Used(installation);
        await using var live = await LiveClient.Open(marketplace, installation);
        for (var i = 0; i < 3; i++)
        {
            await marketplace.NewOrder(installation);
            await live.Read(1);
        }

        Assert.Equal(before, await marketplace.Used(installation));
        Assert.False(live.Response.Headers.Contains(Receipt.HeaderName));
        Assert.DoesNotContain(live.Comments, comment => comment.StartsWith("Marketplace-Receipt", StringComparison.Ordinal));
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
        var cause = problem.GetProperty("code").GetString() is "delivery-stopped"
            ? problem.GetProperty("evidence").GetProperty("facts").GetProperty("cause").GetString()
            : problem.GetProperty("code").GetString();
        Assert.Equal(code, cause);
        Assert.Null(await live.Next());
    }

    [Fact]
    public async Task A_quota_that_is_used_up_does_not_end_what_costs_nothing()
    {
        var installation = await marketplace.NewReader(TestPlugins.Few);
        await using var live = await LiveClient.Open(marketplace, installation);
        for (var i = 0; i < 12; i++)
        {
            await marketplace.NewOrder(installation);
            Assert.Equal("order.created", (await live.Read(1))[0].Type);
        }
    }

    [Fact]
    public async Task A_stream_says_when_to_come_again()
    {
        await using var live = await LiveClient.Open(marketplace, await marketplace.NewReader());

        await using var body = await live.Response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var lines = new StreamReader(body);
        var first = await lines.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Matches("^retry: [2-4][0-9]{3}$", first!);
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
        await Eventually.Get(
            async () =>
            {
                var again = await LiveClient.Open(marketplace, installation);
                open.Add(again);
                return again.Response.IsSuccessStatusCode;
            },
            opened => opened,
            "a place"
        );
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
        await using var live = await LiveClient.Open(marketplace, await marketplace.NewReader());
        var next = live.Next();
        await Eventually.Get(
            () => Task.FromResult(live.Comments.Count(comment => comment == "still here")),
            count => count >= 2,
            "heartbeats"
        );
        Assert.False(next.IsCompleted);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await marketplace.DisposeAsync();

        Assert.Null(await next);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
    }

    [Fact(Timeout = 120_000)]
    public async Task Connections_that_take_nothing_lose_their_places()
    {
        await using var marketplace = new TestMarketplace();
        marketplace.Settings["Marketplace:Live:WriteTimeoutSeconds"] = "2";
        marketplace.Settings["Marketplace:Live:ReplaceAfterSeconds"] = "3600";
        await marketplace.InitializeAsync();
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        for (var round = 0; round < 6; round++)
        {
            (
                await marketplace.Client.SendEvents([
                    .. Enumerable.Range(0, 1_000).Select(n => CloudEvents.OrderCreated(seller, $"unread-{round}-{n}")),
                ])
            ).OrThrowIfRejected();
        }

        var token = await marketplace.Client.PluginToken(installation);
        var hung = new List<System.Net.Sockets.TcpClient>();
        for (var i = 0; i < 3; i++)
        {
            hung.Add(await Hang(marketplace.Http.BaseAddress!, token));
        }

        await using (var refused = await LiveClient.Open(marketplace, installation))
        {
            (await refused.Answer()).IsProblem(429, "live-limit");
        }

        await Eventually.Get(
            async () =>
            {
                await using var live = await LiveClient.Open(marketplace, installation);
                return live.Response.IsSuccessStatusCode;
            },
            opened => opened,
            "a place"
        );
        hung.ForEach(client => client.Dispose());
    }

    /// <summary>A connection whose client reads the first bytes of its answer, and then no more.</summary>
    private static async Task<System.Net.Sockets.TcpClient> Hang(Uri address, string token)
    {
        var client = new System.Net.Sockets.TcpClient { ReceiveBufferSize = 4_096 };
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        var request =
            $"GET /open/v1/events/live?limit=1000&cursor=ZTA HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer "
            + $"{token}\r\n\r\n";
        await client.GetStream().WriteAsync(request.ToUtf8(), TestContext.Current.CancellationToken);
        var start = new byte[15];
        await client.GetStream().ReadExactlyAsync(start, TestContext.Current.CancellationToken);
        Assert.Equal("HTTP/1.1 200 OK", System.Text.Encoding.ASCII.GetString(start));
        return client;
    }
}
