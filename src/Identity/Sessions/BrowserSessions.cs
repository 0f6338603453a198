using System.Security.Cryptography;
using System.Text;
using Marketplace.Identity.Store;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Identity.Sessions;

/// <summary>The owner of a session.</summary>
/// <param name="Scheme">The cookie's authentication scheme.</param>
/// <param name="Name">The operator's client id, or the seller's user.</param>
/// <param name="Seller">The seller whose user is signed in; null for an operator.</param>
internal readonly record struct SessionOwner(string Scheme, string Name, string? Seller = null);

/// <summary>
/// The signed-in browsers, in the store shared by all processes: a session ended here is over in every process with its next request, even
/// for a copy of the cookie.
/// </summary>
internal sealed class BrowserSessions(IServiceScopeFactory scopes, [FromKeyedServices(IdentityNames.Clock)] TimeProvider time)
{
    private const int SecretBytes = 32;

    /// <summary>The cookie's claim with its session.</summary>
    public const string Claim = "sid";

    /// <summary>Starts a session.</summary>
    /// <param name="owner">The signed-in owner.</param>
    /// <param name="end">The first instant at which it is expired.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The secret for the cookie.</returns>
    public async Task<string> Begin(SessionOwner owner, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        context.Sessions.Add(
            new SessionRow
            {
                SessionId = IdOf(secret),
                Scheme = owner.Scheme,
                Name = owner.Name,
                Seller = owner.Seller,
                StartedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
                ExpiresAtMs = end.ToUnixTimeMilliseconds(),
            }
        );
        await context.SaveChangesAsync(cancellationToken);
        return secret;
    }

    /// <summary>True while the session is neither ended nor expired, and belongs to the scheme.</summary>
    public async Task<bool> IsOpen(string secret, string scheme, CancellationToken cancellationToken)
    {
        var (id, now) = (IdOf(secret), time.GetUtcNow().ToUnixTimeMilliseconds());
        await using var scope = scopes.CreateAsyncScope();
        return await Sessions(scope)
            .AnyAsync(row => row.SessionId == id && row.Scheme == scheme && row.ExpiresAtMs > now, cancellationToken);
    }

    /// <summary>Ends one session; idempotent.</summary>
    public async Task End(string secret, CancellationToken cancellationToken)
    {
        var id = IdOf(secret);
        await using var scope = scopes.CreateAsyncScope();
        await Sessions(scope).Where(row => row.SessionId == id).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>The open sessions of an owner, oldest first.</summary>
    public async Task<IReadOnlyList<SessionRow>> List(SessionOwner owner, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await using var scope = scopes.CreateAsyncScope();
        return await Of(scope, owner)
            .AsNoTracking()
            .Where(row => row.ExpiresAtMs > now)
            .OrderBy(row => row.StartedAtMs)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Ends all sessions of an owner.</summary>
    /// <returns>The number of ended sessions.</returns>
    public async Task<int> EndAll(SessionOwner owner, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Of(scope, owner).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Deletes sessions that expired before an instant.</summary>
    public async Task<int> Prune(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var limit = before.ToUnixTimeMilliseconds();
        await using var scope = scopes.CreateAsyncScope();
        return await Sessions(scope).Where(row => row.ExpiresAtMs < limit).ExecuteDeleteAsync(cancellationToken);
    }

    private static IQueryable<SessionRow> Of(AsyncServiceScope scope, SessionOwner owner) =>
        Sessions(scope).Where(row => row.Scheme == owner.Scheme && row.Name == owner.Name && row.Seller == owner.Seller);

    private static DbSet<SessionRow> Sessions(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<IdentityContext>().Sessions;

    private static string IdOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
