using Marketplace.Identity.Store;
using Marketplace.Identity.Tokens;
using Marketplace.Journal;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.RefreshTokens;

/// <summary>The result of using a refresh token.</summary>
internal enum RefreshUse
{
    /// <summary>Valid: answer with the next one; this one stays valid until that is used.</summary>
    Good,

    /// <summary>Unknown, expired, ended, or of another client.</summary>
    Invalid,

    /// <summary>Its successor was already used: a copy exists. The family must end.</summary>
    Replayed,
}

/// <summary>
/// Rotating refresh tokens that survive a lost answer. A family counts generations and stores the highest one used, its head. Generation n
/// answers with n+1 and moves the head to n: head and successor are valid, older ones are replays. So using one twice, even concurrently,
/// gives the same successor, and the only state is one number that grows by compare-and-swap.
/// </summary>
internal sealed class RefreshFamilies(
    IServiceScopeFactory scopes,
    ITokenRevocations revocations,
    IOptions<IdentityOptions> options,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
)
{
    /// <summary>
    /// An access token may be in issue while its family ends, so the end is kept a little longer than the token's lifetime.
    /// </summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private const int Batch = 500;

    /// <summary>Null if it does not exist or has ended.</summary>
    public async Task<RefreshFamilyRow?> Find(string familyId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Families(scope)
            .AsNoTracking()
            .SingleOrDefaultAsync(family => family.FamilyId == familyId && family.EndedAtMs == null, cancellationToken);
    }

    /// <summary>True if the family's consent was given at or after an instant; false if that is unknown.</summary>
    public async Task<bool> IsSince(string familyId, DateTimeOffset? instant, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var authorizations = scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
        return await authorizations.FindByIdAsync(familyId, cancellationToken) is { } authorization
            && await authorizations.GetCreationDateAsync(authorization, cancellationToken) >= instant;
    }

    /// <summary>Creates a family with generation 1 as its first token; no error if it exists.</summary>
    /// <returns>False if it has already ended.</returns>
    public async Task<bool> Begin(RefreshFamilyRow family, CancellationToken cancellationToken)
    {
        if (await Has(family.FamilyId, cancellationToken))
        {
            return await Find(family.FamilyId, cancellationToken) is not null;
        }

        await using var scope = scopes.CreateAsyncScope();
        Families(scope).Add(family);
        try
        {
            await scope.ServiceProvider.GetRequiredService<IdentityContext>().SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Two requests redeem one code concurrently; the code's own row decides between them. A third may have ended the family by now.
            if (!await Has(family.FamilyId, cancellationToken))
            {
                throw;
            }

            return await Find(family.FamilyId, cancellationToken) is not null;
        }
    }

    /// <summary>Uses a token.</summary>
    /// <param name="ticket">Its content; not expired.</param>
    /// <param name="clientId">The authenticated client.</param>
    /// <param name="nextEnd">When the successor expires.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<RefreshUse> Use(RefreshTicket ticket, string clientId, DateTimeOffset nextEnd, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var end = nextEnd.ToUnixTimeMilliseconds();
        var moved = await Families(scope)
            .Where(family =>
                family.FamilyId == ticket.FamilyId
                && family.ClientId == clientId
                && family.EndedAtMs == null
                && (family.Head == ticket.Generation - 1 || family.Head == ticket.Generation)
            )
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(family => family.Head, ticket.Generation)
                        .SetProperty(family => family.ExpiresAtMs, family => family.ExpiresAtMs > end ? family.ExpiresAtMs : end),
                cancellationToken
            );
        if (moved > 0)
        {
            return RefreshUse.Good;
        }

        var family = await Find(ticket.FamilyId, cancellationToken);
        return family?.ClientId == clientId && ticket.Generation < family.Head ? RefreshUse.Replayed : RefreshUse.Invalid;
    }

    /// <summary>
    /// Ends a family with all its tokens. The installation is informed first, durably: the next call with any of the family's access tokens
    /// is refused, in every process. If that fails, nothing is marked and the caller must repeat.
    /// </summary>
    public async Task End(string familyId, ActorId actor, CancellationToken cancellationToken)
    {
        if (await Find(familyId, cancellationToken) is not { } family)
        {
            return;
        }

        var now = time.GetUtcNow();
        await revocations.Revoked(
            family.Installation,
            familyId,
            now + options.Value.AccessTokenLifetime + Margin,
            actor,
            cancellationToken
        );
        await using var scope = scopes.CreateAsyncScope();
        await RevokeRows(scope, familyId, cancellationToken);
        await Families(scope)
            .Where(row => row.FamilyId == familyId && row.EndedAtMs == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAtMs, now.ToUnixTimeMilliseconds()), cancellationToken);
    }

    /// <summary>Ends all families of a client, like <see cref="End"/>.</summary>
    /// <returns>The number of ended families.</returns>
    public async Task<int> EndAll(string clientId, ActorId actor, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var open = await Families(scope)
            .AsNoTracking()
            .Where(family => family.ClientId == clientId && family.EndedAtMs == null)
            .Select(family => family.FamilyId)
            .ToListAsync(cancellationToken);
        foreach (var familyId in open)
        {
            await End(familyId, actor, cancellationToken);
        }

        return open.Count;
    }

    /// <summary>Deletes families that ended or expired before an instant.</summary>
    public async Task<int> Prune(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var limit = before.ToUnixTimeMilliseconds();
        await using var scope = scopes.CreateAsyncScope();
        var dead = await Families(scope)
            .AsNoTracking()
            .Where(family => family.ExpiresAtMs < limit || family.EndedAtMs < limit)
            .Select(family => family.FamilyId)
            .Take(Batch)
            .ToListAsync(cancellationToken);
        foreach (var familyId in dead)
        {
            await RevokeRows(scope, familyId, cancellationToken);
        }

        return await Families(scope).Where(family => dead.Contains(family.FamilyId)).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task<bool> Has(string familyId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Families(scope).AnyAsync(family => family.FamilyId == familyId, cancellationToken);
    }

    /// <summary>Revokes OpenIddict's own rows: for introspection and pruning.</summary>
    private static async Task RevokeRows(AsyncServiceScope scope, string familyId, CancellationToken cancellationToken)
    {
        var tokens = scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>();
        await tokens.RevokeByAuthorizationIdAsync(familyId, cancellationToken);
        var authorizations = scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
        if (await authorizations.FindByIdAsync(familyId, cancellationToken) is { } authorization)
        {
            await authorizations.TryRevokeAsync(authorization, cancellationToken);
        }
    }

    private static DbSet<RefreshFamilyRow> Families(AsyncServiceScope scope) =>
        scope.ServiceProvider.GetRequiredService<IdentityContext>().RefreshFamilies;
}
