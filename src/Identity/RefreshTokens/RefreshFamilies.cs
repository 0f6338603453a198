using Marketplace.Identity.Store;
using Marketplace.Identity.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.RefreshTokens;

/// <summary>What became of a refresh token that was sent in.</summary>
internal enum RefreshUse
{
    /// <summary>Take the next one; this one stays good until that is used.</summary>
    Good,

    /// <summary>Unknown, expired, ended, or another client's.</summary>
    Invalid,

    /// <summary>Its successor was used before: somebody has a copy. The family must end.</summary>
    Replayed,
}

/// <summary>
/// Refresh tokens that rotate without losing an installation to a lost answer. A family counts generations and remembers the highest one
/// used, its head. Generation n answers with n+1 and moves the head to n: head and successor are good, what is older is a replay. Using
/// one twice, or twice at once, therefore gives the same successor, and the only state is one number that grows by compare-and-swap.
/// </summary>
internal sealed class RefreshFamilies(
    IServiceScopeFactory scopes,
    ITokenRevocations revocations,
    IOptions<IdentityOptions> options,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
)
{
    /// <summary>An access token may be under way while its family ends; its end is remembered a little longer than it can live.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private const int Batch = 500;

    /// <summary>Null if there is none, or it has ended.</summary>
    public async Task<RefreshFamilyRow?> Find(string familyId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Families(scope)
            .AsNoTracking()
            .SingleOrDefaultAsync(family => family.FamilyId == familyId && family.EndedAtMs == null, cancellationToken);
    }

    /// <summary>True if a family comes of a consent that was given since an instant; false if nobody knows when it was given.</summary>
    public async Task<bool> IsSince(string familyId, DateTimeOffset? instant, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var authorizations = scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>();
        return await authorizations.FindByIdAsync(familyId, cancellationToken) is { } authorization
            && await authorizations.GetCreationDateAsync(authorization, cancellationToken) >= instant;
    }

    /// <summary>Begins a family whose first token is generation 1; no error if it has begun.</summary>
    /// <returns>False if it has ended already.</returns>
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
            // Two redeem one code at once; which of them may is decided by the code's own row. By now a third may have ended the family.
            if (!await Has(family.FamilyId, cancellationToken))
            {
                throw;
            }

            return await Find(family.FamilyId, cancellationToken) is not null;
        }
    }

    /// <summary>Uses a token.</summary>
    /// <param name="ticket">What it says; not expired.</param>
    /// <param name="clientId">The authenticated client.</param>
    /// <param name="nextEnd">When the successor expires.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
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
    /// Ends a family with all of its tokens. The installation is told first, durably: its very next call with one of the family's access
    /// tokens is refused, in every process. If it cannot be told, nothing is marked and the caller repeats.
    /// </summary>
    public async Task End(string familyId, string actor, CancellationToken cancellationToken)
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

    /// <summary>Ends all families of a client, each as <see cref="End"/> does.</summary>
    /// <returns>How many were ended.</returns>
    public async Task<int> EndAll(string clientId, string actor, CancellationToken cancellationToken)
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

    /// <summary>Forgets families that ended or expired before an instant.</summary>
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

    /// <summary>OpenIddict's own rows: for introspection, and so that they are pruned.</summary>
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
