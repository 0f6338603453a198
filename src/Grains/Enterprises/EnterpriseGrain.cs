using System.Collections.Immutable;
using Marketplace.Enterprises;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Enterprises;

/// <summary>The turn makes the cap of sub-accounts exact under concurrent binding (R45).</summary>
[GrainType("enterprise"), CollectionAgeLimit(Minutes = 10)]
internal sealed partial class EnterpriseGrain(
    IJournal journal,
    WorkingDays workingDays,
    IOptions<EnterpriseOptions> options,
    EnterpriseMetrics metrics,
    ILogger<EnterpriseGrain> logger,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IEnterpriseGrain
{
    private readonly EnterprisePolicy _policy = options.Value.Policy;
    private Licence _licence;

    private EventSourcedEntity<Enterprise?> Entity =>
        field ??= new(journal, this.GetPrimaryKeyString(), time, _ => DeactivateOnIdle(), null, Evolve);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _licence = GrainKeys.Parse<Licence>(this.GetPrimaryKeyString());
        await Entity.Load(cancellationToken);
    }

    public async Task<Outcome<EnterpriseAnswer>> Execute(EnterpriseCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var done = await Entity.Execute(
            by,
            new EntityCommand<Enterprise?, EnterpriseEvent>
            {
                Decide = enterprise => EnterpriseRules.Decide(enterprise, command, RulingFor(by)),
                Fingerprint = command.Fingerprint,
                Nothing = new EnterpriseEvent.NothingChanged(),
                BeforeAppend = OpenReview,
            },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        Report(done.Value.Events);
        return Answer(done.Value.State!);
    }

    public async Task<DateTimeOffset?> Tick(CancellationToken cancellationToken)
    {
        var by = Initiator.OfMarketplace(OperationId.Internal("clock", Entity.Version));
        var events = EnterpriseRules.Decide(Entity.State, new EnterpriseCommand.KeepTime(), RulingFor(by)).Value;
        await Entity.Append(by, events);
        Report(events);
        return Entity.State is { } state ? EnterpriseRules.NextDue(state) : null;
    }

    public Task<EnterpriseAnswer?> Get(CancellationToken cancellationToken) =>
        Task.FromResult(Entity.State is { } state ? Answer(state) : null);

    public Task<EntityStatus> GetStatus(SellerId seller, CancellationToken cancellationToken) =>
        Task.FromResult(Entity.State?.StandingOf(seller, time.GetUtcNow()) ?? EntityStatus.None);

    public async Task<ImmutableArray<JournalFact>> GetHistory(CancellationToken cancellationToken)
    {
        var facts = ImmutableArray.CreateBuilder<JournalFact>();
        await foreach (var fact in journal.Read(this.GetPrimaryKeyString(), 0, cancellationToken))
        {
            facts.Add(fact);
        }

        return facts.ToImmutable();
    }

    /// <summary>Before the facts: a surplus entry in the queue is harmless, a missing one is not.</summary>
    private Task OpenReview(ImmutableArray<EnterpriseEvent> events) =>
        events.Any(@event => @event is EnterpriseEvent.Submitted or EnterpriseEvent.ApplicationSubmitted)
            ? GrainFactory
                .GetGrain<IReviewQueueGrain>(IReviewQueueGrain.GrainKey)
                .Open(_licence, Entity.Version + 1, CancellationToken.None)
            : Task.CompletedTask;

    /// <summary>Breaches are facts, a metric, and a log line for alerting (R44).</summary>
    private void Report(ImmutableArray<EnterpriseEvent> events)
    {
        foreach (var @event in events)
        {
            metrics.Happened(@event, Entity.State!);
            if (@event is EnterpriseEvent.ReviewOverdue late)
            {
                LogOverdue(_licence.Value, late.Kind, late.DueAt);
            }
            else if (@event is EnterpriseEvent.Submitted submitted && !workingDays.IsAnnounced(workingDays.DayOf(submitted.DueAt).Year))
            {
                LogUnannounced(_licence.Value, submitted.DueAt);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The review of {Licence} is due at {DueAt}, in a year missing from the holiday calendar: only weekends were "
            + "left out. Set Marketplace:Enterprises:WorkingDaysFile."
    )]
    private partial void LogUnannounced(string licence, DateTimeOffset dueAt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The review of {Licence} ({Kind}) was due at {DueAt} and is still undecided.")]
    private partial void LogOverdue(string licence, string kind, DateTimeOffset dueAt);

    private Ruling RulingFor(Initiator by) => new(time.GetUtcNow(), by.Actor, workingDays, _policy);

    private Enterprise? Evolve(Enterprise? state, JournalFact fact) => EnterpriseFold.Evolve(_licence, state, EventOf(fact), fact.At);

    private static EnterpriseEvent EventOf(JournalFact fact) => EnterpriseEvent.Decode(fact.Type, fact.Payload);

    private EnterpriseAnswer Answer(Enterprise state) => new(state, _policy, time.GetUtcNow());
}
