using System.Text;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Statements;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

public class BillingAccountTests
{
    private static readonly DateOnly November = new(2026, 11, 1);
    private static readonly DateTimeOffset Now = new(2026, 12, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly ActorRole Finance = ActorRole.OfUser(SellerRole.Finance);
    private static readonly DisputedLine Line = new("label-printer", new DateOnly(2026, 11, 29), "1001-5000", "orders.get");

    private BillingAccount _state = BillingAccount.None;

    [Fact]
    public void An_entry_stands_on_the_bill_of_the_current_month_and_a_closed_bill_stays_as_it_is()
    {
        Close();
        Do(new BillingCommand.Adjust(-12.50m, "Goodwill", "case 4711", null), ActorRole.Operator);

        var entry = Assert.Single(_state.Adjustments);
        Assert.Equal(("adj-1", new DateOnly(2026, 12, 1), -12.50m), (entry.Id, entry.Month, entry.Amount.Amount));
        Assert.Empty(_state.On(November));
        Assert.Equal(new DateOnly(2026, 12, 1), _state.OldestOpen);
    }

    [Fact]
    public void An_accepted_dispute_makes_one_credit_and_is_decided_once()
    {
        Close();
        Do(new BillingCommand.FileDispute(November, Line, "Not ours", Money.Cny(4.101m)), Finance);
        Assert.Equal((DisputeState.Open, 4.11m), (_state.Disputes[0].State, _state.Disputes[0].Amount.Amount));
        Refused(BillingRefusals.DisputeStateConflict, new BillingCommand.FileDispute(November, Line, "Again", Money.Cny(4.101m)), Finance);
        Refused(BillingRefusals.AdjustmentInvalid, new BillingCommand.AcceptDispute("dsp-1", 4.12m, "Yes"), ActorRole.Operator);

        Do(new BillingCommand.AcceptDispute("dsp-1", 4.11m, "Yes"), ActorRole.Operator);

        Assert.Equal(
            ("adj-1", DisputeState.Accepted, "Yes"),
            (_state.Disputes[0].Adjustment, _state.Disputes[0].State, _state.Disputes[0].Answer)
        );
        Assert.Equal(
            (-4.11m, AdjustmentKind.Dispute, (DateOnly?)November),
            (_state.Adjustments[0].Amount.Amount, _state.Adjustments[0].Kind, _state.Adjustments[0].Corrects)
        );
        Refused(BillingRefusals.DisputeStateConflict, new BillingCommand.RejectDispute("dsp-1", "No"), ActorRole.Operator);
        Refused(BillingRefusals.DisputeNotFound, new BillingCommand.RejectDispute("dsp-2", "No"), ActorRole.Operator);
    }

    [Fact]
    public void What_is_open_unknown_free_or_old_cannot_be_disputed()
    {
        Refused(BillingRefusals.BillNotClosed, new BillingCommand.FileDispute(November, Line, "Not ours", Money.Cny(1)), Finance);
        Close();
        Refused(BillingRefusals.DisputeInvalid, new BillingCommand.FileDispute(November, Line, "Not ours", null), Finance);
        Refused(BillingRefusals.DisputeInvalid, new BillingCommand.FileDispute(November, Line, "Not ours", Money.Cny(0)), Finance);
        var late = BillingRules.Decide(
            _state,
            new BillingCommand.FileDispute(November, Line, "Not ours", Money.Cny(1)),
            new BillingRuling(Now, new DateOnly(2027, 6, 1), Finance)
        );
        Assert.Equal(BillingRefusals.DisputeInvalid, late.Refusal!.Code);
    }

    [Theory]
    [InlineData(0, "reason", "reference")]
    [InlineData(1.005, "reason", "reference")]
    [InlineData(1_000_001, "reason", "reference")]
    [InlineData(-1, "", "reference")]
    [InlineData(-1, "two\nlines", "reference")]
    [InlineData(-1, "reason", "")]
    [InlineData(-1, "call 13912345678", "reference")]
    public void A_wrong_entry_is_refused(double amount, string reason, string reference) =>
        Refused(BillingRefusals.AdjustmentInvalid, new BillingCommand.Adjust((decimal)amount, reason, reference, null), ActorRole.Operator);

    [Fact]
    public void Only_operators_make_entries_and_decide_and_only_those_who_pay_dispute()
    {
        Close();
        foreach (var role in new[] { Finance, ActorRole.SellerCenter, ActorRole.Platform, default })
        {
            Refused(SellerRefusals.RoleNotAllowed, new BillingCommand.Adjust(-1, "reason", "reference", null), role);
            Refused(SellerRefusals.RoleNotAllowed, new BillingCommand.AcceptDispute("dsp-1", 1, "Yes"), role);
            Refused(SellerRefusals.RoleNotAllowed, new BillingCommand.RejectDispute("dsp-1", "No"), role);
        }

        foreach (var role in new[] { ActorRole.OfUser(SellerRole.Staff), ActorRole.SellerCenter, ActorRole.Operator, default })
        {
            Refused(SellerRefusals.RoleNotAllowed, new BillingCommand.FileDispute(November, Line, "Not ours", Money.Cny(1)), role);
        }
    }

    [Fact]
    public void A_statement_is_read_as_it_was_made_and_every_altered_byte_is_found()
    {
        var statement = Statement.Of(ABill(), Now);
        var payload = statement.Encode();
        var read = Statement.Decode(payload).ToBill();

        Assert.Equal(ABill().Total, read.Total);
        Assert.Equal((504.605m, 504.61m), (read.Total.Amount, read.Closed!.StatementTotal.Amount));
        Assert.Equal(ABill().Lines, read.Lines);
        Assert.Equal(ABill().Subscriptions, read.Subscriptions);
        Assert.Equal(ABill().Adjustments, read.Adjustments);
        for (var i = 0; i < payload.Length; i++)
        {
            var altered = payload.ToArray();
            altered[i] ^= 1;
            Assert.ThrowsAny<FormatException>(() => Statement.Decode(altered).ToBill());
        }
    }

    [Fact]
    public void A_statement_with_a_sum_that_is_not_that_of_its_lines_is_not_read()
    {
        var text = Encoding.UTF8.GetString(Statement.Of(ABill(), Now).Bytes.Span);
        var forged = new Statement(Encoding.UTF8.GetBytes(text.Replace("504.61", "504.60", StringComparison.Ordinal)));
        Assert.Throws<FormatException>(() => forged.ToBill());
    }

    internal static Bill ABill() =>
        new(
            SellerId.Parse("seller-1", null),
            November,
            [
                new BillLine(
                    PluginId.Parse("label-printer", null),
                    new DateOnly(2026, 11, 29),
                    "1001-5000",
                    OperationName.Parse("orders.get"),
                    907,
                    Money.Cny(0.015m),
                    Money.Cny(13.605m)
                ),
            ]
        )
        {
            Subscriptions =
            [
                new SubscriptionLine(
                    PluginId.Parse("label-printer", null),
                    "terms",
                    November,
                    new DateOnly(2026, 11, 30),
                    499m,
                    1,
                    Money.Cny(499m)
                ),
            ],
            Adjustments =
            [
                new Adjustment("adj-1", November, AdjustmentKind.Operator, Money.Cny(-8.00m), "补偿", "case 4711", Now)
                {
                    Plugin = "label-printer",
                },
            ],
        };

    private void Close()
    {
        Apply(new BillingEvent.AccountOpened(November));
        Apply(new BillingEvent.MonthClosed("2026-11", new string('0', 64), 4.101m, 4.10m, "CNY"));
    }

    private void Do(BillingCommand command, ActorRole role)
    {
        var decided = Decide(command, role);
        Assert.Null(decided.Refusal);
        foreach (var @event in decided.Value)
        {
            // As the journal keeps it.
            Apply(BillingEvent.Decode(@event.Type, @event.Encode()));
        }
    }

    private void Refused(string code, BillingCommand command, ActorRole role) => Assert.Equal(code, Decide(command, role).Refusal?.Code);

    private Outcome<System.Collections.Immutable.ImmutableArray<BillingEvent>> Decide(BillingCommand command, ActorRole role) =>
        BillingRules.Decide(_state, command, new BillingRuling(Now, new DateOnly(2026, 12, 5), role));

    private void Apply(BillingEvent @event) => _state = BillingAccount.Evolve(_state, @event, Now);
}
