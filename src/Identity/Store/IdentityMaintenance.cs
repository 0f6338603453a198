using Marketplace.Identity.RefreshTokens;
using Marketplace.Identity.Sessions;
using Marketplace.Identity.SubjectTokens;
using Marketplace.Timing;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Store;

/// <summary>Every few minutes: loads or creates signing keys, and deletes the rows of expired tokens, which nothing else does.</summary>
internal sealed partial class IdentityMaintenance(
    IdentityDatabase database,
    IServiceScopeFactory scopes,
    RefreshFamilies families,
    SubjectTokenUses uses,
    BrowserSessions sessions,
    IOptions<IdentityOptions> options,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time,
    ILogger<IdentityMaintenance> logger
) : IPolledWork
{
    public TimeSpan Period => options.Value.MaintenanceInterval;

    public bool RunsAtStart => false;

    public TimeProvider Clock => time;

    /// <summary>One run. Safe to run in several processes at once: each deletes what is left.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        await database.RefreshSigningKeys(cancellationToken);
        var threshold = time.GetUtcNow() - options.Value.PruneAfter;

        // OpenIddict counts from a row's creation; the row of an expired token still names the installation for its error log.
        var created = threshold - options.Value.AccessTokenLifetime;
        await using var scope = scopes.CreateAsyncScope();
        var tokens = await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(created, cancellationToken);
        var authorizations = await scope
            .ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>()
            .PruneAsync(created, cancellationToken);
        var ended = await families.Prune(created, cancellationToken);
        while (await uses.Prune(threshold, cancellationToken) > 0)
        {
            // In batches, so that no statement locks the store for long.
        }

        var signedOut = await sessions.Prune(time.GetUtcNow(), cancellationToken);
        if (tokens + authorizations + ended + signedOut > 0)
        {
            LogPruned(tokens, authorizations, ended, signedOut);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Deleted {Tokens} dead tokens, {Authorizations} authorizations, {Families} families of refresh tokens and {Sessions} "
            + "sessions that were over"
    )]
    private partial void LogPruned(long tokens, long authorizations, long families, long sessions);
}
