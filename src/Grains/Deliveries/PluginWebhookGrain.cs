using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Deliveries;

[GrainType("plugin-webhook")]
internal sealed class PluginWebhookGrain(
    IJournal journal,
    IEventSender sender,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IPluginWebhookGrain
{
    private EventSourcedEntity<PluginWebhook> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            PluginWebhook.None,
            static (webhook, fact) => webhook.Evolve(FactOf(fact), fact.At)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task<PluginWebhook> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    public async Task<Outcome<PluginWebhook>> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var done = await Entity.Execute(
            by,
            new EntityCommand<PluginWebhook, DeliveryFact>
            {
                Decide = webhook => webhook.Decide(command),
                Fingerprint = command.Fingerprint,
                Nothing = new DeliveryFact.NothingChanged(),
            },
            cancellationToken
        );
        return done.Refusal is { } refusal ? refusal : Entity.State;
    }

    public async Task<Outcome<PingResult>> Ping(CancellationToken cancellationToken)
    {
        if (Entity.State.Setup.Endpoint is not { } endpoint)
        {
            return DeliveryRefusals.NoSharedEndpoint();
        }

        var turn = new SendTurn(GrainKeys.Parse<PluginId>(this.GetPrimaryKeyString()), endpoint.Url);
        return await EndpointPing.Post(
            sender,
            turn,
            PingMessages.Of(null, endpoint, Entity.State.Setup, time.GetUtcNow()),
            cancellationToken
        );
    }

    private static DeliveryFact FactOf(JournalFact fact) => DeliveryFact.Decode(fact.Type, fact.Payload);
}
