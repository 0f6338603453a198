using Marketplace.Clients;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Clients;

[GrainType("client")]
internal sealed class ClientGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IClientGrain
{
    private const string SessionsEndedType = "sessions-ended";
    private const string SecretChangedType = "secret-changed";
    private const string KeyRotatedType = "signing-key-rotated";

    // The facts are for the audit trail only; no decision depends on them.
    private EventSourcedEntity<NoState> Entity =>
        field ??= new(journal, this.GetPrimaryKeyString(), time, _ => DeactivateOnIdle(), default, static (state, _) => state);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task RecordRefusedSecrets(SecretsRefused refused, Initiator by, CancellationToken cancellationToken) =>
        Record(refused, by, cancellationToken);

    public Task RecordSessionsEnded(Initiator by, CancellationToken cancellationToken) =>
        Record(EncodedEvent.Without(SessionsEndedType), by, cancellationToken);

    public Task RecordSecretChanged(Initiator by, CancellationToken cancellationToken) =>
        Record(EncodedEvent.Without(SecretChangedType), by, cancellationToken);

    public Task RecordKeyRotated(Initiator by, CancellationToken cancellationToken) =>
        Record(EncodedEvent.Without(KeyRotatedType), by, cancellationToken);

    public Task RecordChange(ClientChanged changed, Initiator by, CancellationToken cancellationToken) =>
        Record(changed, by, cancellationToken);

    private async Task Record(IJournalEvent @event, Initiator by, CancellationToken cancellationToken)
    {
        if (!await Entity.HasCarriedOut(by.OperationId, cancellationToken))
        {
            await Entity.Append(by, @event);
        }
    }

    private readonly record struct NoState;
}
