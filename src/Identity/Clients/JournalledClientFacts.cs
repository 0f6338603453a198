using Marketplace.Clients;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Identity.Clients;

/// <summary>Records events of a client in its journal.</summary>
public sealed partial class JournalledClientFacts(IGrainFactory grains, ILogger<JournalledClientFacts> logger) : IClientFacts
{
    public async ValueTask SecretsRefused(string clientId, string door, string? address, CancellationToken cancellationToken)
    {
        try
        {
            var by = Initiator.OfMarketplace(OperationId.Unique("secrets-refused"), address);
            await grains
                .GetGrain<IClientGrain>(GrainKeys.Client(clientId))
                .RecordRefusedSecrets(new SecretsRefused(door), by, cancellationToken);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or TimeoutException or Orleans.Runtime.OrleansException)
        {
            // The secret is refused whether or not the journal is available; the log has the event.
            LogNotNoted(failure, clientId);
        }
    }

    public async ValueTask SessionsEnded(string clientId, Initiator by, CancellationToken cancellationToken) =>
        await grains.GetGrain<IClientGrain>(GrainKeys.Client(clientId)).RecordSessionsEnded(by, cancellationToken);

    public async ValueTask SecretChanged(string clientId, string? address, CancellationToken cancellationToken) =>
        await grains
            .GetGrain<IClientGrain>(GrainKeys.Client(clientId))
            .RecordSecretChanged(new Initiator(ActorId.Parse(clientId), OperationId.Unique("secret-changed"), address), cancellationToken);

    public async ValueTask KeyRotated(ActorId actor, string? address, CancellationToken cancellationToken) =>
        await grains
            .GetGrain<IClientGrain>(GrainKeys.Client(actor.Value))
            .RecordKeyRotated(new Initiator(actor, OperationId.Unique("key-rotated"), address), cancellationToken);

    public async ValueTask Changed(string clientId, ClientChanged changed, Initiator by, CancellationToken cancellationToken) =>
        await grains.GetGrain<IClientGrain>(GrainKeys.Client(clientId)).RecordChange(changed, by, cancellationToken);

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not journal that the secrets of client {Client} were refused")]
    private partial void LogNotNoted(Exception failure, string client);
}
