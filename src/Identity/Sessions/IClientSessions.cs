using Marketplace.Installations;

namespace Marketplace.Identity.Sessions;

/// <summary>A client's open sessions: signed-in browsers, refresh tokens, access tokens.</summary>
public interface IClientSessions
{
    /// <summary>The browsers signed in as the client, oldest first; null for an unknown client.</summary>
    Task<IReadOnlyList<OpenSession>?> List(string client, CancellationToken cancellationToken);

    /// <summary>
    /// Signs all browsers out and voids all refresh and access tokens; null for an unknown client. The actor is recorded before anything
    /// ends, and each step is idempotent, so a failed call can be repeated as a whole.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="by">Who ends them; the same operation is recorded once.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    Task<EndedSessions?> End(string client, Initiator by, CancellationToken cancellationToken);
}

/// <param name="StartedAt">When the browser signed in.</param>
/// <param name="ExpiresAt">When the session expires.</param>
public sealed record OpenSession(DateTimeOffset StartedAt, DateTimeOffset ExpiresAt);

/// <param name="Browsers">Browsers signed out.</param>
/// <param name="RefreshFamilies">Chains of refresh tokens ended, with all their access tokens.</param>
/// <param name="Tokens">Rows of tokens voided.</param>
public sealed record EndedSessions(int Browsers, int RefreshFamilies, long Tokens);
