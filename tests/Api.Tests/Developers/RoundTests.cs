using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Identity.Demo;
using Marketplace.Rounds;
using Marketplace.Sellers;
using Marketplace.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Developers;

/// <summary>Sandbox rounds over HTTP, against plugins that answer over TLS on this machine.</summary>
public sealed class RoundTests(SandboxMarketplace marketplace) : IClassFixture<SandboxMarketplace>
{
    private const int Attempts = 5;

    private MarketplaceClient Client => marketplace.Client;

    [Fact(Timeout = 240_000)]
    public async Task A_plugin_that_answers_well_passes_with_its_figures_and_its_calls_cost_nothing()
    {
        var plugin = SandboxPlugin.At(marketplace);
        var author = await SandboxPerson.WithVersion(marketplace, plugin.Path);
        await plugin.MakeClient(author.Plugin);
        var round = await Passed(author);

        var result = round.GetProperty("result");
        Assert.Equal("rounds-of-tests", round.GetProperty("policy").GetString());
        Assert.True(Number(result.GetProperty("latency"), "mean_ms") <= Number(round.GetProperty("limits"), "mean_ms"));
        Assert.True(Number(result.GetProperty("latency"), "p99_ms") >= Number(result.GetProperty("latency"), "p50_ms"));
        Assert.Equal(0, result.GetProperty("findings").GetArrayLength());
        Assert.Equal(["orders.flag", "orders.read"], Texts(result.GetProperty("scopes_exercised")));
        var load = result.GetProperty("load");
        Assert.True(load.GetProperty("requests").GetInt32() > load.GetProperty("duplicates").GetInt32());
        Assert.Equal(round.GetProperty("requests").GetInt32(), round.GetProperty("sent").GetInt32());

        // Its calls were real: answered, counted, and priced at nothing; each in the ledger.
        var calls = await plugin.Calls();
        Assert.NotEmpty(calls);
        Assert.All(calls, call => Assert.Equal((200, 0m), ((int)call.Status, call.Receipt!.Price)));
        Assert.Contains(calls, call => call.Limits["daily"].Quota == 5_000);
        var keys = (await Client.Send(HttpMethod.Get, "/.well-known/marketplace-keys", null)).OrThrow().Json;
        Assert.True(plugin.Received.First().IsSignedByOneOf(keys));
        var installation = round.GetProperty("installation").GetString()!;
        Assert.True(result.GetProperty("calls").GetProperty("orders.flag").GetInt32() > 0);
        Assert.True(await InLedger(installation));

        // The round is over, and so is what it opened.
        Assert.Equal(400, (int)(await plugin.RequestToken(installation)).Status);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_slow_plugin_fails_by_its_mean()
    {
        var plugin = SandboxPlugin.At(marketplace, TimeSpan.FromMilliseconds(250));
        var author = await SandboxPerson.WithVersion(marketplace, plugin.Path);

        var round = await author.Round();

        Assert.Equal("failed", round.GetProperty("state").GetString());
        Assert.Contains("mean", Breaches(round));
        Assert.True(Number(round.GetProperty("result").GetProperty("latency"), "mean_ms") >= 250);

        // It called nothing, so a scope that only calls use was not used.
        var finding = Assert.Single(round.GetProperty("result").GetProperty("findings").EnumerateArray());
        Assert.Equal(
            ("scope-unused", "review", "orders.flag"),
            (
                finding.GetProperty("rule").GetString(),
                finding.GetProperty("severity").GetString(),
                finding.GetProperty("subject").GetString()
            )
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_plugin_that_fails_fails_by_its_errors_and_justified_scopes_are_notes()
    {
        var plugin = SandboxPlugin.At(marketplace, status: StatusCodes.Status502BadGateway);
        var author = await SandboxPerson.WithVersion(marketplace, plugin.Path);

        var round = await author.Round("""{"seed":7,"justified":{"orders.flag":"On a seller's click only."}}""");

        Assert.Equal(("failed", 7), (round.GetProperty("state").GetString(), round.GetProperty("seed").GetInt64()));
        Assert.Contains("errors", Breaches(round));
        Assert.Equal(100m, Number(round.GetProperty("result"), "error_percent"));
        Assert.Contains(round.GetProperty("result").GetProperty("findings").EnumerateArray(), finding =>
            (finding.GetProperty("severity").GetString(), finding.GetProperty("subject").GetString()) == ("note", "orders.flag")
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_canary_in_an_answer_blocks_the_version_and_its_reviewers_see_it()
    {
        var plugin = SandboxPlugin.At(marketplace);
        plugin.Body = $"thanks for {MarksOf(11).Word.ToUpperInvariant()}";
        var author = await SandboxPerson.WithVersion(marketplace, plugin.Path);

        var round = await author.Round("""{"seed":11}""");

        Assert.Equal("failed", round.GetProperty("state").GetString());
        Assert.Contains(
            ("canary-seen", "blocking", "answer to order.created"),
            Findings(round.GetProperty("result").GetProperty("findings"))
        );
        foreach (var track in new[] { "security", "business" })
        {
            var reviewer = author with { Token = await Client.StaffToken($"{track}-reviewer-user") };
            var path = $"/review/v1/{track}/versions/{author.Plugin}/{author.Hash}";
            var reviewed = (await reviewer.Get(path)).OrThrow().Json;
            Assert.Contains(("canary-seen", "blocking", "answer to order.created"), Findings(reviewed.GetProperty("round_findings")));
            Assert.Equal(1, (await reviewer.Get($"{path}/rounds")).OrThrow().Json.GetProperty("items").GetArrayLength());
            Assert.Equal(11, (await reviewer.Get($"{path}/rounds/1")).OrThrow().Json.GetProperty("seed").GetInt32());
            (await reviewer.Get($"{path}/rounds/2")).IsProblem(404, "round-not-found");
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_canary_in_a_write_is_refused_by_the_call_and_found_by_the_round()
    {
        var plugin = SandboxPlugin.At(marketplace);
        plugin.Note = $"call Canary {MarksOf(12).Word}";
        var author = await SandboxPerson.WithVersion(marketplace, plugin.Path);
        await plugin.MakeClient(author.Plugin);

        var round = await author.Round("""{"seed":12}""");

        Assert.All(await plugin.Calls(), call => call.IsProblem(422, "private-data-in-input"));
        Assert.Contains(("canary-seen", "blocking", "orders.flag: note"), Findings(round.GetProperty("result").GetProperty("findings")));
    }

    [Fact(Timeout = 120_000)]
    public async Task Rounds_are_refused_while_one_runs_and_too_soon_and_are_listed_newest_first()
    {
        var plugin = SandboxPlugin.At(marketplace);
        var author = await SandboxPerson.WithVersion(marketplace, plugin.Path);
        var started = (await author.Post(author.Rounds)).OrThrow().Json;
        Assert.Equal(("1", "running"), (started.GetProperty("id").GetString(), started.GetProperty("state").GetString()));

        var running = await author.Post(author.Rounds);
        running.IsProblem(409, "round-running");
        Assert.True(running.Json.TryGetProperty("retry_at", out _));
        await author.Ended("1");
        (await author.Post(author.Rounds)).IsProblem(409, "round-too-soon");
        await author.Round();

        var page = (await author.Get($"{author.Rounds}?limit=1")).OrThrow().Json;
        Assert.Equal(("2", true), (page.GetProperty("items")[0].GetProperty("id").GetString(), page.GetProperty("has_more").GetBoolean()));
        var rest = (await author.Get($"{author.Rounds}?cursor={page.GetProperty("next_cursor").GetString()}")).OrThrow().Json;
        Assert.Equal("1", Assert.Single(rest.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());

        var stranger = await SandboxPerson.WithVersion(marketplace, SandboxPlugin.At(marketplace).Path);
        var foreign = stranger with { Plugin = author.Plugin, Hash = author.Hash };
        (await foreign.Get(author.Rounds)).IsProblem(404, "listing-not-found");
        (await foreign.Post(author.Rounds)).IsProblem(404, "listing-not-found");
        (await author.Post(author.Rounds, """{"seed":-1}""")).IsProblem(400, "body-invalid");
        (await author.Post(author.Rounds, """{"justified":{"products.write":"why"}}""")).IsProblem(422, "round-justification-invalid");
    }

    [Fact]
    public async Task A_version_that_the_gate_blocks_has_no_rounds()
    {
        var plugin = $"/hook/{Guid.NewGuid():N}";
        var author = await SandboxPerson.WithBlockedVersion(marketplace, plugin);

        (await author.Post(author.Rounds)).IsProblem(422, "gate-blocks");
    }

    [Fact]
    public async Task The_sellers_of_rounds_are_closed_to_everybody_else()
    {
        const string Seller = "sandbox.0123456789abcdef0123456789abcdef.1";
        var center = await Client.SellerCenterToken();

        (await Client.Send(HttpMethod.Get, $"/seller/v1/installations?seller={Seller}", center)).IsProblem(404, "seller-not-found");
        (await Client.Send(HttpMethod.Get, $"/seller/v1/bills/2026-12?seller={Seller}", center)).IsProblem(404, "seller-not-found");
        var enabled = await Client.Send(
            HttpMethod.Post,
            "/seller/v1/installations",
            center,
            new { seller = Seller, plugin = TestPlugins.Everything },
            MarketplaceClient.NewKey()
        );
        enabled.IsProblem(404, "installation-not-found");
        var sent = (await Client.SendEvents([CloudEvents.OrderCreated(Seller, "o-1")])).Json;
        Assert.Equal(1, sent.GetProperty("rejected").GetArrayLength());
        var subject = await marketplace
            .Services.GetRequiredService<DemoIssuer>()
            .Issue(SellerId.Parse(Seller, null), "li-lei", SellerRole.Owner, TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)(await Client.Exchange(subject)).Status);
        var plugin = Client.Demo.ClientOf(TestPlugins.Everything);
        Assert.Equal(400, (int)(await Client.RequestToken(plugin.Id, plugin.Secret, $"{Seller}/{TestPlugins.Everything}")).Status);
    }

    [Fact(Timeout = 400_000)]
    public async Task The_whole_way_from_a_manifest_to_a_sellers_bill_goes_over_HTTP()
    {
        var plugin = SandboxPlugin.At(marketplace);
        var author = await SandboxPerson.WithVersion(marketplace, plugin.Path);
        await plugin.MakeClient(author.Plugin);
        var version = $"/developer/v1/plugins/{author.Plugin}/versions/{author.Hash}";
        (await author.Post($"{version}/submit")).OrThrow();
        await Decide(author, "security", """{"verdict":"approve"}""");
        await Decide(author, "business", """{"verdict":"approve","scores":{"fit":5,"order-flow":4,"price":5,"screenshots":3,"texts":4}}""");
        await Passed(author);
        await Passed(author);
        Assert.Equal(JsonValueKind.Null, (await Listing(author)).GetProperty("listed_hash").ValueKind);
        Assert.Equal(404, (int)(await Client.Send(HttpMethod.Get, $"/catalogue/v1/plugins/{author.Plugin}", null)).Status);
        await Passed(author);

        var listing = await Listing(author);
        Assert.Equal(author.Hash, listing.GetProperty("listed_hash").GetString());
        Assert.Equal(3, listing.GetProperty("versions")[0].GetProperty("rounds").GetInt32());
        await Eventually.Holds(
            async () => (await Client.Send(HttpMethod.Get, $"/catalogue/v1/plugins?q={author.Plugin}", null)).Text.Contains(author.Plugin),
            "the catalogue has the plugin"
        );
        var detail = (await Client.Send(HttpMethod.Get, $"/catalogue/v1/plugins/{author.Plugin}", null)).OrThrow().Json;
        Assert.Equal(5_000, detail.GetProperty("prices").GetProperty("daily_limit").GetInt32());

        var seller = marketplace.NewSeller();
        var installation = $"{seller}/{author.Plugin}";
        var enabled = await Client.Send(
            HttpMethod.Post,
            "/seller/v1/installations",
            await Client.UserToken(seller),
            new { seller, plugin = author.Plugin },
            MarketplaceClient.NewKey()
        );
        Assert.Equal(2, enabled.OrThrow().Json.GetProperty("prices").GetProperty("tiers").GetArrayLength());
        await Client.Consent(installation, "orders.flag");
        await Client.ApproveEnterprise(seller);
        await Eventually.Holds(
            async () => (await Client.Installation(installation)).Json.GetProperty("state").GetString() == "running",
            "the installation runs"
        );
        var token = (await plugin.RequestToken(installation)).OrThrow().Json.GetProperty("access_token").GetString()!;
        var call = (await Client.Send(HttpMethod.Get, "/open/v1/orders", token)).OrThrow();

        var bill = (await Client.Bill(seller, call.Receipt!.Day)).Json;
        var line = Assert.Single(bill.GetProperty("lines").EnumerateArray());
        Assert.Equal(
            (author.Plugin, "orders.list", 1),
            (line.GetProperty("plugin").GetString(), line.GetProperty("api").GetString(), line.GetProperty("calls").GetInt32())
        );
    }

    /// <summary>A passed round; a busy machine may spoil one, which says nothing of what is tested.</summary>
    private static async Task<JsonElement> Passed(SandboxPerson author)
    {
        for (var attempt = 1; ; attempt++)
        {
            var round = await author.Round();
            if (round.GetProperty("state").GetString() == "passed")
            {
                return round;
            }

            Assert.True(attempt < Attempts, $"No round passed; the last one: {round}");
        }
    }

    private static async Task Decide(SandboxPerson author, string track, string verdict)
    {
        var reviewer = author with { Token = await author.Marketplace.Client.StaffToken($"{track}-reviewer-user", track) };
        var path = $"/review/v1/{track}/versions/{author.Plugin}/{author.Hash}";
        (await reviewer.Post($"{path}/claim")).OrThrow();
        (await reviewer.Post($"{path}/verdict", verdict)).OrThrow();
    }

    private static async Task<JsonElement> Listing(SandboxPerson author) =>
        (await author.Get($"/developer/v1/plugins/{author.Plugin}")).OrThrow().Json;

    private async Task<bool> InLedger(string installation)
    {
        await foreach (var line in Client.Export("ledger"))
        {
            if (line.ToString().Contains(installation, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    // The marks follow from the seed alone.
    private static CanaryMarks MarksOf(long seed)
    {
        var subject = new RoundSubject(new string('0', 64), TestPlugins.All[0], null);
        return RoundPlan.Of(subject, RoundPolicy.Published, seed, ImmutableDictionary<string, ImmutableArray<string>>.Empty).Marks;
    }

    private static (string?, string?, string?)[] Findings(JsonElement findings) =>
        [
            .. findings
                .EnumerateArray()
                .Select(finding =>
                    (
                        finding.GetProperty("rule").GetString(),
                        finding.GetProperty("severity").GetString(),
                        finding.GetProperty("subject").GetString()
                    )
                ),
        ];

    private static IEnumerable<string?> Breaches(JsonElement round) =>
        round.GetProperty("result").GetProperty("breaches").EnumerateArray().Select(breach => breach.GetProperty("limit").GetString());

    private static IEnumerable<string?> Texts(JsonElement texts) => texts.EnumerateArray().Select(text => text.GetString());

    private static decimal Number(JsonElement json, string name) => json.GetProperty(name).GetDecimal();
}
