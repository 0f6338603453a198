using Marketplace.Clients;
using Marketplace.Identity.Sessions;
using Marketplace.Identity.Store;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Timing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;

namespace Marketplace.Identity.Clients;

/// <summary>
/// Records changes of clients in the journal and ends what a revoked client has open: at once for a request, in rounds for what a command
/// or an interrupted request left. Any number of processes may do it at once: a change's fact is one, and ending sessions is idempotent.
/// </summary>
internal sealed partial class UnrecordedClientChanges(
    IdentityDatabase database,
    IServiceScopeFactory scopes,
    IClientFacts facts,
    IOptions<IdentityOptions> options,
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time,
    ILogger<UnrecordedClientChanges> logger
) : IPolledWork, IClientChangeRecorder
{
    // A sign-in that was checked just before a revocation may be stored after it. So long after it, what is open is ended once more.
    private static readonly TimeSpan Stragglers = TimeSpan.FromMinutes(1);

    public TimeSpan Period => options.Value.MaintenanceInterval;

    public TimeProvider Clock => time;

    public async Task Run(CancellationToken cancellationToken)
    {
        await database.Initialize(cancellationToken);
        foreach (var id in await ListClients(cancellationToken))
        {
            try
            {
                await Record(id, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The others must not wait for it; the next round tries again.
                LogFailed(e, id);
            }
        }
    }

    public async Task Record(string client, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        if (
            await applications.FindByClientIdAsync(client, cancellationToken) is not { } application
            || await ClientProfile.Of(applications, application, cancellationToken) is not { } profile
        )
        {
            return;
        }

        var descriptor = new OpenIddictApplicationDescriptor();
        await applications.PopulateAsync(descriptor, application, cancellationToken);
        var history = ClientHistory.Of(descriptor.Properties);
        foreach (var change in history.Unrecorded)
        {
            await Record(client, profile, change, scope.ServiceProvider.GetRequiredService<IClientSessions>(), cancellationToken);
        }

        var settled = time.GetUtcNow() - Stragglers;
        var open = history.Unrecorded.RemoveAll(change => change.Change != ClientChange.Revoked || change.At <= settled);
        if (open.Length == history.Unrecorded.Length)
        {
            return;
        }

        (history with { Unrecorded = open }).WriteTo(descriptor.Properties);
        try
        {
            await applications.UpdateAsync(application, descriptor, cancellationToken);
        }
        catch (OpenIddictExceptions.ConcurrencyException)
        {
            // The client was changed again; the next round records all of it, and what is recorded stays one fact.
        }
    }

    private async Task Record(
        string client,
        ClientProfile profile,
        UnrecordedChange change,
        IClientSessions sessions,
        CancellationToken cancellationToken
    )
    {
        var fact = new ClientChanged(change.Change, profile.Role, profile.Plugin, change.RedirectUris, change.At);
        var operation = OperationId.Internal(ClientChanged.TypeOf(change.Change), change.Id);
        var by = new Initiator(ActorId.Parse(change.Actor), operation, change.Address);
        await facts.Changed(client, fact, by, cancellationToken);
        if (change.Change == ClientChange.Revoked)
        {
            await sessions.End(client, by with { OperationId = operation.Then("sessions") }, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> ListClients(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<IdentityContext>()
            .Set<OpenIddictEntityFrameworkCoreApplication>()
            .Where(row => row.Properties != null && row.Properties.Contains(ClientHistory.UnrecordedMark))
            .Select(row => row.ClientId!)
            .ToListAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not record the changes of client {Client} yet; retrying.")]
    private partial void LogFailed(Exception exception, string client);
}
