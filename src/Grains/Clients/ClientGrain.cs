using Marketplace.Clients;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Clients;

[GrainType("client")]
internal sealed class ClientGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IClientGrain
{
    private const string SessionsEndedType = "sessions-ended";
    private const string SecretChangedType = "secret-changed";
    private const string KeyRotatedType = "signing-key-rotated";

    private EntityLog? _log;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(static _ => { }, cancellationToken);

    public Task NoteRefused(SecretsRefused refused, Initiator by, CancellationToken cancellationToken) => Note(SecretsRefused.FactType, refused.Encode(), by);

    public Task NoteSessionsEnded(Initiator by, CancellationToken cancellationToken) => Note(SessionsEndedType, "{}"u8.ToArray(), by);

    public Task NoteSecretChanged(Initiator by, CancellationToken cancellationToken) => Note(SecretChangedType, "{}"u8.ToArray(), by);

    public Task NoteKeyRotated(Initiator by, CancellationToken cancellationToken) => Note(KeyRotatedType, "{}"u8.ToArray(), by);

    private async Task Note(string type, ReadOnlyMemory<byte> payload, Initiator by)
    {
        if (Log.Knows(by.OperationId))
        {
            return;
        }

        try
        {
            await Log.Append(by, [(type, payload)]);
        }
        catch (StoreUnavailableException)
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
