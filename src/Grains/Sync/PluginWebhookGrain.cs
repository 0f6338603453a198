using System.Collections.Immutable;
using Marketplace.Audit;
using Marketplace.Catalogue;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Sync;
using Marketplace.Sync.Delivery;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Sync;

[GrainType("plugin-webhook")]
internal sealed class PluginWebhookGrain(
    IJournal journal, IEventSender sender, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IPluginWebhookGrain
{
    private EntityLog? _log;
    private PluginWebhook _state = PluginWebhook.None;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(Fold, cancellationToken);

    public Task<PluginWebhook> Get(CancellationToken cancellationToken) => Task.FromResult(_state);

    public async Task<Outcome<PluginWebhook>> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken)
    {
        if (Log.Knows(by.OperationId))
        {
            return await Led(by.OperationId, command, cancellationToken) ? _state : QuotaRefusals.ReusedKey();
        }

        var decision = _state.Decide(command);
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        await Record(decision.Value.IsEmpty && by.IsRepeatable && command.Nothing() is { } nothing ? [nothing] : decision.Value, by);
        return _state;
    }

    public async Task<Outcome<PingResult>> Ping(CancellationToken cancellationToken)
    {
        if (_state.Setup.Endpoint is not { } endpoint)
        {
            return DeliveryRefusals.NoSharedEndpoint();
        }

        var turn = new SendTurn(GrainKeys.Parse<PluginId>(this.GetPrimaryKeyString()), endpoint.Url);
        return await EndpointPing.Post(sender, turn, PingMessages.Of(null, endpoint, _state.Setup, time.GetUtcNow()), cancellationToken);
    }

    private async Task Record(ImmutableArray<DeliveryFact> events, Initiator by)
    {
        if (events.IsEmpty)
        {
            return;
        }

        try
        {
            foreach (var fact in await Log.Append(by, events.Select(happened => (happened.Type, happened.Encode()))))
            {
                Fold(fact);
            }
        }
        catch (StoreUnavailableException)
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task<bool> Led(string operationId, DeliveryCommand command, CancellationToken cancellationToken)
    {
        await foreach (var fact in journal.Read(this.GetPrimaryKeyString(), 0, cancellationToken))
        {
            if (fact.OperationId == operationId)
            {
                return command.LedTo(DeliveryFact.Decode(fact.Type, fact.Payload));
            }
        }

        return false;
    }

    private void Fold(JournalFact fact) => _state = _state.Evolve(DeliveryFact.Decode(fact.Type, fact.Payload), fact.At);
}
