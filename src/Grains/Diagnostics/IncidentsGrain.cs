using System.Collections.Immutable;
using Marketplace.Diagnostics;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Diagnostics;

[GrainType("incidents")]
internal sealed class IncidentsGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    : Grain,
        IIncidentsGrain
{
    private EventSourcedEntity<IncidentHistory> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            IncidentHistory.Empty,
            static (history, fact) => history.Evolve(EventOf(fact), fact.At, fact.Actor)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public async Task<Outcome<Incident>> Execute(IncidentCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var done = await Entity.Execute(
            by,
            new EntityCommand<IncidentHistory, IncidentEvent>
            {
                Decide = history => IncidentHistory.Decide(history, command),
                Fingerprint = command.Fingerprint,
            },
            cancellationToken
        );
        return done.Refusal is { } refusal ? refusal
            : IncidentOf(command, done.Value.State) is { } incident ? incident
            : QuotaRefusals.ReusedKey();
    }

    public Task<ImmutableArray<Incident>> List(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<Incident>>([.. Entity.State.Incidents.Reverse()]);

    public Task<ImmutableArray<Incident>> GetOpen(CancellationToken cancellationToken) => Task.FromResult(Entity.State.Open);

    /// <summary>
    /// The incident affected by a command. A new one has the id of the first request, because every request makes another id.
    /// </summary>
    private static Incident? IncidentOf(IncidentCommand command, IncidentHistory history) =>
        command is IncidentCommand.Resolve resolve ? history.Find(resolve.Id) : history.Incidents[^1];

    private static IncidentEvent EventOf(JournalFact fact) => IncidentEvent.Decode(fact.Type, fact.Payload);
}
