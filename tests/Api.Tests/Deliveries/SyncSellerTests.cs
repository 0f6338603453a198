using System.Text;
using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Api.Tests.Events;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Api.Tests.Events.EventKit;

namespace Marketplace.Api.Tests.Deliveries;

/// <summary>What a seller sees of its events' way to a plugin, and the lists by which it can count for itself (R13, R14).</summary>
public class SyncSellerTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task The_state_of_deliveries_is_shown_to_the_seller_and_to_operators()
    {
        var installation = await marketplace.NewReader();
        await marketplace.NewOrder(installation);
        await marketplace.NewOrder(installation);
        (await marketplace.Confirm(installation, Next(await marketplace.Events(installation, "?limit=1")))).OrThrow();

        var seen = await Sync(installation);

        Assert.Equal(
            ("pull", 1, 1, 0, 0),
            (
                Text(seen, "mode"),
                Number(seen, "backlog"),
                Number(seen, "head") - Number(seen, "cursor"),
                Number(seen, "waiting"),
                Number(seen, "dead_letters")
            )
        );
        Assert.False(seen.TryGetProperty("stopped", out _));
        var today = seen.GetProperty("days").EnumerateArray().Last();
        Assert.Equal(
            (1, 1, 0, 1m),
            (Number(today, "owed"), Number(today, "acknowledged"), Number(today, "late"), today.GetProperty("accuracy").GetDecimal())
        );
        Assert.InRange(today.GetProperty("freshness_seconds").GetDouble(), 0, 60);
        var operators = (await Client.Send(HttpMethod.Get, $"/platform/v1/sync/{installation}", await Client.OperatorToken()))
            .OrThrow()
            .Json;
        Assert.Equal(Text(seen, "installation"), Text(operators, "installation"));
        Assert.Equal(Number(seen, "cursor"), Number(operators, "cursor"));
    }

    [Fact]
    public async Task Of_the_plugins_address_the_seller_sees_the_host_and_in_the_trail_no_secret()
    {
        var installation = await Pushed("http://127.0.0.1:9/secret-path");

        var seen = await Sync(installation);
        Assert.Equal(("push", "127.0.0.1"), (Text(seen, "mode"), Text(seen, "endpoint")));
        Assert.DoesNotContain("secret-path", seen.ToString(), StringComparison.Ordinal);
        var seller = TestMarketplace.SellerOf(installation);
        var trail = await Eventually.Get(
            async () =>
                (
                    await Client.Send(
                        HttpMethod.Get,
                        $"/seller/v1/audit?seller={seller}&entity=delivery/{installation}",
                        await Client.SellerCenterToken()
                    )
                ).OrThrow(),
            answer => answer.Json.GetProperty("entries").GetArrayLength() == 1,
            "the trail"
        );
        Assert.Contains("endpoint-set", trail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SEALED", trail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", trail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_sellers_user_finds_nothing()
    {
        var installation = await marketplace.NewReader();
        var other = await Client.UserToken(marketplace.NewSeller());

        foreach (var path in new[] { "sync", "sync/dead-letters", "sync/reconciliation?day=2026-11-23" })
        {
            (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}/{path}", other)).IsProblem(
                404,
                "installation-not-found",
                path
            );
        }

        (await Client.Send(HttpMethod.Get, $"/seller/v1/orders.csv?seller={TestMarketplace.SellerOf(installation)}", other)).IsProblem(
            404,
            "seller-not-found"
        );
    }

    [Fact]
    public async Task Without_an_address_there_is_nothing_to_resume_or_replay()
    {
        var installation = await marketplace.NewReader();

        (await Client.SellerCommand(HttpMethod.Post, installation, "sync/resume", null)).IsProblem(409, "endpoint-missing");
        (await Client.SellerCommand(HttpMethod.Post, installation, "sync/replay", new { dead_letters = true })).IsProblem(
            409,
            "endpoint-missing"
        );
        (await Client.SellerCommand(HttpMethod.Post, installation, "sync/replay", new { })).IsProblem(400, "body-invalid");
    }

    [Fact]
    public async Task A_dry_replay_names_the_events_and_sends_none()
    {
        var installation = await marketplace.NewReader();
        var (order, _) = (await marketplace.NewOrder(installation), await marketplace.NewOrder(installation));
        var page = await marketplace.Events(installation);
        (await marketplace.Confirm(installation, Next(page))).OrThrow();

        var dry = (await Client.SellerCommand(HttpMethod.Post, installation, "sync/replay", new { order_id = order, dry_run = true }))
            .OrThrow()
            .Json;

        var one = Assert.Single(dry.GetProperty("events").EnumerateArray());
        Assert.Equal((order, page.GetProperty("events")[0].GetProperty("id").GetString()), (Text(one, "order_id"), Text(one, "id")));
    }

    [Fact]
    public async Task A_day_is_reconciled_as_an_independent_count_of_the_feed_says_with_the_names_of_what_is_missing()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        for (var i = 0; i < 9; i++)
        {
            await marketplace.NewOrder(installation);
        }

        (await marketplace.Confirm(installation, Next(await marketplace.Events(installation, "?limit=6")))).OrThrow();

        // Counted from the feed's export by hand: all that the platform sent are owed, the first six were taken.
        var fed = await Client
            .Export("feed")
            .Where(line => Text(line, "seller") == seller && !IsLifecycle(Text(line, "type")))
            .ToArrayAsync(TestContext.Current.CancellationToken);
        var day = MarketCalendar.Shanghai.DayOf(TimeProvider.System.GetUtcNow());
        var seen = (
            await Client.Send(
                HttpMethod.Get,
                $"/seller/v1/installations/{installation}/sync/reconciliation?day={day:yyyy-MM-dd}",
                await Client.UserToken(seller)
            )
        )
            .OrThrow()
            .Json;
        var figures = seen.GetProperty("figures");

        Assert.Equal(
            (fed.Length, 6, fed.Length - 6),
            (Number(figures, "owed"), Number(figures, "acknowledged"), Number(figures, "missing"))
        );
        Assert.Equal(
            fed.Skip(6).Select(line => line.GetProperty("subject").GetString()),
            seen.GetProperty("missing").EnumerateArray().Select(missing => Text(missing, "order_id"))
        );
        Assert.All(seen.GetProperty("missing").EnumerateArray(), missing => Assert.Equal("waiting", Text(missing, "why")));
        (
            await Client.Send(
                HttpMethod.Get,
                $"/seller/v1/installations/{installation}/sync/reconciliation?day=x",
                await Client.UserToken(seller)
            )
        ).IsProblem(400, "parameter-invalid");
    }

    [Fact]
    public async Task A_long_list_that_finds_no_place_is_read_on_so_that_its_sender_gets_the_answer()
    {
        var installation = await marketplace.NewReader();
        var places = marketplace.Services.GetRequiredService<HeavyRequests>();
        var now = TimeProvider.System.GetUtcNow();
        var held = Enumerable
            .Range(0, HeavyRequests.LimitsOf(HeavyKind.Comparison).InAll)
            .Select(n => places.Enter(HeavyKind.Comparison, $"somebody-{n}", now).Value!)
            .ToArray();

        // Longer than what the server takes elsewhere, so that it would cut the connection off.
        var answer = await Send(installation, $"order_id\n{string.Join('\n', Enumerable.Repeat("o-1", 3_000_000))}", "text/csv");

        Assert.All(held, place => place.Dispose());
        Assert.Equal(("overloaded", HeavyRequests.RetryAfter), (answer.ProblemCode, answer.RetryAfter));
    }

    [Fact]
    public async Task A_list_as_it_was_exported_matches_and_errors_made_by_hand_are_counted_one_by_one()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        var orders = Enumerable.Range(0, 40).Select(n => $"o-{n:00}-{seller}").ToArray();
        (await Client.SendEvents([.. orders.Select(order => CloudEvents.OrderCreated(seller, order))])).OrThrowIfRejected();
        (
            await Client.SendEvents([.. orders.Take(20).Select(order => CloudEvents.Of("order.paid", seller, order, new { }))])
        ).OrThrowIfRejected();
        (await marketplace.Confirm(installation, Next(await marketplace.Events(installation)))).OrThrow();

        var list = await Export(seller);
        var same = await Compare(installation, list);
        Assert.Equal(
            (40, 40, 40, 0m),
            (
                Number(same, "orders"),
                Number(same, "rows"),
                Number(same.GetProperty("list"), "match"),
                same.GetProperty("list").GetProperty("error_rate").GetDecimal()
            )
        );
        Assert.Empty(same.GetProperty("differences").EnumerateArray());

        // By hand, in a spreadsheet that separates by semicolons: two rows lost, one copied twice, one stale, one status mistyped, one made
        // up.
        var lines = list.TrimEnd().Split("\r\n").ToList();
        lines.RemoveRange(1, 2);
        lines.Add(lines[1]);
        lines[2] = Field(lines[2], 2, "1");
        lines[3] = Field(lines[3], 1, "shipped");
        lines.Add(Field(lines[5], 0, "made-up"));
        var edited = await Compare(installation, string.Join('\n', lines.Select(line => line.Replace(',', ';'))));

        var counts = edited.GetProperty("list");
        Assert.Equal(
            (36, 2, 2, 2),
            (Number(counts, "match"), Number(counts, "missing"), Number(counts, "outdated"), Number(counts, "unknown"))
        );
        Assert.Equal(decimal.Round(6m / 42, 6), counts.GetProperty("error_rate").GetDecimal());
        Assert.Equal((40, 1m), (Number(edited.GetProperty("plugin"), "match"), edited.GetProperty("fewer_errors").GetDecimal()));
        Assert.Contains(edited.GetProperty("differences").EnumerateArray(), row =>
            Text(row, "order_id") == "made-up" && Text(row, "list") == "unknown"
        );
        Assert.Equal(6, edited.GetProperty("differences").GetArrayLength());
    }

    [Fact]
    public async Task What_the_plugin_has_not_confirmed_is_an_error_of_its_way_and_what_it_is_not_owed_is_none()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        var (taken, half) = (await marketplace.NewOrder(installation), await marketplace.NewOrder(installation));
        (await marketplace.Confirm(installation, Next(await marketplace.Events(installation)))).OrThrow();
        (await Client.SendEvents([CloudEvents.Of("order.paid", seller, half, new { })])).OrThrowIfRejected();
        var missing = await marketplace.NewOrder(installation);

        var seen = await Compare(installation, await Export(seller));

        Assert.Equal(
            (1, 1, 1),
            (
                Number(seen.GetProperty("plugin"), "match"),
                Number(seen.GetProperty("plugin"), "missing"),
                Number(seen.GetProperty("plugin"), "outdated")
            )
        );
        var rows = seen.GetProperty("differences").EnumerateArray().ToDictionary(row => Text(row, "order_id")!, row => Text(row, "plugin"));
        Assert.Equal(("outdated", "missing"), (rows[half], rows[missing]));
        Assert.DoesNotContain(taken, rows.Keys);

        await Client.SetGrants(installation, "products.read");
        Assert.Equal(3, Number((await Compare(installation, await Export(seller))).GetProperty("plugin"), "withheld"));
    }

    [Fact]
    public async Task A_list_holds_nothing_of_the_buyer_and_no_formula()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        var evil = $"=HYPERLINK(\"x,{seller}\")";
        (await Client.SendEvents([CloudEvents.OrderCreated(seller, evil)])).OrThrowIfRejected();
        (await marketplace.Confirm(installation, Next(await marketplace.Events(installation)))).OrThrow();

        var list = await Export(seller);

        Assert.All(CloudEvents.PrivateTexts, text => Assert.DoesNotContain(text, list, StringComparison.Ordinal));
        Assert.DoesNotContain("\n=", list, StringComparison.Ordinal);
        Assert.DoesNotContain("\n\"=", list, StringComparison.Ordinal);
        Assert.Equal(1, Number((await Compare(installation, list)).GetProperty("list"), "match"));
    }

    [Fact]
    public async Task A_list_is_of_the_span_that_was_asked_for()
    {
        var installation = await marketplace.NewReader();
        var noon = new DateTimeOffset(2026, 11, 20, 4, 0, 0, TimeSpan.Zero);
        var (before, within) = (
            await marketplace.NewOrder(installation, noon.AddSeconds(-1)),
            await marketplace.NewOrder(installation, noon)
        );
        await marketplace.NewOrder(installation, noon.AddHours(1));

        var list = await Export(TestMarketplace.SellerOf(installation), "&from=2026-11-20T04:00:00Z&to=2026-11-20T05:00:00Z");

        Assert.Equal(2, list.TrimEnd().Split("\r\n").Length);
        Assert.Contains(within, list, StringComparison.Ordinal);
        Assert.DoesNotContain(before, list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/csv", "name,version\nx,1", 400, "body-invalid")]
    [InlineData("text/csv", "", 400, "body-invalid")]
    [InlineData("application/json", "{}", 415, "media-type-unsupported")]
    public async Task What_is_no_list_is_refused(string type, string body, int status, string code)
    {
        var installation = await marketplace.NewReader();

        (await Send(installation, body, type)).IsProblem(status, code);
    }

    [Fact]
    public async Task A_shop_compares_one_list_at_a_time_and_is_told_when_to_come_again()
    {
        var installation = await marketplace.NewReader();
        var places = marketplace.Services.GetRequiredService<Marketplace.Api.Http.HeavyRequests>();
        using (
            places
                .Enter(Marketplace.Api.Http.HeavyKind.Comparison, TestMarketplace.SellerOf(installation), TimeProvider.System.GetUtcNow())
                .Value
        )
        {
            var refused = await Send(installation, "order_id,version\n", "text/csv");
            refused.IsProblem(429, "too-many-at-once");
            Assert.InRange(refused.RetryAfter!.Value.TotalSeconds, 1, 10);
        }

        (await Send(installation, "order_id,version\n", "text/csv")).OrThrow();
    }

    [Theory]
    [InlineData("＝1+1")]
    [InlineData("x;=1+1")]
    public async Task A_list_holds_no_formula_in_any_locale(string region)
    {
        var seller = marketplace.NewSeller();
        var order = CloudEvents.OrderCreated(seller, "o-1");
        order["data"] = new
        {
            currency = "CNY",
            items = new[]
            {
                new
                {
                    line = 1,
                    product_id = "p",
                    quantity = 1,
                    unit_price = 1m,
                    freight = 0m,
                },
            },
            buyer = new { region, country = "CN" },
            payments = Array.Empty<object>(),
        };
        (await Client.SendEvents([order])).OrThrow();

        Assert.DoesNotContain($",{region}", (await Export(seller)).Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_longer_than_any_order_is_refused() =>
        (await Send(await marketplace.NewReader(), $"order_id,version\n{new string('x', 200_000)},1", "text/csv")).IsProblem(
            400,
            "body-invalid"
        );

    private async Task<string> Pushed(string url)
    {
        var installation = await marketplace.NewReader();
        var endpoint = new DeliveryEndpoint(new Uri(url), DeliveryOrdering.PerOrder, 1, 1);
        var secret = new EndpointSecret("s", "SEALED", DateTimeOffset.UnixEpoch, null);
        var set = await marketplace
            .Delivery(installation)
            .Execute(
                new DeliveryCommand.SetEndpoint(endpoint, secret),
                new Initiator(ActorId.Parse("tests"), OperationId.Parse("set")),
                TestContext.Current.CancellationToken
            );
        Assert.Null(set.Refusal);
        return installation;
    }

    private async Task<JsonElement> Sync(string installation) =>
        (
            await Client.Send(
                HttpMethod.Get,
                $"/seller/v1/installations/{installation}/sync",
                await Client.UserToken(TestMarketplace.SellerOf(installation))
            )
        )
            .OrThrow()
            .Json;

    private async Task<string> Export(string seller, string query = "")
    {
        var answer = (
            await Client.Send(HttpMethod.Get, $"/seller/v1/orders.csv?seller={seller}{query}", await Client.UserToken(seller))
        ).OrThrow();
        Assert.Equal("text/csv", answer.ContentType);
        return answer.Text;
    }

    private async Task<JsonElement> Compare(string installation, string list) =>
        (await Send(installation, list, "text/csv")).OrThrow().Json;

    private async Task<Answer> Send(string installation, string body, string type) =>
        await Client.SendBytes(
            HttpMethod.Post,
            $"/seller/v1/installations/{installation}/sync/reconciliation",
            await Client.UserToken(TestMarketplace.SellerOf(installation)),
            Encoding.UTF8.GetBytes(body),
            type
        );

    private static string Field(string line, int index, string value)
    {
        var fields = line.Split(',');
        fields[index] = value;
        return string.Join(',', fields);
    }

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();

    private static long Number(JsonElement json, string member) => json.GetProperty(member).GetInt64();
}
