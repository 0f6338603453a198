namespace Marketplace.Identity.Sessions;

/// <summary>What is open in the name of a client: signed-in browsers, refresh tokens, access tokens.</summary>
public interface IClientSessions
{
    /// <summary>The browsers that are signed in as the client, oldest first; null if there is no such client.</summary>
    Task<IReadOnlyList<OpenSession>?> List(string client, CancellationToken cancellationToken);

    /// <summary>
    /// Signs all browsers out and voids all refresh and access tokens; null if there is no such client. Who did it is a fact before
    /// anything ends, and each step is the same the second time, so a failed call is repeated as a whole.
    /// </summary>
    Task<EndedSessions?> End(string client, string actor, string? address, CancellationToken cancellationToken);
}

/// <param name="StartedAt">When the browser signed in.</param>
/// <param name="ExpiresAt">When the session ends by itself.</param>
public sealed record OpenSession(DateTimeOffset StartedAt, DateTimeOffset ExpiresAt);

/// <param name="Browsers">Browsers that were signed out.</param>
/// <param name="RefreshFamilies">Chains of refresh tokens that were ended, with all their access tokens.</param>
/// <param name="Tokens">Rows of tokens that are void from now on.</param>
public sealed record EndedSessions(int Browsers, int RefreshFamilies, long Tokens);
