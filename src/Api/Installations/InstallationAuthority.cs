using System.Collections.Immutable;
using Marketplace.Api.Identity;
using Marketplace.Api.Identity.Consent;
using Marketplace.Catalogue;
using Marketplace.Installations;

namespace Marketplace.Api.Installations;

/// <summary>Answers the authorization server from the installation's grain, and takes revocations to it.</summary>
internal sealed class InstallationAuthority(IGrainFactory grains) : IInstallationDirectory, ITokenRevocations, ISellerConsents
{
    public async ValueTask<bool> Exists(string installation, CancellationToken cancellationToken) =>
        InstallationId.TryParse(installation, null, out var id) && await Grain(id).Get(cancellationToken) is not null;

    public async ValueTask Revoked(string installation, string tokenId, DateTimeOffset expiresAt, string actor, CancellationToken cancellationToken)
    {
        if (InstallationId.TryParse(installation, null, out var id))
        {
            // The token's id makes the operation: revoking twice is once. A caller's key is ASCII, so none can be taken for it.
            var by = new Initiator(actor, $"revoke→{tokenId}");
            await Grain(id).Execute(new InstallationCommand.RevokeToken(tokenId, expiresAt), by, cancellationToken);
        }
    }

    public async ValueTask<ConsentDocument?> Document(InstallationId installation, CancellationToken cancellationToken) =>
        await Grain(installation).GetConsent(cancellationToken);

    public async ValueTask<Refusal?> Give(
        InstallationId installation, InstallationCommand.Consent consent, Initiator by, CancellationToken cancellationToken)
    {
        var enabling = by with { OperationId = $"{by.OperationId}→enable" };
        var enabled = await Grain(installation).Execute(new InstallationCommand.Enable(), enabling, cancellationToken);
        return enabled.Refusal ?? (await Grain(installation).Execute(consent, by, cancellationToken)).Refusal;
    }

    public async ValueTask<ImmutableArray<GrantEnd>> Ends(InstallationId installation, CancellationToken cancellationToken) =>
        await Grain(installation).Get(cancellationToken) is { State: { Consent: { } consent } state, At: var now }
            ? [.. state.GrantsAt(now).Select(scope => new GrantEnd(scope, ScopeCatalogue.Of(scope).Risk, state.SensitiveUntil.GetValueOrDefault(scope, consent.ExpiresAt)))]
            : [];

    private IInstallationGrain Grain(InstallationId id) => grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id));
}
