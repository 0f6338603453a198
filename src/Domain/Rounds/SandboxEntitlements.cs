using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Quotas;

namespace Marketplace.Rounds;

/// <summary>
/// What a plugin may do for the seller of a round: all that the version declares, within the limits that it would have in production, until
/// the round ends. Every call costs nothing, and the ledger's rows say so.
/// </summary>
public static class SandboxEntitlements
{
    public static Entitlement Of(Round round, PluginProfile profile)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(profile);
        return new Entitlement(
            round.End is null ? 1 : 2,
            null,
            profile.Scopes.ToImmutableHashSet(StringComparer.Ordinal),
            profile.Region,
            Free(profile.Prices),
            profile.Burst,
            null,
            null,
            ImmutableDictionary<string, DateTimeOffset>.Empty
        )
        {
            ExpiresAt = round.ClosesAt,
            Touches = profile.Touches,
            Schema = profile.Manifest.Schema,
            EnabledAt = round.StartedAt,
        };
    }

    /// <summary>True for prices under which no call costs anything.</summary>
    public static bool IsFree(PriceBook prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        return prices.Tiers.All(static tier => tier.UnitPrice == 0m);
    }

    // The tiers' bounds stay, because the last one is the limit of the day.
    private static PriceBook Free(PriceBook prices) =>
        new(prices.Version, [.. prices.Tiers.Select(static tier => tier with { UnitPrice = 0m })], prices.Currency);
}
