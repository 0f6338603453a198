using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Installations;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// What one installation's deliveries ask. Each grain answers while it calls them itself, so asking cannot deadlock.
/// </summary>
/// <param name="grains">All grains.</param>
/// <param name="entitlements">Reads entitlements.</param>
/// <param name="id">The installation.</param>
internal sealed class DeliverySources(IGrainFactory grains, EntitlementReader entitlements, InstallationId id)
{
    /// <summary>The seller's feed.</summary>
    public IFeedGrain Feed { get; } = grains.GetFeed(id.Seller);

    /// <summary>The feed's last position as far as known.</summary>
    public FeedHead Head => field ??= new FeedHead(Feed);

    /// <summary>The entitlement as the journal has it; null if there was none ever.</summary>
    public Task<Entitlement?> ReadEntitlement(CancellationToken cancellationToken) => entitlements.Read(id, cancellationToken);

    /// <summary>The plugin's endpoint for all its installations.</summary>
    public Task<PluginWebhook> ReadShared(CancellationToken cancellationToken) =>
        grains.GetGrain<IPluginWebhookGrain>(GrainKeys.PluginWebhook(id.Plugin)).Get(cancellationToken);
}
