using Marketplace.Journal;

namespace Marketplace.Identity.Tokens;

/// <summary>Forwards the revocation of a plugin's access token to the installation, which is consulted by every call.</summary>
public interface ITokenRevocations
{
    /// <summary>
    /// Must be durable when it returns and be idempotent: the token's row is marked afterwards, so after a partial failure the caller
    /// revokes again.
    /// </summary>
    /// <param name="installation">The text form <c>seller/plugin</c>.</param>
    /// <param name="tokenId">The token's <see cref="CallerIdentity.TokenId"/>.</param>
    /// <param name="expiresAt">When the token would have expired; the revocation may be dropped afterwards.</param>
    /// <param name="actor">The revoking client.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask Revoked(string installation, string tokenId, DateTimeOffset expiresAt, ActorId actor, CancellationToken cancellationToken);
}
