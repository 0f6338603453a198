using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Proofs;
using Marketplace.Billing.Statements;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Journal;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

public class StatementVerifierTests
{
    private static readonly DateOnly November = new(2026, 11, 1);
    private static readonly DateTimeOffset ClosedAt = new(2026, 12, 2, 16, 0, 0, TimeSpan.Zero);
    private static readonly PluginId Plugin = PluginId.Parse("label-printer", null);

    private readonly List<JournalFact> _facts = [];

    // 1,206 calls of a day with a late row, 15 of the next one.
    private static IReadOnlyList<UsageRow> Rows =>
        History
            .Of("seller-1/label-printer", [(2, 700, 0, true), (2, 505, 1, false), (0, 6, 1, false), (1, 1, 2, true), (2, 9, 3, false)])
            .Rows;

    [Fact]
    public void A_closed_bill_is_made_again_from_ledger_and_journal()
    {
        Close(Rows);
        Assert.Empty(Verify(Rows));
    }

    [Fact]
    public void Rows_of_a_closed_month_that_came_late_are_no_difference_until_the_next_month_is_closed_without_them()
    {
        Close(Rows.Where(row => row is not { Day: { Month: 11, Day: 29 }, Seq: 3 }));
        Assert.Empty(Verify(Rows));

        Close([], new DateOnly(2026, 12, 1));
        Assert.Contains(Verify(Rows), finding =>
            finding is { Code: "statement-differs" } && finding.Detail.Contains("0.020", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Late_rows_are_adjusted_on_the_bill_of_the_next_month()
    {
        Close(Rows.Where(row => row is not { Day: { Month: 11, Day: 29 }, Seq: 3 }));
        var late = new Adjustment(
            "late-1",
            new DateOnly(2026, 12, 1),
            AdjustmentKind.LateUsage,
            Money.Cny(0.020m),
            "Late",
            "2026-11",
            ClosedAt
        )
        {
            Corrects = November,
        };
        Close([], new DateOnly(2026, 12, 1), late);
        Assert.Empty(Verify(Rows));
    }

    [Fact]
    public void A_price_a_call_and_a_row_that_were_changed_are_found_to_the_thousandth()
    {
        Close(Rows);
        var dearer = new PriceBook(1, [new PriceTier(1_000, 0m), new PriceTier(5_000, 0.021m), new PriceTier(20_000, 0.015m)]);
        var rows = Rows.Select(row =>
            row.Opening.IsEmpty ? row : row with { Opening = new DayOpening(DayOpening.Decode(row.Opening).Previous, dearer).Encode() }
        );
        Assert.Contains(Verify(rows), finding =>
            finding.Code == "statement-differs" && finding.Detail.Contains("4.326", StringComparison.Ordinal)
        );
        Assert.Contains(Verify(Rows.SkipLast(1)), finding => finding.Code == "statement-differs");
        Assert.Contains(Verify([]), finding => finding.Code == "statement-differs");
    }

    [Fact]
    public void A_statement_that_was_made_again_with_another_sum_is_found_even_with_a_chain_of_its_own()
    {
        Close(Rows);
        var statement = Statement.Decode(_facts.Single(fact => fact.Type == Statement.FactType).Payload);
        var bill = statement.ToBill();
        var forged = Statement.Of(
            bill with
            {
                Lines =
                [
                    .. bill.Lines.Select(line => line.Amount.Amount > 0 ? line with { Amount = line.Amount + Money.Cny(0.001m) } : line),
                ],
            },
            ClosedAt
        );
        _facts.RemoveAll(fact => fact.Type == Statement.FactType);
        Append("statement/seller-1/2026-11", forged);

        var findings = Verify(Rows);
        Assert.Contains(findings, finding => finding.Detail.Contains("another statement", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Detail.Contains("4.120 CNY, call by call", StringComparison.Ordinal));
    }

    [Fact]
    public void Subscriptions_and_adjustments_must_be_those_of_the_facts()
    {
        var terms = new SubscriptionTerms(BilingualText.Same("Terms"), 499m, 1);
        var subscribed = new SubscriptionEvent.Subscribed(November, November, terms);
        Append("subscription/seller-1/label-printer/terms", subscribed);
        Close(Rows);
        Assert.Contains(Verify(Rows), finding => finding.Detail.Contains("subscriptions' facts", StringComparison.Ordinal));

        _facts.RemoveAll(fact => fact.Type != "subscribed");
        var lines = SubscriptionCharges.Of(Plugin, "terms", Subscription.Evolve(Subscription.None, subscribed), November);
        Close(Rows, subscriptions: [.. lines]);
        Assert.Empty(Verify(Rows));

        Append(
            "billing/seller-1",
            BillingEvent.BillAdjusted.Of(
                new Adjustment("adj-9", November, AdjustmentKind.Operator, Money.Cny(-1m), "Goodwill", "case", ClosedAt)
            )
        );
        Assert.Contains(Verify(Rows), finding => finding.Detail.Contains("other adjustments", StringComparison.Ordinal));
    }

    [Fact]
    public void A_closed_month_without_its_statement_is_found()
    {
        Close(Rows);
        _facts.RemoveAll(fact => fact.Type == Statement.FactType);
        Assert.Contains(Verify(Rows), finding => finding.Code == "statement-missing");
    }

    private void Close(
        IEnumerable<UsageRow> rows,
        DateOnly? month = null,
        Adjustment? adjustment = null,
        IEnumerable<SubscriptionLine>? subscriptions = null
    )
    {
        var (lines, days) = (new List<BillLine>(), new ProofDays());
        var verifier = new LedgerVerifier(_ => { });
        var recount = new BillRecount(_ => { }, day => lines.AddRange(day.Lines));
        foreach (var row in rows)
        {
            recount.Add(verifier.Add(row)!);
            days.Add(row);
        }

        recount.Complete();
        var first = month ?? November;
        var bill = new Bill(SellerId.Parse("seller-1", null), first, lines)
        {
            Days = [.. days.All],
            Adjustments = adjustment is null ? [] : [adjustment],
            Subscriptions = [.. subscriptions ?? []],
        };
        var statement = Statement.Of(bill, ClosedAt);
        Append($"statement/seller-1/{BillingMonths.Text(first)}", statement);
        if (adjustment is not null)
        {
            Append("billing/seller-1", BillingEvent.BillAdjusted.Of(adjustment));
        }

        Append(
            "billing/seller-1",
            new BillingEvent.MonthClosed(
                BillingMonths.Text(first),
                statement.Sha256,
                bill.Total.Amount,
                bill.Total.RoundedForStatement().Amount,
                "CNY"
            )
        );
    }

    private void Append(string entity, IJournalEvent @event)
    {
        var last = _facts.LastOrDefault(fact => fact.Entity == entity);
        _facts.Add(
            JournalFact.Following(
                last,
                entity,
                OperationId.Parse($"op-{_facts.Count}"),
                ActorId.Parse("test"),
                ClosedAt,
                @event.Type,
                @event.Encode()
            )
        );
    }

    private List<Finding> Verify(IEnumerable<UsageRow> rows)
    {
        var findings = new List<Finding>();
        var statements = new StatementVerifier(findings.Add);
        _facts.ForEach(statements.Add);
        foreach (var row in rows)
        {
            var opening = rows.First(first => first.Day == row.Day).Opening;
            statements.Add(new RatedRow(row, UsageBody.Decode(row.Body, row.Count), DayOpening.Decode(opening).Prices));
        }

        statements.Complete();
        return findings;
    }
}
