using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Labels;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Labels;

[GrainType("label")]
internal sealed class LabelGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, ILabelGrain
{
    private EventSourcedEntity<Label?> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            null,
            (label, fact) => label ?? LabelFact.Decode(fact.Type, fact.Payload).ToLabel(Id, fact.At)
        );

    private LabelId Id => LabelId.Parse(this.GetPrimaryKeyString().Split('/')[^1], null);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task<Label?> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    public async Task<Label?> Open(LabelFact.AddressOpened opening, Initiator by, CancellationToken cancellationToken)
    {
        if (Entity.State is null)
        {
            await Entity.Append(by, opening);
        }

        return Entity.State;
    }

    public async Task<Label> Create(Label label, Initiator by, CancellationToken cancellationToken)
    {
        if (Entity.State is null)
        {
            await Entity.Append(by, LabelFact.Of(label));
        }

        return Entity.State!;
    }

    public async Task<Label?> View(Initiator by, CancellationToken cancellationToken)
    {
        if (Entity.State is { } label)
        {
            await Entity.Append(by, new LabelFact.LabelViewed(label.OrderId));
        }

        return Entity.State;
    }
}
