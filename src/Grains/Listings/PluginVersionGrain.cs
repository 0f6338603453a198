using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Listings;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Listings;

[GrainType("plugin-version")]
internal sealed class PluginVersionGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    : Grain,
        IPluginVersionGrain
{
    private EventSourcedEntity<VersionDocument?> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            null,
            static (_, fact) => VersionDocument.Decode(fact.Payload)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public async Task<VersionDocument> Store(VersionDocument document, Initiator by, CancellationToken cancellationToken)
    {
        if (Entity.State is null)
        {
            await Entity.Append(by, document);
        }

        return Entity.State!;
    }

    public Task<VersionDocument?> Read(CancellationToken cancellationToken) => Task.FromResult(Entity.State);
}
