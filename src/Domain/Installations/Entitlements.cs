using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Quotas;

namespace Marketplace.Installations;

/// <summary>Derives what an installation may do from its state and its plugin's profile.</summary>
public static class Entitlements
{
    public static Entitlement Of(Installation state, PluginProfile plugin) => new(
        state.Version,
        state.Pause is { } pause ? InstallationRefusals.Paused(pause) : null,
        // A scope that lost its certification is no longer in force, whatever was granted (R07).
        state.Grants.Intersect(plugin.Scopes).ToImmutableHashSet(StringComparer.Ordinal),
        plugin.Region,
        plugin.Prices,
        plugin.Burst,
        state.SpendCap,
        state.SyncWindowHours is { } hours ? TimeSpan.FromHours(hours) : null,
        state.RevokedTokens)
    {
        Touches = plugin.Touches,
    };
}
