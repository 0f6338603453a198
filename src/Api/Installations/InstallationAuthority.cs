using Marketplace.Api.Identity;
using Marketplace.Installations;

namespace Marketplace.Api.Installations;

/// <summary>Answers the authorization server from the installation's grain, and takes revocations to it.</summary>
internal sealed class InstallationAuthority(IGrainFactory grains) : IInstallationDirectory, ITokenRevocations
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

    private IInstallationGrain Grain(InstallationId id) => grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id));
}
