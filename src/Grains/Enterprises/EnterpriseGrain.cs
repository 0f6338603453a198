using System.Collections.Immutable;
using Marketplace.Audit;
using Marketplace.Enterprises;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Enterprises;

/// <summary>Decides, appends facts, folds them, answers. The turn makes the cap of sub-accounts exact, however many bind at once (R45).</summary>
[GrainType("enterprise")]
internal sealed partial class EnterpriseGrain(
    IJournal journal,
    WorkingDays workingDays,
    IOptions<EnterpriseOptions> options,
    EnterpriseMetrics metrics,
    ILogger<EnterpriseGrain> logger,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IEnterpriseGrain
{
    private readonly EnterprisePolicy _policy = options.Value.Policy;
    private Licence _licence;
    private EntityLog? _log;
    private Enterprise? _state;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _licence = GrainKeys.Parse<Licence>(this.GetPrimaryKeyString());
        await Log.Load(fact => _state = Folded(_state, fact), cancellationToken);
    }

    public async Task<Outcome<EnterpriseAnswer>> Execute(EnterpriseCommand command, Initiator by, CancellationToken cancellationToken)
    {
        if (Log.Knows(by.OperationId))
        {
            return await FirstAnswer(by.OperationId, command, cancellationToken);
        }

        var decision = EnterpriseRules.Decide(_state, command, new Ruling(time.GetUtcNow(), by.Actor, workingDays, _policy));
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        // A caller's operation leaves its trace also where nothing was to do, so that its repeat does nothing later either.
        await Append(decision.Value.IsEmpty && by.IsRepeatable ? [command.Nothing()] : decision.Value, by);
        return Answer(_state!);
    }

    public async Task<DateTimeOffset?> Tick(CancellationToken cancellationToken)
    {
        var by = new Initiator("marketplace", $"clock→{Log.Version}");
        var ruling = new Ruling(time.GetUtcNow(), by.Actor, workingDays, _policy);
        await Append(EnterpriseRules.Decide(_state, new EnterpriseCommand.KeepTime(), ruling).Value, by);
        return _state is { } state ? EnterpriseRules.NextDue(state) : null;
    }

    public Task<EnterpriseAnswer?> Get(CancellationToken cancellationToken) => Task.FromResult(_state is { } state ? Answer(state) : null);

    public Task<EntityStanding> GetStanding(SellerId seller, CancellationToken cancellationToken) => Task.FromResult(
        _state?.StandingOf(seller, time.GetUtcNow()) ?? EntityStanding.None);

    public async Task<ImmutableArray<JournalFact>> GetHistory(CancellationToken cancellationToken)
    {
        var facts = ImmutableArray.CreateBuilder<JournalFact>();
        await foreach (var fact in journal.Read(this.GetPrimaryKeyString(), 0, cancellationToken))
        {
            facts.Add(fact);
        }

        return facts.ToImmutable();
    }

    private async Task Append(ImmutableArray<EnterpriseEvent> events, Initiator by)
    {
        if (events.IsEmpty)
        {
            return;
        }

        try
        {
            if (events.Any(happened => happened is EnterpriseEvent.Submitted or EnterpriseEvent.ApplicationSubmitted))
            {
                // Before the fact: an entry too many in the queue is harmless, and one too few is not.
                await GrainFactory.GetGrain<IReviewQueueGrain>(IReviewQueueGrain.GrainKey).Open(_licence, Log.Version + 1, CancellationToken.None);
            }

            var facts = await Log.Append(by, events.Select(happened => (happened.Type, happened.Encode())));
            _state = facts.Aggregate(_state, Folded);
            Tell(events);
        }
        catch (Exception)
        {
            // The facts may be durable although nobody said so: the next activation reads what is written.
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>Breaches are facts, a figure, and a line in the log that somebody may be woken by (R44).</summary>
    private void Tell(ImmutableArray<EnterpriseEvent> events)
    {
        foreach (var happened in events)
        {
            metrics.Happened(happened, _state!);
            if (happened is EnterpriseEvent.ReviewOverdue late)
            {
                LogOverdue(_licence.Value, late.Kind, late.DueAt);
            }
            else if (happened is EnterpriseEvent.Submitted submitted && !workingDays.IsAnnounced(workingDays.DayOf(submitted.DueAt).Year))
            {
                LogUnannounced(_licence.Value, submitted.DueAt);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The review of {Licence} is due at {DueAt}, in a year whose holidays the calendar does not know: only weekends were left out. Set Marketplace:Enterprises:WorkingDaysFile.")]
    private partial void LogUnannounced(string licence, DateTimeOffset dueAt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The review of {Licence} ({Kind}) was due at {DueAt} and is not decided.")]
    private partial void LogOverdue(string licence, string kind, DateTimeOffset dueAt);

    /// <summary>What an operation was answered with when it was carried out, whatever happened since; refused if it was another command.</summary>
    private async Task<Outcome<EnterpriseAnswer>> FirstAnswer(string operationId, EnterpriseCommand command, CancellationToken cancellationToken)
    {
        var (state, last, known) = ((Enterprise?)null, Log.VersionAfter(operationId), false);
        await foreach (var fact in journal.Read(this.GetPrimaryKeyString(), 0, cancellationToken))
        {
            if (fact.Version > last)
            {
                break;
            }

            known |= fact.OperationId == operationId && command.LedTo(EnterpriseEvent.Decode(fact.Type, fact.Payload));
            state = Folded(state, fact);
        }

        return known ? Answer(state!) : QuotaRefusals.ReusedKey();
    }

    private Enterprise Folded(Enterprise? state, JournalFact fact) =>
        EnterpriseFold.Evolve(_licence, state, EnterpriseEvent.Decode(fact.Type, fact.Payload), fact.At);

    private EnterpriseAnswer Answer(Enterprise state) => new(state, _policy, time.GetUtcNow());
}
