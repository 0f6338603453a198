using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Enforcement;
using Marketplace.Identity;
using Marketplace.Listings;

namespace Marketplace.Api.DeveloperApi;

/// <summary>Tells the authorization server which plugins are stopped; while a grain does not answer, there are no tokens.</summary>
internal sealed class PluginStops(IGrainFactory grains) : IPluginStops
{
    public async ValueTask<string?> WhyStopped(string plugin, CancellationToken cancellationToken)
    {
        var id = PluginId.Parse(plugin, null);
        if (await grains.GetGrain<IPluginGrain>(GrainKeys.Of(id)).Get(cancellationToken) is { Block: { } block })
        {
            return EnforcementRefusals.Stopped(block).Reason;
        }

        // Without a listing no developer is behind it: registered before listings existed.
        if (await grains.GetGrain<IListingGrain>(GrainKeys.Listing(id)).Get(cancellationToken) is not { } listing)
        {
            return null;
        }

        var developer = await DeveloperEndpoints.Grain(grains, listing.Developer).Get(cancellationToken);
        return developer is { Standing: not DeveloperStanding.Frozen } ? null : "The plugin's developer is frozen.";
    }
}
