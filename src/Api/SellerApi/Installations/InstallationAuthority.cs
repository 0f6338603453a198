using System.Collections.Immutable;
using Marketplace.Api.SellerApi.Billing;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Consent;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Rounds;

namespace Marketplace.Api.SellerApi.Installations;

/// <summary>Answers the authorization server from the installation's grain, and forwards revocations to it.</summary>
internal sealed class InstallationAuthority(IGrainFactory grains, PriceOffers offers)
    : IInstallationDirectory,
        ITokenRevocations,
        ISellerConsents
{
    public async ValueTask<DateTimeOffset?> LastEnabled(string installation, CancellationToken cancellationToken) =>
        !InstallationId.TryParse(installation, null, out var id) ? null
        : SandboxSellers.Contains(id.Seller) ? await StartOfRound(id, cancellationToken)
        : (await Grain(id).Get(cancellationToken))?.State.EnabledAt;

    public async ValueTask Revoked(
        string installation,
        string tokenId,
        DateTimeOffset expiresAt,
        ActorId actor,
        CancellationToken cancellationToken
    )
    {
        // A token of a round ends with the round, which lasts minutes; there is no installation to tell.
        if (InstallationId.TryParse(installation, null, out var id) && !SandboxSellers.Contains(id.Seller))
        {
            // The token's id makes the operation: revoking twice is once.
            var by = new Initiator(actor, OperationId.Internal("revoke", tokenId));
            await Grain(id).Execute(new InstallationCommand.RevokeToken(tokenId, expiresAt), by, cancellationToken);
        }
    }

    public async ValueTask<ConsentDocument?> Document(InstallationId installation, CancellationToken cancellationToken) =>
        await Grain(installation).GetConsent(cancellationToken) is { } document
            ? document with
            {
                Offer = await offers.Of(installation, document.Plugin, cancellationToken),
            }
            : null;

    public async ValueTask<Outcome<DateTimeOffset>> Give(
        InstallationId installation,
        InstallationCommand.Consent consent,
        Initiator by,
        CancellationToken cancellationToken
    )
    {
        var grain = Grain(installation);
        var given = await grain.Execute(consent, by, cancellationToken);
        // Consent first: a repeated form then gets its first answer, and never enables what was disabled since.
        if (given.Refusal is { } && !await IsEnabled(grain, cancellationToken))
        {
            if (await WouldRefuse(installation, consent, by.Role, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            var enabling = by with { OperationId = by.OperationId.Then("enable") };
            var enabled = await grain.Execute(new InstallationCommand.Enable(), enabling, cancellationToken);
            given = enabled.Refusal ?? await grain.Execute(consent, by, cancellationToken);
        }

        return given.Refusal is { } refused ? refused : await InForce(grain, given.Value!.State.Consent!.At, cancellationToken);
    }

    public async ValueTask<DateTimeOffset?> EnabledSince(InstallationId installation, CancellationToken cancellationToken) =>
        await Grain(installation).Get(cancellationToken) is { State: { Disabling: null } state } ? state.EnabledAt : null;

    public async ValueTask<ImmutableArray<GrantEnd>> Ends(InstallationId installation, CancellationToken cancellationToken) =>
        await Grain(installation).Get(cancellationToken) is { State: { Consent: { } consent } state, At: var now }
            ?
            [
                .. state
                    .GrantsAt(now)
                    .Select(scope => new GrantEnd(
                        scope,
                        ScopeCatalogue.Of(scope).Risk,
                        state.SensitiveUntil.GetValueOrDefault(scope, consent.ExpiresAt)
                    )),
            ]
            : [];

    /// <summary>When the running round of an installation began; null if it is none of a running round.</summary>
    private async ValueTask<DateTimeOffset?> StartOfRound(InstallationId id, CancellationToken cancellationToken) =>
        SandboxSellers.RoundOf(id.Seller) is { } round
        && await grains.GetGrain<IRoundsGrain>(GrainKeys.Rounds(id.Plugin, round.Version)).Get(cancellationToken)
            is { Running: { } running }
        && running.Id == round
            ? running.StartedAt
            : null;

    private static async ValueTask<bool> IsEnabled(IInstallationGrain grain, CancellationToken cancellationToken) =>
        await grain.Get(cancellationToken) is { State.Disabling: null };

    /// <summary>The refusal of the consent right after enabling, so that nothing is enabled for a consent that would fail.</summary>
    private async ValueTask<Refusal?> WouldRefuse(
        InstallationId id,
        InstallationCommand.Consent consent,
        ActorRole role,
        CancellationToken cancellationToken
    )
    {
        if (await grains.GetGrain<IPluginGrain>(GrainKeys.Of(id.Plugin)).Get(cancellationToken) is not { } plugin)
        {
            return InstallationRefusals.UnknownPlugin(id.Plugin);
        }

        var (state, now) = await Grain(id).Get(cancellationToken) is { } answer
            ? (answer.State, answer.At)
            : (null, DateTimeOffset.UnixEpoch);
        var enabled = Installation.Evolve(state, new InstallationEvent.EnablementStarted(), now, default);
        return InstallationRules.Decide(enabled, consent, new DecisionContext(id, plugin, now, role) { Today = offers.Today }).Refusal;
    }

    /// <summary>A repeated form gets the first answer; its consent may have ended since.</summary>
    private static async ValueTask<Outcome<DateTimeOffset>> InForce(
        IInstallationGrain grain,
        DateTimeOffset since,
        CancellationToken cancellationToken
    ) =>
        await grain.Get(cancellationToken) is { State: { Consent: not null } state } && state.EnabledAt <= since
            ? since
            : InstallationRefusals.NoConsent();

    private IInstallationGrain Grain(InstallationId id) => grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id));
}
