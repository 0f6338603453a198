using System.Security.Cryptography;
using System.Text;
using Marketplace.Identity.Store;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Identity.Sessions;

/// <summary>Whose session it is.</summary>
/// <param name="Scheme">The cookie's authentication scheme.</param>
/// <param name="Name">The operator's client id, or the seller's user.</param>
/// <param name="Seller">The seller whose user is signed in; null for an operator.</param>
internal readonly record struct SessionOwner(string Scheme, string Name, string? Seller = null);

/// <summary>
/// The browsers that are signed in, in the store that all processes share: what is ended here is over in every process with its next
/// request, also for whoever kept a copy of the cookie.
/// </summary>
internal sealed class BrowserSessions(IServiceScopeFactory scopes, [FromKeyedServices(IdentityNames.Clock)] TimeProvider time)
{
    private const int SecretBytes = 32;

    /// <summary>The claim of a cookie that names its session.</summary>
    public const string Claim = "sid";

    /// <summary>Begins a session.</summary>
    /// <param name="owner">Who signed in.</param>
    /// <param name="end">The first instant at which it is over.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The secret that the cookie holds.</returns>
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

    /// <summary>True while the session is neither ended nor over, and belongs to the scheme.</summary>
    public async Task<bool> IsOpen(string secret, string scheme, CancellationToken cancellationToken)
    {
        var (id, now) = (IdOf(secret), time.GetUtcNow().ToUnixTimeMilliseconds());
        await using var scope = scopes.CreateAsyncScope();
        return await Sessions(scope)
            .AnyAsync(row => row.SessionId == id && row.Scheme == scheme && row.ExpiresAtMs > now, cancellationToken);
    }

    /// <summary>Ends one session; no error if it has ended.</summary>
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
    /// <returns>How many were ended.</returns>
    public async Task<int> EndAll(SessionOwner owner, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Of(scope, owner).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Forgets sessions that were over before an instant.</summary>
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
