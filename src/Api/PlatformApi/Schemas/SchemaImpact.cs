using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Schemas;

namespace Marketplace.Api.PlatformApi.Schemas;

/// <summary>A plugin with installations that read changed objects.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Readers">Its reading installations, at least one.</param>
internal sealed record ImpactedPlugin(PluginStatus Plugin, ImmutableArray<SchemaReader> Readers);

/// <summary>
/// Queries usage and deliveries of all installations of all plugins. Blocks no turn, and is for operators: its duration grows with the
/// number of installations.
/// </summary>
internal sealed class SchemaImpact(IGrainFactory grains, ImmutableArray<string> operations)
{
    // Each of them may have to read its ledger.
    private const int AtOnce = 16;

    /// <summary>The affected plugins, by id.</summary>
    public async Task<ImmutableArray<ImpactedPlugin>> Read(CancellationToken cancellationToken)
    {
        if (operations.IsEmpty)
        {
            return [];
        }

        var concerned = ImmutableArray.CreateBuilder<ImpactedPlugin>();
        foreach (var plugin in await grains.GetGrain<IPluginsGrain>(GrainKeys.Plugins()).List(cancellationToken))
        {
            var readers = await ReadersOf(plugin.Plugin, cancellationToken);
            if (!readers.IsEmpty)
            {
                concerned.Add(new ImpactedPlugin(plugin, readers));
            }
        }

        return concerned.ToImmutable();
    }

    private async Task<ImmutableArray<SchemaReader>> ReadersOf(PluginId plugin, CancellationToken cancellationToken)
    {
        var readers = ImmutableArray.CreateBuilder<SchemaReader>();
        foreach (var shard in PluginSellerShards.KeysOf(plugin))
        {
            var sellers = grains.GetGrain<IPluginSellersGrain>(shard);
            for (var page = await sellers.ReadPage(null); !page.IsEmpty; page = await sellers.ReadPage(page[^1]))
            {
                foreach (var some in page.Chunk(AtOnce))
                {
                    var read = await Task.WhenAll(some.Select(seller => Reader(new InstallationId(seller, plugin), cancellationToken)));
                    readers.AddRange(read.OfType<SchemaReader>());
                }
            }
        }

        return readers.ToImmutable();
    }

    /// <summary>Null if it is no longer installed, or read none of the objects.</summary>
    private async Task<SchemaReader?> Reader(InstallationId id, CancellationToken cancellationToken)
    {
        var usage = await grains.GetGrain<IUsageStatisticsGrain>(GrainKeys.UsageStatistics(id)).Read(cancellationToken);
        var deliveries = SchemaReads.AreEvents(operations) ? await grains.GetDelivery(id).GetStatus(cancellationToken) : null;
        if (SchemaReads.Of(usage, deliveries?.LastAcknowledgedAt, operations) is not { } reader)
        {
            return null;
        }

        var installation = await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Get(cancellationToken);
        return installation is { State.Disabling: null } ? reader : null;
    }
}
