using Marketplace.Billing;
using Marketplace.Billing.Statements;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Billing;

// Read for a page now and then; a document may be large.
[GrainType("statement"), CollectionAgeLimit(Minutes = 5)]
internal sealed class StatementGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    : Grain,
        IStatementGrain
{
    private EventSourcedEntity<Statement?> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            null,
            static (_, fact) => Statement.Decode(fact.Payload)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public async Task<Statement> Store(Statement statement, Initiator by, CancellationToken cancellationToken)
    {
        if (Entity.State is null)
        {
            await Entity.Append(by, statement);
        }

        return Entity.State!;
    }

    public Task<Statement?> Read(CancellationToken cancellationToken) => Task.FromResult(Entity.State);
}
