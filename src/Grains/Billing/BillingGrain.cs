using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Statements;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Reviews;
using Marketplace.Sellers;
using Marketplace.Timing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Billing;

// Needed for a command or a bill, and at the end of a month.
[GrainType("billing"), CollectionAgeLimit(Minutes = 10)]
internal sealed class BillingGrain(
    IJournal journal,
    BillReader bills,
    MarketCalendar calendar,
    IOptions<BillingOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IBillingGrain, ITimed
{
    private SellerId _seller;

    private EventSourcedEntity<BillingAccount> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            BillingAccount.None,
            static (state, fact) => BillingAccount.Evolve(state, BillingEvent.Decode(fact.Type, fact.Payload), fact.At)
        );

    private DateOnly Today => calendar.DayOf(time.GetUtcNow());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _seller = GrainKeys.Parse<SellerId>(this.GetPrimaryKeyString());
        return Entity.Load(cancellationToken);
    }

    public Task<BillingAccount> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    public async Task<Outcome<BillingAnswer>> Execute(BillingCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var complete = await Complete(command, cancellationToken);
        await Open(cancellationToken);
        var done = await Entity.Execute(
            by,
            new EntityCommand<BillingAccount, BillingEvent>
            {
                Decide = state => BillingRules.Decide(state, complete, new BillingRuling(time.GetUtcNow(), Today, by.Role)),
                Fingerprint = command.Fingerprint,
                Nothing = new BillingEvent.NothingChanged(),
                BeforeAppend = QueueDisputes,
            },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        var events = done.Value.Repeated is { } first
            ? [.. first.Facts.Select(static fact => BillingEvent.Decode(fact.Type, fact.Payload))]
            : done.Value.Events;
        return new BillingAnswer(done.Value.State, IdOf(events));
    }

    public async Task<Outcome<ClosedBill>> Close(DateOnly month, Initiator by, CancellationToken cancellationToken)
    {
        if (Entity.State.Find(month) is { } known)
        {
            return known;
        }

        if (time.GetUtcNow() < ClosesAt(month))
        {
            return BillingRefusals.TooEarly(ClosesAt(month));
        }

        await Open(cancellationToken);
        while (Entity.State.OldestOpen is { } oldest && oldest <= month)
        {
            await CloseOldest(oldest, by, cancellationToken);
        }

        return Entity.State.Find(month) is { } closed ? closed : BillingRefusals.NoBill();
    }

    public async Task AddSubscription(PluginId plugin, string addOn, Initiator by, CancellationToken cancellationToken)
    {
        await Open(cancellationToken);
        if (!Entity.State.Subscriptions.Contains($"{plugin}/{addOn}"))
        {
            // A caller may reuse an idempotency key for several add-ons; include the add-on in the operation id.
            var listing = by with { OperationId = OperationId.Internal("list", plugin.Value, addOn) };
            await Entity.Append(listing, new BillingEvent.SubscriptionListed(plugin.Value, addOn));
        }
    }

    public async Task<DateTimeOffset?> Tick(CancellationToken cancellationToken)
    {
        // Without calls, entries and subscriptions there is nothing to bill: the account is opened when there is.
        var oldest = Entity.State.OldestOpen ?? await bills.FindFirstMonth(_seller, cancellationToken) ?? BillingMonths.Of(Today);
        while (ClosesAt(oldest) <= time.GetUtcNow())
        {
            await Open(cancellationToken);
            await CloseOldest(oldest, Initiator.OfMarketplace(OperationOf(oldest)), cancellationToken);
            oldest = Entity.State.OldestOpen!.Value;
        }

        return ClosesAt(oldest);
    }

    /// <summary>Before the facts: a surplus entry in the queue is harmless, a missing one is not.</summary>
    private Task QueueDisputes(ImmutableArray<BillingEvent> events) =>
        events.Any(static @event => @event is BillingEvent.DisputeFiled)
            ? GrainFactory
                .GetGrain<IWorkQueueGrain>(GrainKeys.WorkQueue(WorkQueues.Disputes))
                .Add(_seller.Value, Entity.Version + 1, CancellationToken.None)
            : Task.CompletedTask;

    private static string IdOf(ImmutableArray<BillingEvent> events) =>
        events
            .Select(static @event =>
                @event switch
                {
                    BillingEvent.DisputeFiled filed => filed.Dispute,
                    BillingEvent.DisputeAccepted accepted => accepted.Dispute,
                    BillingEvent.DisputeRejected rejected => rejected.Dispute,
                    BillingEvent.BillAdjusted adjusted => adjusted.Id,
                    _ => null,
                }
            )
            .Last(static id => id is not null)!;

    private static OperationId OperationOf(DateOnly month) => OperationId.Internal("close", BillingMonths.Text(month));

    private IStatementGrain StatementOf(DateOnly month) => GrainFactory.GetGrain<IStatementGrain>(GrainKeys.Statement(_seller, month));

    private DateTimeOffset ClosesAt(DateOnly month) => calendar.EndOf(SubscriptionRules.EndOfMonth(month)) + options.Value.SettlingTime;

    /// <summary>Opens the account with the first month that has calls; with the current one if none has.</summary>
    private async Task Open(CancellationToken cancellationToken)
    {
        if (Entity.State.First is null)
        {
            var first = await bills.FindFirstMonth(_seller, cancellationToken) ?? BillingMonths.Of(Today);
            await Entity.Append(
                Initiator.OfMarketplace(OperationId.Internal("open", _seller.Value)),
                new BillingEvent.AccountOpened(first)
            );
        }
    }

    /// <summary>
    /// The document first: what is stored is closed, and a repeat after a crash closes with the stored one. Entries are recorded on the
    /// current month only, and that is later than any month which can be closed, so the document misses none.
    /// </summary>
    private async Task CloseOldest(DateOnly month, Initiator by, CancellationToken cancellationToken)
    {
        var bill = await bills.Read(_seller, month, Entity.State, null, cancellationToken);
        var late = await LateUsage(month, cancellationToken);
        var made = Statement.Of(bill with { Adjustments = [.. bill.Adjustments, .. late] }, time.GetUtcNow());
        var stored = await StatementOf(month).Store(made, Initiator.OfMarketplace(OperationOf(month)), cancellationToken);
        var closed = stored.ToBill();
        var known = Entity.State.Adjustments.Select(static adjustment => adjustment.Id).ToHashSet(StringComparer.Ordinal);
        await Entity.Append(
            by with
            {
                OperationId = OperationOf(month),
            },
            [
                .. closed.Adjustments.Where(adjustment => !known.Contains(adjustment.Id)).Select(BillingEvent.BillAdjusted.Of),
                new BillingEvent.MonthClosed(
                    BillingMonths.Text(month),
                    stored.Sha256,
                    closed.Total.Amount,
                    closed.Total.RoundedForStatement().Amount,
                    closed.Total.Currency
                ),
            ]
        );
    }

    private async Task<ImmutableArray<Adjustment>> LateUsage(DateOnly month, CancellationToken cancellationToken)
    {
        var before = month.AddMonths(-1);
        return Entity.State.Find(before) is not null && await StatementOf(before).Read(cancellationToken) is { } statement
            ? await bills.FindLateUsage(statement.ToBill(), month, cancellationToken)
            : [];
    }

    /// <summary>A dispute with what its line asks, which the statement says and not the seller.</summary>
    private async Task<BillingCommand> Complete(BillingCommand command, CancellationToken cancellationToken)
    {
        if (
            command is not BillingCommand.FileDispute dispute
            || await StatementOf(dispute.Month).Read(cancellationToken) is not { } statement
        )
        {
            return command;
        }

        var line = statement
            .ToBill()
            .Lines.FirstOrDefault(line => new DisputedLine(line.Plugin.Value, line.Day, line.Tier, line.Operation.Value) == dispute.Line);
        return dispute with { Amount = line?.Amount };
    }
}
