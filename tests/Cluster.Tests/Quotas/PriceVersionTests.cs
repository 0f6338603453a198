using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Cluster.Tests.Quotas;

/// <summary>Announced prices reach the counters of both silos for their day, and no day before it (R52).</summary>
public sealed class PriceVersionTests(QuotaCluster cluster) : IClassFixture<QuotaCluster>
{
    private static readonly ImmutableArray<PriceTier> Free = [new(1_000, 0m), new(2_000, 0.001m)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_day_is_counted_with_the_prices_of_that_day_and_its_ledger_says_so()
    {
        var id = await cluster.Install();
        var today = MarketCalendar.Shanghai.DayOf(cluster.Time.GetUtcNow());
        await Calls(id, 4);

        var announced = await Announce(id.Plugin, new AnnouncePrices(Free, today.AddDays(2)));
        await cluster.Cluster.Client.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Refresh(Token);

        Assert.Equal((2, today.AddDays(2)), (announced.Value!.Book.Version, announced.Value.EffectiveFrom));
        Assert.Equal(0.020m, await Calls(id, 1));
        cluster.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0.020m, await Calls(id, 4));
        cluster.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0m, await Calls(id, 4));
        Assert.Equal(
            [(0, 1), (1, 1), (2, 2)],
            cluster
                .VerifiedRows(id)
                .Where(row => !row.Opening.IsEmpty)
                .Select(row => (row.Day.DayNumber - today.DayNumber, DayOpening.Decode(row.Opening).Prices.Version))
        );
    }

    [Fact]
    public async Task An_announcement_is_made_once_and_other_prices_under_its_operation_are_refused()
    {
        var id = await cluster.Install();
        var today = MarketCalendar.Shanghai.DayOf(cluster.Time.GetUtcNow());
        var by = cluster.By();
        var command = new AnnouncePrices(Free, today.AddDays(7));

        var first = await Announce(id.Plugin, command, by);
        var repeated = await Announce(id.Plugin, command, by);
        var other = await Announce(id.Plugin, command with { EffectiveFrom = today.AddDays(8) }, by);

        Assert.Equal(first, repeated);
        Assert.Equal(QuotaRefusals.ReusedKey().Code, other.Refusal!.Code);
        var plugin = await cluster.Cluster.Client.GetGrain<IPluginGrain>(GrainKeys.Of(id.Plugin)).Get(Token);
        Assert.Equal(first.Value, Assert.Single(plugin!.PriceChanges));
    }

    [Fact]
    public async Task A_registered_version_of_the_plugin_keeps_the_announced_prices()
    {
        var id = await cluster.Install();
        var today = MarketCalendar.Shanghai.DayOf(cluster.Time.GetUtcNow());
        await Announce(id.Plugin, new AnnouncePrices(Free, today.AddDays(7)));

        await cluster.Register(id.Plugin, 2, "orders.read");

        var plugin = await cluster.Cluster.Client.GetGrain<IPluginGrain>(GrainKeys.Of(id.Plugin)).Get(Token);
        Assert.Equal((2, 2), (plugin!.Manifest.Version, plugin.PriceSchedule.On(today.AddDays(7)).Version));
    }

    [Fact]
    public async Task A_command_of_an_installation_that_missed_an_announcement_keeps_the_announced_prices()
    {
        var id = await cluster.Install();
        var today = MarketCalendar.Shanghai.DayOf(cluster.Time.GetUtcNow());
        await Announce(id.Plugin, new AnnouncePrices(Free, today.AddDays(2)));
        await cluster.Deactivate(id);
        await cluster.Gone(id);
        await Calls(id, 1);

        Assert.Null((await cluster.Execute(id, new InstallationCommand.Pause("inventory"))).Refusal);
        Assert.Null((await cluster.Execute(id, new InstallationCommand.Resume())).Refusal);

        cluster.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(0m, await Calls(id, 4));
    }

    [Fact]
    public async Task An_unknown_plugin_has_no_prices()
    {
        var today = MarketCalendar.Shanghai.DayOf(cluster.Time.GetUtcNow());

        var refused = await Announce(PluginId.Parse("no-such-plugin", null), new AnnouncePrices(Free, today.AddDays(7)));

        Assert.Equal(InstallationRefusals.PluginNotFound, refused.Refusal!.Code);
    }

    private Task<Outcome<PriceVersion>> Announce(PluginId plugin, AnnouncePrices command, Initiator? by = null) =>
        cluster.Cluster.Client.GetGrain<IPluginGrain>(GrainKeys.Of(plugin)).AnnouncePrices(command, by ?? cluster.By(), Token);

    /// <summary>Makes calls; the price of the last one.</summary>
    private async Task<decimal> Calls(InstallationId id, int count)
    {
        var price = -1m;
        for (var call = 0; call < count; call++)
        {
            price = (await QuotaCluster.WhenAvailable(() => cluster.Call(cluster.Gates[call % 2], id))).Call!.Value.Price.Amount;
        }

        return price;
    }
}
