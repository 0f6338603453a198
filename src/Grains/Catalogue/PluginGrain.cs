using Marketplace.Catalogue;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Catalogue;

[GrainType("plugin")]
internal sealed class PluginGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IPluginGrain
{
    private EventSourcedEntity<PluginProfile?> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            null,
            static (_, fact) => PluginProfile.Decode(fact.Payload)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task<PluginProfile?> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    public async Task Register(PluginProfile profile, Initiator by, CancellationToken cancellationToken)
    {
        if (!await Entity.HasCarriedOut(by.OperationId, cancellationToken))
        {
            await Entity.Append(by, profile);
        }
    }
}
