using System.Collections.Immutable;
using Marketplace.Developers;
using Marketplace.Enterprises;
using Marketplace.Grains.Enterprises;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Policies;
using Marketplace.Reviews;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Developers;

[GrainType("developer")]
internal sealed class DeveloperGrain(
    IJournal journal,
    MarketCalendar calendar,
    WorkingDays workingDays,
    IOptions<EnterpriseOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IDeveloperGrain
{
    private DeveloperId _id;

    private EventSourcedEntity<Developer?> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            null,
            (state, fact) => Developer.Evolve(_id, state, DeveloperEvent.Decode(fact.Type, fact.Payload), fact.At)
        );

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = GrainKeys.Parse<DeveloperId>(this.GetPrimaryKeyString());
        await Entity.Load(cancellationToken);
    }

    public async Task<Outcome<Developer>> Execute(DeveloperCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var ruling = RulingFor(by) with { Agreements = await AgreementsFor(command, cancellationToken) };
        var done = await Entity.Execute(
            by,
            new EntityCommand<Developer?, DeveloperEvent>
            {
                Decide = state => DeveloperRules.Decide(state, command, ruling),
                Fingerprint = command.Fingerprint,
                Nothing = new DeveloperEvent.NothingChanged(),
                BeforeAppend = OpenCheck,
            },
            cancellationToken
        );
        return done.Refusal is { } refusal ? refusal : done.Value.State!;
    }

    public Task<Developer?> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    public async Task<ImmutableArray<JournalFact>> GetHistory(CancellationToken cancellationToken)
    {
        var facts = ImmutableArray.CreateBuilder<JournalFact>();
        await foreach (var fact in journal.Read(this.GetPrimaryKeyString(), 0, cancellationToken))
        {
            facts.Add(fact);
        }

        return facts.ToImmutable();
    }

    private async Task<ImmutableArray<string>> AgreementsFor(DeveloperCommand command, CancellationToken cancellationToken)
    {
        if (command is not (DeveloperCommand.SignUp or DeveloperCommand.AcceptAgreement))
        {
            return [];
        }

        var agreement = GrainFactory.GetGrain<IPolicyGrain>(GrainKeys.Policy(PolicyNames.ServiceAgreement));
        return (await agreement.Get(cancellationToken)).AcceptableOn(calendar.DayOf(time.GetUtcNow()));
    }

    /// <summary>Before the facts: a surplus entry in the queue is harmless, a missing one is not.</summary>
    private Task OpenCheck(ImmutableArray<DeveloperEvent> events) =>
        events.Any(@event => @event is DeveloperEvent.CompanySubmitted)
            ? GrainFactory
                .GetGrain<IWorkQueueGrain>(GrainKeys.WorkQueue(WorkQueues.Developers))
                .Add(_id.Value, Entity.Version + 1, CancellationToken.None)
            : Task.CompletedTask;

    // A developer's company is checked by the same people within the same term as a seller's (R44).
    private DeveloperRuling RulingFor(Initiator by) =>
        new(time.GetUtcNow(), by.Actor, by.Role, workingDays, WorkingDays.Days(options.Value.ReviewWorkingDays));
}
