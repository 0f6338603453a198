using System.Globalization;
using Marketplace.Billing;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Risk;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Risk;

/// <summary>
/// Decides, appends facts, folds them, pushes the risk state to the quota grain, answers. A crash between append and push heals itself,
/// because the counter asks for the state when it starts judging writes, and this grain pushes it whenever it starts.
/// </summary>
[GrainType("risk")]
internal sealed class RiskGrain(
    IJournal journal,
    IUsageLedger ledger,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IRiskGrain
{
    private InstallationId _id;

    private IQuotaGrain Quota => GrainFactory.GetGrain<IQuotaGrain>(GrainKeys.Quota(_id));

    private EventSourcedEntity<RiskRecord> Entity =>
        field ??= new(journal, this.GetPrimaryKeyString(), time, _ => DeactivateOnIdle(), RiskRecord.None, Evolve);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString());
        await Entity.Load(cancellationToken);
        if (Entity.State.Version > 0)
        {
            // Not awaited, because the quota grain may be calling us now.
            Push().Ignore();
        }
    }

    public async Task<RiskStatus> GetStatus(CancellationToken cancellationToken)
    {
        var usage = await GrainFactory.GetGrain<IUsageStatisticsGrain>(GrainKeys.UsageStatistics(_id)).Read(cancellationToken);
        var succeeded = await RiskBaselineReader.Succeeded(ledger, usage, cancellationToken);
        return Entity.State.ToStatus(RiskBaseline.Of(usage, succeeded), time.GetUtcNow());
    }

    public async Task<RiskHold?> Raise(RiskCommand.Raise command, CancellationToken cancellationToken)
    {
        await Execute(command, By("hold", command.Call));
        return Entity.State.Shutting(command.Finding, time.GetUtcNow());
    }

    public Task Observe(RiskCommand.Observe command, CancellationToken cancellationToken) => Execute(command, By("observe", command.Call));

    public async Task<Outcome<RiskHold>> Decide(RiskCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var done = await Entity.Execute(
            by,
            new EntityCommand<RiskRecord, RiskEvent>
            {
                Decide = record => record.Decide(command, by.Role, time.GetUtcNow()),
                Fingerprint = command.Fingerprint,
                Nothing = new RiskEvent.NothingChanged(),
            },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        // Also after a repeat: the push may have been lost with the first answer.
        await Entity.EndOnFailure(Push);
        return done.Value.State.Find(HoldOf(command)) is { } hold ? hold : QuotaRefusals.ReusedKey();
    }

    public Task<RiskReport> Get(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Task.FromResult(new RiskReport(Entity.State.ScoreAt(now), [.. Entity.State.Holds.Reverse()], now));
    }

    public Task<RiskDryRun> DryRun(
        RiskRuleSet rules,
        IReadOnlyDictionary<string, string> writes,
        int days,
        CancellationToken cancellationToken
    ) => RiskDryRunReader.Run(ledger, _id, rules, writes, calendar.DayOf(time.GetUtcNow()), days, cancellationToken);

    private async Task Execute(RiskCommand command, Initiator by)
    {
        await Entity.Append(by, Entity.State.Decide(command, ActorRole.Platform, time.GetUtcNow()).Value);
        await Entity.EndOnFailure(Push);
    }

    private static Initiator By(string action, UInt128 call) =>
        Initiator.OfMarketplace(OperationId.Internal(action, call.ToString("x32", CultureInfo.InvariantCulture)));

    private static string HoldOf(RiskCommand command) =>
        command switch
        {
            RiskCommand.Confirm confirm => confirm.Hold,
            RiskCommand.Reject reject => reject.Hold,
            RiskCommand.Reverse reverse => reverse.Hold,
            _ => throw new ArgumentException($"{command.GetType().Name} is no decision of a seller.", nameof(command)),
        };

    private async Task Push() => await Quota.Watch(Entity.State.ToStatus(null, time.GetUtcNow()));

    private static RiskRecord Evolve(RiskRecord record, JournalFact fact) => record.Evolve(EventOf(fact), fact.At);

    private static RiskEvent EventOf(JournalFact fact) => RiskEvent.Decode(fact.Type, fact.Payload);
}
