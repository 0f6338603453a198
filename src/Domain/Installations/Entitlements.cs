using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Enforcement;
using Marketplace.Quotas;

namespace Marketplace.Installations;

/// <summary>Derives what an installation may do from its state and its plugin's profile.</summary>
public static class Entitlements
{
    public static Entitlement Of(Installation state, PluginProfile plugin) =>
        new(
            state.Version,
            Stop(state, plugin),
            // A scope that lost its certification is no longer in force, despite the grant (R07).
            state.Grants.Intersect(plugin.Scopes).ToImmutableHashSet(StringComparer.Ordinal),
            plugin.Region,
            plugin.Prices,
            plugin.Burst,
            state.SpendCap,
            state.SyncWindowHours is { } hours ? TimeSpan.FromHours(hours) : null,
            state.RevokedTokens
        )
        {
            // A stop takes precedence over the expiry.
            ExpiresAt =
                state is { Disabling: null, Suspension: null, Consent: { } consent } && plugin.Block is null
                    ? consent.ExpiresAt
                    : DateTimeOffset.MaxValue,
            ScopesUntil = state.SensitiveUntil.ToImmutableDictionary(StringComparer.Ordinal),
            Touches = plugin.Touches,
            Schema = plugin.Manifest.Schema,
            EnabledAt = state.EnabledAt,
            PriceChanges = plugin.PriceChanges,
            PendingScopes = state.PendingScopes(plugin).ToImmutableHashSet(StringComparer.Ordinal),
        };

    /// <summary>Why every call is refused regardless of the clock; in the order of <see cref="Installation.PhaseAt"/>.</summary>
    private static Refusal? Stop(Installation state, PluginProfile plugin) =>
        state switch
        {
            { Disabling: { } disabling } => InstallationRefusals.Disabled(disabling),
            _ when plugin.Block is { } block => EnforcementRefusals.Stopped(block),
            { Suspension: { } suspension } => InstallationRefusals.Suspended(suspension),
            { Consent: null } => InstallationRefusals.NoConsent(),
            { Entity: null } => InstallationRefusals.Unverified(state.EntityProblem),
            { Pause: { } pause } => InstallationRefusals.Paused(pause),
            _ => null,
        };
}
