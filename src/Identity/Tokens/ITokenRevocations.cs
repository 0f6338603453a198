namespace Marketplace.Identity.Tokens;

/// <summary>Takes the news that a plugin's access token is void to the installation, which every call asks.</summary>
public interface ITokenRevocations
{
    /// <summary>
    /// Must be durable when it returns and may be repeated: the token's row is marked after it, so a caller whose revocation failed
    /// half-way revokes again.
    /// </summary>
    /// <param name="installation">The text form <c>seller/plugin</c>.</param>
    /// <param name="tokenId">The token's <see cref="CallerIdentity.TokenId"/>.</param>
    /// <param name="expiresAt">When the token would have ended by itself; nothing needs to be remembered after it.</param>
    /// <param name="actor">The client that revoked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask Revoked(string installation, string tokenId, DateTimeOffset expiresAt, string actor, CancellationToken cancellationToken);
}
