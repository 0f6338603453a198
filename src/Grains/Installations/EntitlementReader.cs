using Marketplace.Catalogue;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Listings;
using Marketplace.Quotas;
using Marketplace.Rounds;

namespace Marketplace.Grains.Installations;

/// <summary>
/// Reads an installation's entitlement from the journal. Counters and deliveries need it when they start, and after a restart that is all
/// of them within minutes: through the installation's grain each would keep a second activation in memory that has nothing else to do. A
/// change that this read misses is pushed to them by the installation, after it was appended.
/// </summary>
internal sealed class EntitlementReader(IJournal journal, IGrainFactory grains)
{
    /// <summary>The current entitlement; null if the seller has never enabled the plugin.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task<Entitlement?> Read(InstallationId id, CancellationToken cancellationToken)
    {
        if (SandboxSellers.Contains(id.Seller))
        {
            return await ReadSandbox(id, cancellationToken);
        }

        Installation? state = null;
        await foreach (var fact in journal.Read(GrainKeys.Of(id), 0, cancellationToken))
        {
            state = InstallationFacts.Evolve(state, fact);
        }

        return state is not null && await grains.GetGrain<IPluginGrain>(GrainKeys.Of(id.Plugin)).Get(cancellationToken) is { } plugin
            ? Entitlements.Of(state, plugin)
            : null;
    }

    /// <summary>The entitlement for the seller of a round: that of the version under test, while the round is open.</summary>
    private async Task<Entitlement?> ReadSandbox(InstallationId id, CancellationToken cancellationToken)
    {
        if (SandboxSellers.RoundOf(id.Seller) is not { } round)
        {
            return null;
        }

        VersionRounds? rounds = null;
        await foreach (var fact in journal.Read(GrainKeys.Rounds(id.Plugin, round.Version), 0, cancellationToken))
        {
            rounds = VersionRounds.Evolve(rounds, fact);
        }

        if (rounds?.Find(round.Number) is not { } known)
        {
            return null;
        }

        var document = await grains.GetGrain<IPluginVersionGrain>(GrainKeys.PluginVersion(id.Plugin, rounds.Hash)).Read(cancellationToken);
        return document?.Profile is { } profile ? SandboxEntitlements.Of(known, profile) : null;
    }
}
