using Marketplace.Identity.Store;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>
/// Enforces that subject tokens are single-use across processes and restarts. Uses are stored in the identity store until the token
/// expires. A token without <c>jti</c> is identified by its signed input.
/// </summary>
internal sealed class SubjectTokenUses(IServiceScopeFactory scopes)
{
    private const int Batch = 1_000;

    /// <summary>Uses a token; durable before it returns.</summary>
    /// <returns>False if it was already used.</returns>
    public async Task<bool> TryUse(string tokenKey, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        if (await context.SubjectTokenUses.AnyAsync(row => row.TokenKey == tokenKey, cancellationToken))
        {
            return false;
        }

        context.SubjectTokenUses.Add(new SubjectTokenUseRow { TokenKey = tokenKey, ExpiresAtMs = expiresAt.ToUnixTimeMilliseconds() });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Two concurrent uses: the row's key decides. Without a row the store has failed.
            await using var other = scopes.CreateAsyncScope();
            var rows = other.ServiceProvider.GetRequiredService<IdentityContext>().SubjectTokenUses;
            if (await rows.AnyAsync(row => row.TokenKey == tokenKey, cancellationToken))
            {
                return false;
            }

            throw;
        }
    }

    /// <summary>Deletes tokens that expired before an instant; they are refused as expired.</summary>
    public async Task<int> Prune(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var limit = before.ToUnixTimeMilliseconds();
        await using var scope = scopes.CreateAsyncScope();
        var rows = scope.ServiceProvider.GetRequiredService<IdentityContext>().SubjectTokenUses;
        var dead = await rows.AsNoTracking()
            .Where(row => row.ExpiresAtMs < limit)
            .Select(row => row.TokenKey)
            .Take(Batch)
            .ToListAsync(cancellationToken);
        return dead.Count == 0 ? 0 : await rows.Where(row => dead.Contains(row.TokenKey)).ExecuteDeleteAsync(cancellationToken);
    }
}

/// <summary>One used subject token.</summary>
internal sealed class SubjectTokenUseRow
{
    /// <summary>SHA-256 in hexadecimal digits over issuer and <c>jti</c>.</summary>
    public required string TokenKey { get; init; }

    /// <summary>Unix time in ms: the token's expiry.</summary>
    public required long ExpiresAtMs { get; init; }
}
