using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Statements;
using Marketplace.Catalogue;
using Marketplace.Cluster.Tests.Quotas;
using Marketplace.Developers;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Listings;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Marketplace.Timing;
using Orleans.Core.Internal;
using Xunit;

namespace Marketplace.Cluster.Tests.Billing;

/// <summary>Moves the clock, so it has a cluster of its own.</summary>
public sealed class BillingGrainTests(QuotaCluster cluster) : IClassFixture<QuotaCluster>
{
    private static readonly ActorRole Owner = ActorRole.OfUser(SellerRole.Owner);
    private int _operations;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DateOnly Month => BillingMonths.Of(MarketCalendar.Shanghai.DayOf(cluster.Time.GetUtcNow()));

    [Fact]
    public async Task A_month_is_closed_once_after_its_calls_are_settled_and_never_changes()
    {
        var id = await Called(5);
        var month = Month;
        var tooEarly = await Billing(id).Close(month, By(ActorRole.Operator), Token);
        Assert.Equal(BillingRefusals.BillNotClosable, tooEarly.Refusal!.Code);
        Assert.Null(await Statement(id, month).Read(Token));

        NextMonth();
        var due = await Tick(id);
        Assert.Equal(MarketCalendar.Shanghai.StartOf(month.AddMonths(2)).AddDays(1), due);
        var closed = (await Billing(id).Get(Token)).Find(month)!;
        Assert.Equal((0.040m, 0.04m), (closed.Total.Amount, closed.StatementTotal.Amount));

        var bytes = (await Statement(id, month).Read(Token))!;
        Assert.Equal(closed.Sha256, bytes.Sha256);
        Assert.Equal(closed, (await Billing(id).Close(month, By(ActorRole.Operator), Token)).Value);
        await Billing(id).Execute(new BillingCommand.Adjust(-1m, "Goodwill", "case 1", null), By(ActorRole.Operator), Token);
        await Tick(id);
        Assert.Single(cluster.Journal.FactsOf(GrainKeys.Statement(id.Seller, month)));
        Assert.Single(cluster.Journal.FactsOf(GrainKeys.Billing(id.Seller)), fact => fact.Type == "month-closed");
        var bill = await Bill(id, month).Read(null, Token);
        Assert.Equal((closed, 0.040m), (bill.Closed, bill.Total.Amount));
        Assert.Equal(-1m, (await Bill(id, Month).Read(null, Token)).Total.Amount);
        Assert.Empty(Verify(id));
    }

    [Fact]
    public async Task What_was_stored_before_a_crash_is_what_is_closed()
    {
        var id = await Called(5);
        var month = Month;
        var before = await Bill(id, month).Read(null, Token);
        NextMonth();
        await Billing(id).Get(Token);
        // The document is durable, the account's fact is not.
        var stored = await Statement(id, month)
            .Store(Marketplace.Billing.Statements.Statement.Of(before, cluster.Time.GetUtcNow()), By(default), Token);
        cluster.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(stored.Sha256, (await Billing(id).Close(month, By(ActorRole.Operator), Token)).Value!.Sha256);
        Assert.Empty(Verify(id));
    }

    [Fact]
    public async Task Calls_that_are_settled_after_the_close_are_an_adjustment_of_the_next_month()
    {
        var id = await Called(5);
        var month = Month;
        NextMonth();
        await Tick(id);
        await Append(id, 1);
        Assert.Empty(Verify(id));

        NextMonth();
        await Tick(id);

        var late = Assert.Single((await Billing(id).Get(Token)).Adjustments);
        Assert.Equal((month.AddMonths(1), month, 0.020m), (late.Month, late.Corrects, late.Amount.Amount));
        Assert.Equal(0.020m, (await Bill(id, month.AddMonths(1)).Read(null, Token)).Total.Amount);
        Assert.Equal(0.040m, (await Bill(id, month).Read(null, Token)).Total.Amount);
        NextMonth();
        await Tick(id);
        Assert.Single((await Billing(id).Get(Token)).Adjustments);
        Assert.Empty(Verify(id));
    }

    [Fact]
    public async Task A_repeat_of_a_command_answers_the_same_entry_and_adds_none()
    {
        var id = await Called(1);
        var by = By(ActorRole.Operator);
        var command = new BillingCommand.Adjust(2.50m, "Setup", "invoice 7", id.Plugin);
        var first = (await Billing(id).Execute(command, by, Token)).Value!;
        await End(id);
        var second = (await Billing(id).Execute(command, by, Token)).Value!;
        Assert.Equal(first.Id, second.Id);
        Assert.Single(second.Account.Adjustments);

        var other = await Billing(id).Execute(command with { Amount = 3m }, by, Token);
        Assert.Equal("idempotency-key-reused", other.Refusal!.Code);
    }

    [Fact]
    public async Task A_dispute_names_a_line_of_the_statement_and_its_credit_stands_on_the_open_bill()
    {
        var id = await Called(5);
        var month = Month;
        NextMonth();
        await Tick(id);
        var line = (await Bill(id, month).Read(null, Token)).Lines.Single(line => line.Amount.Amount > 0);
        var named = new DisputedLine(line.Plugin.Value, line.Day, line.Tier, line.Operation.Value);
        var wrong = new BillingCommand.FileDispute(month, named with { Tier = "1-2" }, "Not ours", Money.Cny(9m));
        Assert.Equal(BillingRefusals.DisputeInvalid, (await Billing(id).Execute(wrong, By(Owner), Token)).Refusal!.Code);

        var filed = (await Billing(id).Execute(new BillingCommand.FileDispute(month, named, "Not ours", null), By(Owner), Token)).Value!;
        var accepted = await Billing(id)
            .Execute(new BillingCommand.AcceptDispute(filed.Id, 0.04m, "Our own retry"), By(ActorRole.Operator), Token);

        Assert.Null(accepted.Refusal);
        Assert.Equal(-0.04m, (await Bill(id, Month).Read(id.Plugin, Token)).Total.Amount);
        Assert.Equal(0.040m, (await Bill(id, month).Read(null, Token)).Total.Amount);
        Assert.Empty(Verify(id));
    }

    [Fact]
    public async Task A_subscription_is_on_the_bill_of_its_month_and_on_none_after_its_end()
    {
        var id = await Called(1);
        await Offer(id.Plugin, 499m);
        await Billing(id).AddSubscription(id.Plugin, "terms", By(Owner), Token);
        var by = By(Owner);
        var subscribed = await Subscription(id).Subscribe(499m, null, by, Token);
        Assert.Null(subscribed.Refusal);
        Assert.Equal(subscribed.Value!.Spans, (await Subscription(id).Subscribe(499m, null, by, Token)).Value!.Spans);
        Assert.Equal(7, subscribed.Value.Last!.BilledFrom.DayNumber - subscribed.Value.Last.From.DayNumber);

        NextMonth();
        NextMonth();
        await Tick(id);
        var full = Month.AddMonths(-1);
        Assert.Equal(499m, (await Bill(id, full).Read(null, Token)).SubscriptionTotal.Amount);
        Assert.Equal(499m, (await Bill(id, Month).Read(null, Token)).SubscriptionTotal.Amount);
        Assert.Empty((await Bill(id, Month.AddMonths(1)).Read(null, Token)).Subscriptions);

        Assert.Null((await Subscription(id).Cancel(true, null, By(Owner), Token)).Refusal);
        var ended = Month;
        var part = (await Bill(id, ended).Read(null, Token)).SubscriptionTotal.Amount;
        Assert.InRange(part, 0.001m, 498.999m);
        NextMonth();
        await Tick(id);
        Assert.Equal(part, (await Bill(id, ended).Read(null, Token)).SubscriptionTotal.Amount);
        Assert.Empty((await Bill(id, Month).Read(null, Token)).Subscriptions);
        Assert.Empty(Verify(id));
    }

    [Fact]
    public async Task What_developers_earn_is_what_their_sellers_are_billed()
    {
        var (one, other) = (await Called(5), await Called(10, inNextMonth: false));
        var month = Month;
        await Own("revenue-one", one.Plugin);
        await Own("revenue-two", other.Plugin);
        await Billing(one).Execute(new BillingCommand.Adjust(-0.03m, "Goodwill", "case 1", one.Plugin), By(ActorRole.Operator), Token);
        await Offer(other.Plugin, 899m);
        await Billing(other).AddSubscription(other.Plugin, "terms", By(Owner), Token);
        await Subscription(other).Subscribe(899m, null, By(Owner), Token);
        Assert.False((await Revenue("revenue-one", month)).IsFinal);

        NextMonth();
        await Tick(one);
        await Tick(other);
        var earned = new[] { await Revenue("revenue-one", month), await Revenue("revenue-two", month) };
        var billed = new[] { await Bill(one, month).Read(null, Token), await Bill(other, month).Read(null, Token) };

        Assert.All(earned, revenue => Assert.True(revenue.IsFinal));
        Assert.Equal(billed.Sum(bill => bill.Total.Amount), earned.Sum(revenue => revenue.Lines.Sum(line => line.Gross.Amount)));
        Assert.Equal((5L, 0.010m, 0.002m, 0.008m), Figures(earned[0]));
        Assert.Empty((await Revenue("revenue-none", month)).Lines);
    }

    private static (long, decimal, decimal, decimal) Figures(Revenue revenue)
    {
        var line = Assert.Single(revenue.Lines);
        return (line.Calls, line.Gross.Amount, line.PlatformShare.Amount, line.Net.Amount);
    }

    private async Task<InstallationId> Called(int calls, bool inNextMonth = true)
    {
        if (inNextMonth)
        {
            // Early in a month, so that a trial ends in it.
            NextMonth();
            cluster.Time.Advance(TimeSpan.FromHours(4));
        }

        var id = await cluster.Install();
        for (var call = 0; call < calls; call++)
        {
            await cluster.Call(cluster.Gates[0], id);
        }

        return id;
    }

    /// <summary>Goes to the second day of the next month, a minute after the settling time.</summary>
    private void NextMonth()
    {
        var next = MarketCalendar.Shanghai.StartOf(Month.AddMonths(1)).AddDays(1).AddMinutes(1);
        cluster.Time.Advance(next - cluster.Time.GetUtcNow());
    }

    /// <summary>Settles more calls in the last day that has any.</summary>
    private async Task Append(InstallationId id, int calls)
    {
        var rows = cluster.Ledger.RowsOf(id);
        var (last, first) = (rows[^1], rows.First(row => row.Day == rows[^1].Day));
        var prices = DayOpening.Decode(first.Opening).Prices;
        var tally = UsageBody.Decode(last.Body, last.Count).Tallies.ToDictionary(line => (line.Operation, line.Tier), line => line.Calls);
        var entries = Enumerable
            .Range(1, calls)
            .Select(n => new UsageEntry((UInt128)n << 90, OperationName.Parse("orders.get"), cluster.Time.GetUtcNow(), 200, null))
            .ToArray();
        for (var n = 1; n <= calls; n++)
        {
            var key = (entries[0].Operation, prices.TierOf(last.Cumulative + n));
            tally[key] = tally.GetValueOrDefault(key) + 1;
        }

        var body = new UsageBody([.. tally.Select(line => new Tally(line.Key.Operation, line.Key.Tier, line.Value))], entries);
        var row = new UsageRow(id, last.Day, last.Seq + 1, calls, last.Cumulative + calls, false, body.Encode(), default, default);
        var source = new OneRow(row.ChainedTo(last.Hash));
        Assert.True(cluster.Ledger.Signal(source));
        await source.Done;
    }

    private async Task Offer(PluginId plugin, decimal monthly)
    {
        var grain = cluster.Cluster.Client.GetGrain<IPluginGrain>(GrainKeys.Of(plugin));
        var profile = (await grain.Get(Token))!;
        var texts = BilingualText.Same("Terms");
        await grain.Register(
            profile with
            {
                Listing = new PluginListing(texts, texts, texts, null) { AddOns = [new AddOn("terms", texts, monthly, texts)] },
            },
            By(ActorRole.Platform),
            Token
        );
    }

    private async Task Own(string developer, PluginId plugin)
    {
        var created = new ListingEvent.Created(developer);
        var fact = JournalFact.Following(
            null,
            GrainKeys.Listing(plugin),
            OperationId.Parse("create"),
            ActorId.Parse("test"),
            cluster.Time.GetUtcNow(),
            created.Type,
            created.Encode()
        );
        Assert.True(await cluster.Journal.Append([fact], Token));
    }

    /// <summary>What an auditor finds in journal and ledger.</summary>
    private List<Finding> Verify(InstallationId id)
    {
        var findings = new List<Finding>();
        var (statements, ledger) = (new StatementVerifier(findings.Add), new LedgerVerifier(findings.Add));
        var months = cluster.Journal.FactsOf(GrainKeys.Billing(id.Seller)).Select(fact => BillingEvent.Decode(fact.Type, fact.Payload));
        string[] entities =
        [
            GrainKeys.Billing(id.Seller),
            GrainKeys.Subscription(id, "terms"),
            .. months
                .OfType<BillingEvent.MonthClosed>()
                .Select(closed => GrainKeys.Statement(id.Seller, BillingMonths.Parse(closed.Month))),
        ];
        foreach (var fact in entities.SelectMany(cluster.Journal.FactsOf))
        {
            statements.Add(fact);
        }

        foreach (var row in cluster.Ledger.RowsOf(id))
        {
            statements.Add(ledger.Add(row)!);
        }

        statements.Complete();
        return findings;
    }

    private Initiator By(ActorRole role) =>
        new(ActorId.Parse("test"), OperationId.Parse($"billing-{Interlocked.Increment(ref _operations)}"), null, role);

    private async Task End(InstallationId id) => await Billing(id).Cast<IGrainManagementExtension>().DeactivateOnIdle();

    private Task<DateTimeOffset?> Tick(InstallationId id) => cluster.Cluster.Client.GetTimed(GrainKeys.Billing(id.Seller)).Tick(Token);

    private Task<Revenue> Revenue(string developer, DateOnly month) =>
        cluster.Cluster.Client.GetGrain<IRevenueGrain>(GrainKeys.Revenue(DeveloperId.Parse(developer, null))).Read(month, Token);

    private IBillingGrain Billing(InstallationId id) => cluster.Cluster.Client.GetGrain<IBillingGrain>(GrainKeys.Billing(id.Seller));

    private IBillGrain Bill(InstallationId id, DateOnly month) =>
        cluster.Cluster.Client.GetGrain<IBillGrain>(GrainKeys.Bill(id.Seller, month));

    private IStatementGrain Statement(InstallationId id, DateOnly month) =>
        cluster.Cluster.Client.GetGrain<IStatementGrain>(GrainKeys.Statement(id.Seller, month));

    private ISubscriptionGrain Subscription(InstallationId id) =>
        cluster.Cluster.Client.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(id, "terms"));

    private sealed class OneRow(UsageRow row) : IUsageSource
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private UsageRow? _row = row;

        public Task Done => _done.Task;

        public UsageRow? CutRow() => Interlocked.Exchange(ref _row, null);

        public void Committed(UsageRow row) => _done.TrySetResult();

        public void Fenced(UsageRow row) => _done.TrySetException(new InvalidOperationException("The row's key is taken."));

        public void Failed(UsageRow row, Exception cause) => _done.TrySetException(cause);
    }
}
