using System.Collections.Immutable;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Reviews;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Reviews;

[GrainType("work-queue")]
internal sealed class WorkQueueGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    : Grain,
        IWorkQueueGrain
{
    private EventSourcedEntity<WorkQueue> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            WorkQueue.Empty,
            static (queue, fact) => queue.Evolve(WorkQueueEvent.Decode(fact.Type, fact.Payload))
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task Add(string id, long version, CancellationToken cancellationToken) => Append(Entity.State.Add(id, version));

    public Task Remove(string id, long version, CancellationToken cancellationToken) => Append(Entity.State.Remove(id, version));

    public Task<ImmutableArray<string>> List(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<string>>([.. Entity.State.Open.Keys]);

    private Task Append(WorkQueueEvent? @event) =>
        @event is null
            ? Task.CompletedTask
            : Entity.Append(Initiator.OfMarketplace(OperationId.Internal("queue", Entity.Version + 1)), @event);
}
