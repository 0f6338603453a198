using System.Text.Json;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Schemas;

/// <summary>
/// An announcement, the plugins' clocks, and whom it concerns. Moves the grains' clock, so it has a marketplace of its own.
/// </summary>
public sealed class SchemaAnnouncementTests(SchemaMarketplace marketplace) : IClassFixture<SchemaMarketplace>
{
    private static readonly HttpMethod Post = HttpMethod.Post;

    [Fact]
    public async Task Nothing_breaks_at_the_announcement_and_the_board_tells_who_moved_who_has_time_and_who_is_late()
    {
        var stays = await marketplace.Installation("stays", "2024-02");
        var moves = await marketplace.Installation("moves", "2024-02");
        await marketplace.Register("newest", null);
        await marketplace.Register("uncertified", "2024-02", certified: false);
        var order = await Returned(stays);
        var before = await Read(stays, order);
        Assert.Equal(("pending", null), Standing(await Board("2024-05"), "stays"));

        var key = MarketplaceClient.NewKey();
        var announced = (await marketplace.Versions(Post, "/2024-05/announce", key)).OrThrow().Json;
        var due = announced.GetProperty("due_at").GetDateTimeOffset();
        Assert.Equal(TimeSpan.FromHours(48), due - announced.GetProperty("announced_at").GetDateTimeOffset());

        // Hour 0: the same bytes.
        Assert.Equal(before, await Read(stays, order));
        var board = await Board("2024-05", moved: "newest");
        Assert.Equal(("pending", due), Standing(board, "stays"));
        Assert.Equal(("updated", null), Standing(board, "newest"));
        Assert.DoesNotContain("uncertified", board.ToString(), StringComparison.Ordinal);

        marketplace.Clock.Offset = TimeSpan.FromHours(47);
        await marketplace.Register("moves", "2024-05");
        board = await Board("2024-05", moved: "moves");
        var row = Row(board, "moves");
        Assert.Equal((false, true), (row.GetProperty("late").GetBoolean(), row.GetProperty("badge").GetBoolean()));
        Assert.InRange(row.GetProperty("updated_at").GetDateTimeOffset(), due.AddHours(-2), due);

        marketplace.Clock.Offset = TimeSpan.FromHours(49);
        board = await Board("2024-05");
        row = Row(board, "stays");
        Assert.Equal(
            ("overdue", false, true),
            (row.GetProperty("status").GetString(), row.GetProperty("badge").GetBoolean(), row.GetProperty("late").GetBoolean())
        );
        Assert.Equal("2024-02", row.GetProperty("pinned").GetString());
        Assert.Equal(
            board
                .GetProperty("plugins")
                .EnumerateArray()
                .CountBy(plugin => plugin.GetProperty("status").GetString()!)
                .ToDictionary()
                .GetValueOrDefault("overdue"),
            board.GetProperty("overdue").GetInt32()
        );

        // Late is not cut off: served as before, and the one that moved has the new member.
        Assert.Equal(before, await Read(stays, order));
        Assert.Contains("\"return_reason_code\":\"damaged\"", await Read(moves, await Returned(moves)), StringComparison.Ordinal);

        marketplace.Clock.Offset = TimeSpan.FromHours(50);
        await marketplace.Register("stays", "2026-11");
        row = Row(await Board("2024-05", moved: "stays"), "stays");
        Assert.Equal((true, true), (row.GetProperty("late").GetBoolean(), row.GetProperty("badge").GetBoolean()));

        await The_announcement_is_a_fact_that_happens_once(key, announced);
    }

    [Fact]
    public async Task The_impact_names_the_plugins_whose_installations_read_what_changed()
    {
        var reads = await marketplace.Installation("reads-orders", "2024-02");
        var other = await marketplace.Installation("reads-orders", "2024-02");
        var products = await marketplace.Installation("reads-products", "2024-02");
        var gone = await marketplace.Installation("was-disabled", "2024-02");
        var order = await Returned(reads);
        await Read(reads, order);
        (await marketplace.Plugins.Get(reads, "orders")).OrThrow();
        (await marketplace.Plugins.Get(other, "orders")).OrThrow();
        (await marketplace.Plugins.Get(products, "products")).OrThrow();
        (await marketplace.Plugins.Get(gone, "orders")).OrThrow();
        var pushed = await marketplace.Installation("takes-events", "2024-02");
        await Returned(pushed);
        await ConfirmAll(pushed);
        (await marketplace.Client.SellerCommand(Post, gone, "disable", new { reason = "test" })).OrThrow();

        // The list of plugins follows the journal's stream, so it names a plugin shortly after its registration was answered.
        var impact = await Eventually.Get(
            async () => (await marketplace.Versions(HttpMethod.Get, "/2024-05/impact")).OrThrow().Json,
            read => Readers(read, "reads-orders") == 2 && Readers(read, "takes-events") == 1,
            "the impact"
        );

        Assert.Equal(["event:order.returned", "order"], Texts(impact, "objects"));
        Assert.Equal(["events.*", "orders.get", "orders.list"], Texts(impact, "operations"));
        var plugin = Row(impact, "reads-orders");
        Assert.Equal((2, 3), (plugin.GetProperty("installations").GetInt32(), plugin.GetProperty("calls_30d").GetInt32()));
        Assert.Equal(["orders.get", "orders.list"], Texts(plugin, "operations"));
        Assert.Equal("2024-02", plugin.GetProperty("pinned").GetString());
        Assert.True(plugin.TryGetProperty("last_read_at", out _));
        plugin = Row(impact, "takes-events");
        Assert.Equal((1, 0), (plugin.GetProperty("installations").GetInt32(), plugin.GetProperty("calls_30d").GetInt32()));
        Assert.Equal(["events.acknowledged"], Texts(plugin, "operations"));
        var named = impact.GetProperty("plugins").EnumerateArray().Select(one => one.GetProperty("plugin").GetString()).ToArray();
        Assert.DoesNotContain("reads-products", named);
        Assert.DoesNotContain("was-disabled", named);
    }

    [Fact]
    public async Task What_is_no_version_is_refused()
    {
        (await marketplace.Versions(Post, "/2024-03/announce")).IsProblem(404, "schema-version-unknown");
        (await marketplace.Versions(HttpMethod.Get, "/2024-03/board")).IsProblem(404, "schema-version-unknown");
        (await marketplace.Versions(HttpMethod.Get, "/2024-03/impact")).IsProblem(404, "schema-version-unknown");
    }

    private async Task The_announcement_is_a_fact_that_happens_once(string key, JsonElement announced)
    {
        Assert.Equal(announced.ToString(), (await marketplace.Versions(Post, "/2024-05/announce", key)).OrThrow().Json.ToString());
        (await marketplace.Versions(Post, "/2026-11/announce", key)).IsProblem(422, "idempotency-key-reused");
        (await marketplace.Versions(Post, "/2024-05/announce")).IsProblem(409, "schema-already-announced");
        var versions = (await marketplace.Versions(HttpMethod.Get)).OrThrow().Json.GetProperty("versions").EnumerateArray().ToArray();
        Assert.Equal(["2024-02", "2024-05", "2026-11"], versions.Select(version => version.GetProperty("version").GetString()));
        Assert.Equal(
            DateTimeOffset.Parse(SchemaMarketplace.Sunset, System.Globalization.CultureInfo.InvariantCulture),
            versions[0].GetProperty("retires_at").GetDateTimeOffset()
        );
        Assert.Equal(
            announced.GetProperty("announced_at").GetDateTimeOffset().AddMonths(12),
            versions[0].GetProperty("served_until_at_least").GetDateTimeOffset()
        );
        Assert.False(versions[1].TryGetProperty("served_until_at_least", out _));
        Assert.Equal([false, false, true], versions.Select(version => version.GetProperty("current").GetBoolean()));
        var journal = (await LogExports.ReadAll(marketplace.Client)).Journal.Split('\n');
        Assert.Single(journal, line => line.Contains("version-announced", StringComparison.Ordinal));
    }

    /// <summary>The board; once a plugin is updated on it, if one is named.</summary>
    private async Task<JsonElement> Board(string version, string? moved = null) =>
        await Eventually.Get(
            async () => (await marketplace.Versions(HttpMethod.Get, $"/{version}/board")).OrThrow().Json,
            board =>
                moved is null
                || board
                    .GetProperty("plugins")
                    .EnumerateArray()
                    .Any(row => row.GetProperty("plugin").GetString() == moved && row.GetProperty("status").GetString() == "updated"),
            "the board"
        );

    private static (string? Status, DateTimeOffset? Due) Standing(JsonElement board, string plugin)
    {
        var row = Row(board, plugin);
        return (row.GetProperty("status").GetString(), row.TryGetProperty("due_at", out var due) ? due.GetDateTimeOffset() : null);
    }

    private static JsonElement Row(JsonElement answer, string plugin) =>
        answer.GetProperty("plugins").EnumerateArray().Single(row => row.GetProperty("plugin").GetString() == plugin);

    private static int Readers(JsonElement impact, string plugin) =>
        impact
            .GetProperty("plugins")
            .EnumerateArray()
            .Where(row => row.GetProperty("plugin").GetString() == plugin)
            .Sum(row => row.GetProperty("installations").GetInt32());

    /// <summary>Confirms all events of the installation, as if they had been delivered.</summary>
    private async Task ConfirmAll(string installation)
    {
        var grain = marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IDeliveryGrain>(GrainKeys.Delivery(InstallationId.Parse(installation, null)));
        var status = await Eventually.Get(
            () => grain.GetStatus(TestContext.Current.CancellationToken),
            read => read is { Head: >= 2 },
            "the deliveries"
        );
        Assert.Null((await grain.Confirm(status!.Head, DeliveryChannel.Pull, TestContext.Current.CancellationToken)).Refusal);
    }

    private static IEnumerable<string?> Texts(JsonElement answer, string member) =>
        answer.GetProperty(member).EnumerateArray().Select(text => text.GetString());

    private async Task<string> Read(string installation, string order) =>
        (await marketplace.Plugins.Get(installation, $"orders/{order}")).OrThrow().Text;

    private async Task<string> Returned(string installation)
    {
        var order = await marketplace.NewOrder(installation);
        (
            await marketplace.Client.SendEvents([
                CloudEvents.Of("order.returned", TestMarketplace.SellerOf(installation), order, new { return_reason_code = "damaged" }),
            ])
        ).OrThrowIfRejected();
        return order;
    }
}
