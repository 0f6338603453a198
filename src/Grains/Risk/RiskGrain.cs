using System.Globalization;
using Marketplace.Audit;
using Marketplace.Billing;
using Marketplace.Grains.Audit;
using Marketplace.Grains.Quotas;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Risk;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Risk;

/// <summary>
/// Decides, appends facts, folds them, pushes the standing to the quota grain, answers. A crash between append and push is healed because the
/// counter asks for the standing when it begins to judge writes, and this grain pushes it whenever it starts.
/// </summary>
[GrainType("risk")]
internal sealed class RiskGrain(
    IJournal journal,
    IUsageLedger ledger,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IRiskGrain
{
    /// <summary>Who raises a hold: the marketplace itself.</summary>
    private const string Actor = "marketplace";

    private InstallationId _id;
    private EntityLog? _log;
    private RiskRecord _record = RiskRecord.None;

    private IQuotaGrain Quota => GrainFactory.GetGrain<IQuotaGrain>(GrainKeys.Quota(_id));

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString());
        await Log.Load(Fold, cancellationToken);
        if (_record.Version > 0)
        {
            // Not awaited: the quota grain may be asking us now.
            Push().Ignore();
        }
    }

    public async Task<RiskStanding> GetStanding(CancellationToken cancellationToken)
    {
        var usage = await GrainFactory.GetGrain<IUsageStatisticsGrain>(GrainKeys.UsageStatistics(_id)).Read(cancellationToken);
        var succeeded = await RiskBaselineReading.Succeeded(ledger, usage, cancellationToken);
        return _record.ToStanding(RiskBaseline.Of(usage, succeeded), time.GetUtcNow());
    }

    public async Task<RiskHold?> Raise(RiskCommand.Raise command, CancellationToken cancellationToken)
    {
        await Execute(command, new Initiator(Actor, $"hold→{command.Call.ToString("x32", CultureInfo.InvariantCulture)}"));
        return _record.Shutting(command.Finding, time.GetUtcNow());
    }

    public Task Observe(RiskCommand.Observe command, CancellationToken cancellationToken) =>
        Execute(command, new Initiator(Actor, $"observe→{command.Call.ToString("x32", CultureInfo.InvariantCulture)}"));

    public async Task<Outcome<RiskHold>> Decide(RiskCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var id = HoldOf(command);
        if (Log.Knows(by.OperationId))
        {
            // The facts are there, but the push may have been lost with the first answer.
            await Push();
            return await FirstAnswer(by.OperationId, command, id, cancellationToken);
        }

        return await Execute(command, by) is { } refusal ? refusal : _record.Find(id)!;
    }

    public Task<RiskReport> Get(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Task.FromResult(new RiskReport(_record.ScoreAt(now), [.. _record.Holds.Reverse()], now));
    }

    public Task<RiskDryRun> DryRun(RiskRuleSet rules, IReadOnlyDictionary<string, string> writes, int days, CancellationToken cancellationToken) =>
        RiskDryRunReading.Run(ledger, _id, rules, writes, calendar.DayOf(time.GetUtcNow()), days, cancellationToken);

    private async Task<Refusal?> Execute(RiskCommand command, Initiator by)
    {
        var decision = _record.Decide(command, time.GetUtcNow());
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        try
        {
            // A seller's operation leaves its trace also where nothing was to do, so that its repeat does nothing later either.
            var events = decision.Value.IsEmpty && command.Nothing() is { } nothing ? [nothing] : decision.Value;
            if (!events.IsEmpty)
            {
                var facts = await Log.Append(by, events.Select(happened => (happened.Type, happened.Encode())));
                facts.ToList().ForEach(Fold);
            }

            await Push();
        }
        catch (Exception)
        {
            // The fact may be durable although nobody said so. The next activation starts from what is written, and pushes it.
            DeactivateOnIdle();
            throw;
        }

        return null;
    }

    /// <summary>The hold as an operation left it, whatever happened since; refused if it was another command.</summary>
    private async Task<Outcome<RiskHold>> FirstAnswer(string operationId, RiskCommand command, string id, CancellationToken cancellationToken)
    {
        var record = RiskRecord.None;
        await foreach (var fact in journal.Read(this.GetPrimaryKeyString(), 0, cancellationToken))
        {
            var happened = RiskEvent.Decode(fact.Type, fact.Payload);
            record = record.Evolve(happened, fact.At);
            if (fact.OperationId == operationId)
            {
                return command.LedTo(happened) ? record.Find(id)! : QuotaRefusals.ReusedKey();
            }
        }

        throw new InvalidOperationException($"The journal has lost the operation {operationId}.");
    }

    private static string HoldOf(RiskCommand command) => command switch
    {
        RiskCommand.Confirm confirm => confirm.Hold,
        RiskCommand.Reject reject => reject.Hold,
        RiskCommand.Reverse reverse => reverse.Hold,
        _ => throw new ArgumentException($"{command.GetType().Name} is no decision of a seller.", nameof(command)),
    };

    private async Task Push() => await Quota.Watch(_record.ToStanding(null, time.GetUtcNow()));

    private void Fold(JournalFact fact) => _record = _record.Evolve(RiskEvent.Decode(fact.Type, fact.Payload), fact.At);
}
