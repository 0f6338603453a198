using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Domain.Tests.Events;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Schemas;
using Xunit;

namespace Marketplace.Domain.Tests.Schemas;

/// <summary>Announcements, their clocks, and whom they concern.</summary>
public sealed class SchemaBoardTests
{
    private static readonly DateTimeOffset Noon = Samples.Now;
    private static readonly SchemaVersions Versions = new([new("2024-02", Noon.AddYears(1)), new("2024-05", null), new("2026-11", null)]);

    [Fact]
    public void A_plugin_that_pins_an_older_version_has_forty_eight_hours_to_the_tick()
    {
        var plugin = Registered("a", ("2024-02", Noon.AddDays(-30)));
        var due = Noon.AddHours(48);

        var before = Row(plugin, due.AddTicks(-1));
        var after = Row(plugin, due);

        Assert.Equal((SchemaProgress.Pending, due, true, false), (before.Progress, before.DueAt, before.Badge, before.Late));
        Assert.Equal((SchemaProgress.Overdue, due, false, true), (after.Progress, after.DueAt, after.Badge, after.Late));
        Assert.Null(after.UpdatedAt);
    }

    [Fact]
    public void Who_moves_in_time_is_updated_with_the_instant_and_who_moves_late_gets_the_badge_back()
    {
        var inTime = Row(Registered("a", ("2024-02", Noon.AddDays(-30)), ("2024-05", Noon.AddHours(47))), Noon.AddHours(100));
        var late = Row(Registered("b", ("2024-02", Noon.AddDays(-30)), ("2026-11", Noon.AddHours(48))), Noon.AddHours(100));

        Assert.Equal(
            (SchemaProgress.Updated, Noon.AddHours(47), false, true),
            (inTime.Progress, inTime.UpdatedAt, inTime.Late, inTime.Badge)
        );
        Assert.Equal((SchemaProgress.Updated, Noon.AddHours(48), true, true), (late.Progress, late.UpdatedAt, late.Late, late.Badge));
    }

    [Fact]
    public void Who_had_the_version_or_takes_the_newest_needs_no_time()
    {
        foreach (var pinned in new[] { "2024-05", "2026-11", null })
        {
            var row = Row(Registered("a", (pinned, Noon.AddDays(-30))), Noon.AddDays(30));
            Assert.Equal((SchemaProgress.Updated, Noon.AddDays(-30), null, false), (row.Progress, row.UpdatedAt, row.DueAt, row.Late));
        }
    }

    [Fact]
    public void Who_goes_back_to_an_older_version_is_not_updated_any_more()
    {
        var row = Row(
            Registered("a", ("2024-02", Noon.AddDays(-30)), ("2024-05", Noon.AddHours(1)), ("2024-02", Noon.AddHours(2))),
            Noon.AddHours(48)
        );

        Assert.Equal((SchemaProgress.Overdue, null), (row.Progress, row.UpdatedAt));
    }

    [Fact]
    public void A_manifest_that_pins_the_same_again_moves_nothing()
    {
        var once = Registered("a", ("2024-05", Noon.AddHours(3)));
        var again = Registered("a", ("2024-05", Noon.AddHours(3)), ("2024-05", Noon.AddHours(4)));

        Assert.Equal(Row(once, Noon.AddHours(5)), Row(again, Noon.AddHours(5)));
    }

    [Fact]
    public void Who_is_certified_after_the_announcement_has_the_whole_time_from_then_on()
    {
        var row = Row(Registered("a", ("2024-02", Noon.AddHours(40))), Noon.AddHours(60));

        Assert.Equal((SchemaProgress.Pending, Noon.AddHours(88)), (row.Progress, row.DueAt));
    }

    [Fact]
    public void Only_certified_plugins_stand_on_the_board_by_id_and_are_counted()
    {
        var plugins = new[]
        {
            Registered("c", ("2024-02", Noon.AddDays(-1))),
            Registered("a", (null, Noon.AddDays(-1))),
            Registered("b", ("2024-02", Noon.AddHours(1))),
            PluginStatus.After(Registered("d", ("2024-02", Noon.AddDays(-1))), Fact("d", 2, "2024-02", Noon, certified: false))!,
        };

        var board = SchemaBoard.Of("2024-05", Announced, plugins, Noon.AddHours(48));

        Assert.Equal(["a", "b", "c"], board.Rows.Select(row => row.Plugin.Value));
        Assert.Equal(
            (1, 1, 1),
            (board.Count(SchemaProgress.Updated), board.Count(SchemaProgress.Pending), board.Count(SchemaProgress.Overdue))
        );
    }

    [Fact]
    public void Before_the_announcement_nobodys_time_runs()
    {
        var row = SchemaBoard.Of("2024-05", null, [Registered("a", ("2024-02", Noon.AddYears(-1)))], Noon).Rows[0];

        Assert.Equal((SchemaProgress.Pending, null, true), (row.Progress, row.DueAt, row.Badge));
    }

    [Fact]
    public void The_list_of_plugins_takes_every_fact_once_and_passes_over_others()
    {
        var first = Registered("a", ("2024-02", Noon));
        var fact = Fact("a", 2, "2024-05", Noon.AddHours(1));
        var second = PluginStatus.After(first, fact);

        Assert.Same(second, PluginStatus.After(second, fact));
        Assert.Same(second, PluginStatus.After(second, Fact("a", 1, "2024-02", Noon)));
        Assert.Same(second, PluginStatus.After(second, fact with { Version = 3, Type = "from-the-future" }));
        Assert.Equal(("2024-05", 2L), (second!.Pinned, second.Version));
    }

    [Fact]
    public void The_last_changes_of_a_pin_are_kept_and_the_one_in_force_among_them()
    {
        var plugin = Registered("a", [.. Enumerable.Range(0, 120).Select(i => (i % 2 == 0 ? "2024-02" : "2024-05", Noon.AddMinutes(i)))]);

        Assert.Equal((PluginStatus.KeptPins, "2024-05", Noon.AddMinutes(119)), (plugin.Pins.Length, plugin.Pinned, plugin.Pins[^1].Since));
    }

    [Fact]
    public void A_version_is_announced_once_and_a_repeat_of_the_operation_changes_nothing()
    {
        var decided = SchemaAnnouncements.None.Decide(Versions, "2024-05", OperationId.Parse("op-1"));
        var (type, payload) = Assert.Single(decided.Value);
        var announced = SchemaAnnouncements.None.After(
            JournalFact.Following(null, "schema/all", OperationId.Parse("op-1"), ActorId.Parse("operator"), Noon, type, payload)
        );

        Assert.Equal(
            new SchemaAnnouncement("2024-05", Noon, Noon.AddHours(48), ActorId.Parse("operator"), OperationId.Parse("op-1")),
            announced.Of("2024-05")
        );
        Assert.Empty(announced.Decide(Versions, "2024-05", OperationId.Parse("op-1")).Value);
        Assert.Equal(QuotaRefusals.KeyReused, announced.Decide(Versions, "2026-11", OperationId.Parse("op-1")).Refusal?.Code);
        Assert.Equal(SchemaRefusals.AlreadyAnnounced, announced.Decide(Versions, "2024-05", OperationId.Parse("op-2")).Refusal?.Code);
        Assert.Equal(SchemaRefusals.VersionUnknown, announced.Decide(Versions, "2024-06", OperationId.Parse("op-2")).Refusal?.Code);
    }

    [Fact]
    public void A_fact_of_a_newer_release_changes_no_announcement() =>
        Assert.Same(
            SchemaAnnouncements.None,
            SchemaAnnouncements.None.After(
                JournalFact.Following(
                    null,
                    "schema/all",
                    OperationId.Parse("o"),
                    ActorId.Parse("a"),
                    Noon,
                    "from-the-future",
                    "{}"u8.ToArray()
                )
            )
        );

    [Theory]
    [InlineData(null, 0, "2026-11")]
    [InlineData("2026-11", 0, "2026-11")]
    [InlineData("2024-05", 0, "2024-05")]
    [InlineData("2024-02", -1, "2024-02")]
    [InlineData("2024-02", 0, "2024-05")]
    [InlineData("2023-01", 0, "2024-05")]
    [InlineData("2024-03", -1, "2024-05")]
    [InlineData("2099-01", 0, "2026-11")]
    public void A_plugin_is_served_what_it_pins_or_else_the_next_later_version_that_is_served(
        string? pinned,
        int ticksAfterTheEnd,
        string served
    ) => Assert.Equal(served, Versions.ServedTo(pinned, Noon.AddYears(1).AddTicks(ticksAfterTheEnd)));

    [Fact]
    public void Readers_are_who_called_an_operation_that_reads_a_changed_object_in_the_last_thirty_days()
    {
        var today = new DateOnly(2026, 11, 23);
        var operations = SchemaReads.OperationsOf(["event:order.returned", "order"]);

        Assert.Equal(["events.*", "orders.get", "orders.list"], operations);
        Assert.Equal(["products.list"], SchemaReads.OperationsOf(["product"]));
        Assert.Equal((true, false), (SchemaReads.AreEvents(operations), SchemaReads.AreEvents(["products.list"])));
        Assert.Null(SchemaReads.Of(Usage(today, ("orders.get", -31, 5), ("products.list", 0, 7), ("orders.flag", 0, 7)), null, operations));
        var reader = SchemaReads.Of(
            Usage(today, ("orders.get", -30, 5), ("events.list", 0, 2), ("products.list", 0, 7)),
            null,
            operations
        )!;
        Assert.Equal((7L, Noon), (reader.Calls, reader.LastReadAt));
        Assert.Equal(["orders.get", "events.list"], reader.Operations);
    }

    [Fact]
    public void A_plugin_whose_events_are_pushed_reads_though_it_calls_nothing()
    {
        var operations = SchemaReads.OperationsOf(["event:order.returned"]);
        var none = Usage(new DateOnly(2026, 11, 23), ("products.list", 0, 7));

        Assert.Null(SchemaReads.Of(none, Noon.AddDays(-30).AddTicks(-1), operations));
        var reader = SchemaReads.Of(none, Noon.AddDays(-30), operations)!;
        Assert.Equal((0L, Noon.AddDays(-30)), (reader.Calls, reader.LastReadAt));
        Assert.Equal([SchemaReads.Acknowledged], reader.Operations);
        Assert.Equal(Noon, SchemaReads.Of(Usage(new DateOnly(2026, 11, 23), ("events.live", -1, 1)), Noon, operations)!.LastReadAt);
    }

    private static SchemaAnnouncement Announced { get; } =
        new("2024-05", Noon, Noon.AddHours(48), ActorId.Parse("operator"), OperationId.Parse("op"));

    private static UsageStatistics Usage(DateOnly today, params (string Operation, int Day, long Calls)[] used) =>
        new(
            new InstallationId(Samples.Seller, PluginId.Parse("p", null)),
            today.AddDays(-34),
            today,
            [
                .. used.Select(one => new OperationUsage(
                    OperationName.Parse(one.Operation),
                    Noon.AddDays(one.Day),
                    ImmutableSortedDictionary<DateOnly, long>.Empty.Add(today.AddDays(one.Day), one.Calls)
                )),
            ],
            Noon
        );

    private static SchemaBoardRow Row(PluginStatus plugin, DateTimeOffset now) =>
        Assert.Single(SchemaBoard.Of("2024-05", Announced, [plugin], now).Rows);

    private static PluginStatus Registered(string plugin, params (string? Schema, DateTimeOffset At)[] manifests) =>
        manifests
            .Select((manifest, i) => Fact(plugin, i + 1, manifest.Schema, manifest.At))
            .Aggregate((PluginStatus?)null, PluginStatus.After)!;

    private static JournalFact Fact(string plugin, long version, string? schema, DateTimeOffset at, bool certified = true)
    {
        var profile = new PluginProfile(
            PluginId.Parse(plugin, null),
            plugin,
            PluginCategory.OrderProcessing,
            certified,
            ["orders.read"],
            PriceBook.Standard,
            BurstLimit.Standard,
            DataRegion.Parse("cn")
        )
        {
            Manifest = PluginManifest.Undeclared with { Schema = schema },
        };
        return JournalFact.Following(
            null,
            $"plugin/{plugin}",
            OperationId.Parse($"op-{version}"),
            ActorId.Parse("tests"),
            at,
            PluginProfile.FactType,
            profile.Encode()
        ) with
        {
            Version = version,
        };
    }
}
