using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Cluster.Tests.Installations;
using Marketplace.Cluster.Tests.Quotas;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>What all sellers of a plugin are told about it.</summary>
public sealed class PluginNoticeTests(SubscriberCluster cluster) : IClassFixture<SubscriberCluster>
{
    private const string Announced = "plugin.price-announced";
    private static int OperationsMade;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Announced_prices_are_told_to_each_seller_that_has_the_plugin_and_to_no_other()
    {
        var plugin = PluginId.Parse("noticed-plugin", null);
        var (having, left) = (SellerId.Parse("notice-1", null), SellerId.Parse("notice-2", null));
        var grain = cluster.Grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugin));
        await grain.Register(QuotaCluster.ProfileOf(plugin, 1, "orders.read"), By(), Token);
        await Enable(having, plugin);
        await Enable(left, plugin);
        await Execute(new InstallationId(left, plugin), new InstallationCommand.Disable(null));

        var from = MarketCalendar.Shanghai.DayOf(cluster.Time.GetUtcNow()).AddDays(2);
        var announced = await grain.AnnouncePrices(new AnnouncePrices([new PriceTier(1_000_000, 0m)], from), By(), Token);

        Assert.Null(announced.Refusal);
        var told = (await Notifications(having, kinds => kinds.Contains(Announced))).Single(one => one.Kind == Announced);
        Assert.Equal($"{having}/{plugin}", told.Installation);
        Assert.Contains("fall from 2026-11-25", told.Text.En, StringComparison.Ordinal);

        // The relay of the fact has gone through all sellers by the time another fact of the plugin has been told.
        await grain.AnnouncePrices(new AnnouncePrices([new PriceTier(2_000_000, 0m)], from.AddDays(1)), By(), Token);
        await Notifications(having, kinds => kinds.Count(kind => kind == Announced) == 2);
        Assert.DoesNotContain(await Notifications(left, _ => true), one => one.Kind == Announced);
    }

    [Fact]
    public async Task One_installation_that_cannot_be_read_keeps_a_change_from_no_other_and_the_fact_is_retried()
    {
        const int FullPage = 200;
        var plugin = PluginId.Parse("relayed-plugin", null);
        var grain = cluster.Grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugin));
        await grain.Register(QuotaCluster.ProfileOf(plugin, 1, "orders.read"), By(), Token);
        var shard = PluginSellerShards.KeysOf(plugin).First();
        var sellers = Enumerable
            .Range(10_000, 10_000)
            .Select(number => SellerId.Parse(FormattableString.Invariant($"relayed-{number}"), null))
            .Where(seller => PluginSellerShards.KeyOf(plugin, seller) == shard)
            .Take(FullPage + 1)
            .ToArray();
        await Task.WhenAll(sellers.Select(seller => cluster.Grains.GetGrain<IPluginSellersGrain>(shard).Add(seller)));
        await cluster.Append(GrainKeys.Of(new InstallationId(sellers[0], plugin)), "from-the-future", "{}"u8.ToArray());
        var last = new InstallationId(sellers[^1], plugin);
        await Enable(last.Seller, plugin);

        var from = MarketCalendar.Shanghai.DayOf(cluster.Time.GetUtcNow()).AddDays(2);
        var announced = await grain.AnnouncePrices(new AnnouncePrices([new PriceTier(1_000_000, 0m)], from), By(), Token);

        Assert.Null(announced.Refusal);
        await Eventually.Get(
            () => cluster.Grains.GetGrain<IInstallationGrain>(GrainKeys.Of(last)).GetEntitlement(Token),
            entitlement => entitlement!.PriceChanges.Length == 1,
            "the prices reach the last installation"
        );
        await Eventually.Get(
            () => cluster.Grains.GetGrain<IAuditGrain>(IAuditGrain.GrainKey).ListDeadLetters(true, 0, 100, Token),
            letters => letters.Any(letter => letter.Subscriber == "plugin-change-relay" && letter.Entity == GrainKeys.Of(plugin)),
            "the fact was tried again and is a dead letter"
        );
    }

    private async Task Enable(SellerId seller, PluginId plugin)
    {
        foreach (var command in QuotaCluster.Steps)
        {
            await Execute(new InstallationId(seller, plugin), command);
        }
    }

    private async Task Execute(InstallationId id, InstallationCommand command)
    {
        var grain = cluster.Grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id));
        Assert.Null((await grain.Execute(command, By().For(command), Token)).Refusal);
    }

    private async Task<IReadOnlyList<Notification>> Notifications(SellerId seller, Func<IReadOnlyList<string>, bool> isReady) =>
        await Eventually.Get<IReadOnlyList<Notification>>(
            async () =>
                (
                    await cluster.Grains.GetGrain<INotificationsGrain>(GrainKeys.Of(seller)).Read(false, long.MaxValue, 100, Token)
                ).Notifications,
            told => isReady([.. told.Select(one => one.Kind)]),
            "the notifications"
        );

    private static Initiator By() =>
        new(ActorId.Parse("test"), OperationId.Parse(FormattableString.Invariant($"notice-{Interlocked.Increment(ref OperationsMade)}")));
}
