using Marketplace.Billing.Accounts;
using Marketplace.Billing.Proofs;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Billing.Statements;

/// <summary>
/// Makes every closed bill again, from the ledger's calls and the journal's subscriptions and adjustments, and reports any difference to
/// the stored statement (R52, R55). Expects all facts first, then the rows in order of installation, day and seq.
/// </summary>
/// <remarks>Memory: the closed bills, and the days of their lines.</remarks>
public sealed class StatementVerifier(Action<Finding> report)
{
    private readonly Dictionary<(string Seller, DateOnly Month), ClosedMonth> _closed = [];
    private readonly Dictionary<string, BillingAccount> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Seller, PluginId Plugin, string AddOn), Subscription> _subscriptions = [];
    private DayRecount? _day;
    private RatedRow? _last;

    /// <summary>Number of closed bills.</summary>
    public int Count => _closed.Count;

    /// <summary>Adds a fact; facts of other entities are ignored.</summary>
    public void Add(JournalFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        var parts = fact.Entity.Split('/');
        switch (parts[0])
        {
            case "statement":
                AddStatement(fact, parts);
                break;
            case "billing":
                var account = _accounts.GetValueOrDefault(parts[1], BillingAccount.None);
                _accounts[parts[1]] = BillingAccount.Evolve(account, BillingEvent.Decode(fact.Type, fact.Payload), fact.At);
                break;
            case "subscription":
                var key = (parts[1], PluginId.Parse(parts[2], null), parts[3]);
                var state = _subscriptions.GetValueOrDefault(key, Subscription.None);
                _subscriptions[key] = Subscription.Evolve(state, SubscriptionEvent.Decode(fact.Type, fact.Payload));
                break;
            default:
                break;
        }
    }

    /// <summary>Adds a row.</summary>
    public void Add(RatedRow rated)
    {
        ArgumentNullException.ThrowIfNull(rated);
        if (_day is null || _day.Installation != rated.Row.Installation || _day.Day != rated.Row.Day)
        {
            CompleteDay();
            _day = new DayRecount(rated.Row.Installation, rated.Row.Day, rated.Prices);
        }

        _day.Add(rated);
        _last = rated;
        if (ExpectedOf(rated.Row.Installation, rated.Row.Day) is { } expected && expected.Day.Rows == rated.Row.Seq)
        {
            Compare(expected, rated, _day.ToDay());
        }
    }

    /// <summary>Completes the last day, and compares what is no ledger row.</summary>
    public void Complete()
    {
        CompleteDay();
        foreach (var ((seller, month), closed) in _closed)
        {
            foreach (var missing in closed.Days.Values.Where(static day => !day.WasSeen))
            {
                Report(closed, missing.Day.Day, $"the ledger has no row {missing.Day.Rows} of {missing.Day.Installation}");
            }

            CompareWithAccount(closed, _accounts.GetValueOrDefault(seller, BillingAccount.None));
            CompareSubscriptions(closed);
            CompareLateUsage(closed, _closed.GetValueOrDefault((seller, month.AddMonths(1))));
        }

        foreach (var (seller, account) in _accounts)
        {
            foreach (var bill in account.Closed.Where(bill => !_closed.ContainsKey((seller, bill.Month))))
            {
                report(new Finding("statement", seller, bill.Month, 0, "statement-missing", "the month is closed and has no statement"));
            }
        }
    }

    private void AddStatement(JournalFact fact, string[] parts)
    {
        try
        {
            var statement = Statement.Decode(fact.Payload);
            var bill = statement.ToBill();
            if (fact.Version == 1 && bill.Seller.Value == parts[1] && BillingMonths.Text(bill.Month) == parts[2])
            {
                _closed[(parts[1], bill.Month)] = new ClosedMonth(bill, statement.Sha256);
                return;
            }

            Unreadable(fact, "a statement is of another bill, or was written twice");
        }
        catch (FormatException e)
        {
            Unreadable(fact, e.Message);
        }
    }

    private void Unreadable(JournalFact fact, string detail) =>
        report(new Finding("statement", fact.Entity, null, fact.Version, "statement-unreadable", detail));

    private ExpectedDay? ExpectedOf(InstallationId installation, DateOnly day) =>
        MonthOf(installation.Seller, day)?.Days.GetValueOrDefault((installation.Plugin, day));

    private ClosedMonth? MonthOf(SellerId seller, DateOnly day) => _closed.GetValueOrDefault((seller.Value, BillingMonths.Of(day)));

    private void Compare(ExpectedDay expected, RatedRow rated, RecountedDay recounted)
    {
        expected.WasSeen = true;
        var closed = MonthOf(rated.Row.Installation.Seller, rated.Row.Day)!;
        var now = new ProofDay(
            rated.Row.Installation,
            rated.Row.Day,
            rated.Row.Seq,
            rated.Row.Cumulative,
            Convert.ToHexStringLower(rated.Row.Hash.Span),
            recounted.Total
        );
        if (now != expected.Day || !expected.Lines.SetEquals(recounted.Lines))
        {
            Report(
                closed,
                rated.Row.Day,
                FormattableString.Invariant(
                    $"{rated.Row.Installation} costs {recounted.Total}, call by call, and {expected.Day.Amount} on the statement"
                )
            );
        }
    }

    private void CompleteDay()
    {
        if (_day is not null && _last is not null && MonthOf(_day.Installation.Seller, _day.Day) is { } closed)
        {
            var expected = ExpectedOf(_day.Installation, _day.Day)?.Day;
            if (_last.Row.Seq > (expected?.Rows ?? 0))
            {
                closed.Late[(_day.Installation.Plugin.Value, _day.Day)] = _day.ToDay().Total.Amount - (expected?.Amount.Amount ?? 0);
            }
        }

        (_day, _last) = (null, null);
    }

    private void CompareWithAccount(ClosedMonth closed, BillingAccount account)
    {
        if (account.Find(closed.Bill.Month) is { } recorded && recorded.Sha256 != closed.Sha256)
        {
            Report(closed, null, "the account names another statement by its hash");
        }

        if (account.Find(closed.Bill.Month) is not null && !account.On(closed.Bill.Month).ToHashSet().SetEquals(closed.Bill.Adjustments))
        {
            Report(closed, null, "the account has other adjustments than the statement");
        }

        if (closed.Bill.Lines.Sum(static line => line.Amount.Amount) != closed.Bill.Days.Sum(static day => day.Amount.Amount))
        {
            Report(closed, null, "the lines of calls are not those of the ledger's days");
        }
    }

    private void CompareSubscriptions(ClosedMonth closed)
    {
        var lines = _subscriptions
            .Where(known => known.Key.Seller == closed.Bill.Seller.Value)
            .SelectMany(known => SubscriptionCharges.Of(known.Key.Plugin, known.Key.AddOn, known.Value, closed.Bill.Month))
            .OrderBy(Order, StringComparer.Ordinal);
        if (!lines.SequenceEqual(closed.Bill.Subscriptions.OrderBy(Order, StringComparer.Ordinal)))
        {
            Report(closed, null, "the subscriptions' facts make other lines than the statement has");
        }

        static string Order(SubscriptionLine line) =>
            FormattableString.Invariant($"{line.Plugin}/{line.AddOn}/{line.From:O}/{line.To:O}/{line.IsCredit}");
    }

    /// <summary>What was settled after the close must be an adjustment of the next month, once that is closed.</summary>
    private void CompareLateUsage(ClosedMonth closed, ClosedMonth? next)
    {
        if (next is null)
        {
            return;
        }

        var adjusted = next
            .Bill.Adjustments.Where(entry => entry.Kind == AdjustmentKind.LateUsage && entry.Corrects == closed.Bill.Month)
            .Sum(static entry => entry.Amount.Amount);
        var late = closed.Late.Values.Sum();
        if (adjusted != late)
        {
            Report(
                closed,
                null,
                FormattableString.Invariant($"calls settled after the close cost {late:0.000}, and {adjusted:0.000} was adjusted")
            );
        }
    }

    private void Report(ClosedMonth closed, DateOnly? day, string detail) =>
        report(
            new Finding("statement", $"{closed.Bill.Seller}/{BillingMonths.Text(closed.Bill.Month)}", day, 0, "statement-differs", detail)
        );

    private sealed class ClosedMonth
    {
        public ClosedMonth(Bill bill, string sha256)
        {
            (Bill, Sha256) = (bill, sha256);
            var lines = bill.Lines.ToLookup(static line => (line.Plugin, line.Day));
            foreach (var day in bill.Days)
            {
                var key = (day.Installation.Plugin, day.Day);
                Days[key] = new ExpectedDay(day, [.. lines[key]]);
            }
        }

        public Bill Bill { get; }

        public string Sha256 { get; }

        public Dictionary<(PluginId Plugin, DateOnly Day), ExpectedDay> Days { get; } = [];

        public Dictionary<(string Plugin, DateOnly Day), decimal> Late { get; } = [];
    }

    private sealed class ExpectedDay(ProofDay day, HashSet<BillLine> lines)
    {
        public ProofDay Day => day;

        public HashSet<BillLine> Lines => lines;

        public bool WasSeen { get; set; }
    }
}
