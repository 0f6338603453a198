using System.Runtime.ExceptionServices;
using Marketplace.Catalogue;
using Marketplace.Grains.Journal;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Grains.Catalogue;

/// <summary>
/// Forwards a change of a plugin to all its installations: a lost certification, new prices, scopes now awaiting the seller; volatile.
/// </summary>
[GrainType("plugin-change-relay"), ImplicitStreamSubscription(Streams.AuditPlugins)]
internal sealed class PluginChangeRelay(AuditDelivery delivery) : AuditSubscriber(delivery)
{
    protected override string? Topic => Streams.AuditPlugins;

    protected override async Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        // A plugin's first fact precedes any installation.
        if (item.Fact.Version > 1)
        {
            var plugin = GrainKeys.Parse<PluginId>(item.Fact.Entity);
            var failures = await Task.WhenAll(PluginSellerShards.KeysOf(plugin).Select(shard => Refresh(plugin, shard, cancellationToken)));
            ThrowIfAny([.. failures.SelectMany(static some => some)]);
        }
    }

    /// <summary>Refreshes the installations of a shard; one that fails does not keep the change from those after it.</summary>
    private async Task<IReadOnlyList<Exception>> Refresh(PluginId plugin, string shard, CancellationToken cancellationToken)
    {
        var sellers = GrainFactory.GetGrain<IPluginSellersGrain>(shard);
        var failures = new List<Exception>();
        for (var page = await sellers.ReadPage(null); !page.IsEmpty; page = await sellers.ReadPage(page[^1]))
        {
            var refreshed = page.Select(seller => Installation(plugin, seller).Refresh(cancellationToken)).ToArray();
            await Task.WhenAll(refreshed)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            failures.AddRange(refreshed.Where(static one => !one.IsCompletedSuccessfully).Select(FailureOf));
        }

        return failures;
    }

    private static Exception FailureOf(Task failed) =>
        failed.Exception?.InnerException ?? new OperationCanceledException("The refresh of an installation was cancelled.");

    // One that never passes decides: as long as all of them may pass, the stream delivers the fact again.
    private static void ThrowIfAny(IReadOnlyList<Exception> failures)
    {
        if (failures is [var first, ..])
        {
            ExceptionDispatchInfo.Throw(failures.FirstOrDefault(static failure => !AuditDelivery.IsPassing(failure)) ?? first);
        }
    }

    private IInstallationGrain Installation(PluginId plugin, SellerId seller) =>
        GrainFactory.GetGrain<IInstallationGrain>(GrainKeys.Of(new InstallationId(seller, plugin)));
}
