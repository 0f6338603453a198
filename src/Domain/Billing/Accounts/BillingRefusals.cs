using System.Globalization;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Billing.Accounts;

/// <summary>The refusals around bills, adjustments and disputes.</summary>
public static class BillingRefusals
{
    public const string BillNotClosable = "bill-not-closable";
    public const string BillNotClosed = "bill-not-closed";
    public const string AdjustmentInvalid = "adjustment-invalid";
    public const string DisputeInvalid = "dispute-invalid";
    public const string DisputeNotFound = "dispute-not-found";
    public const string DisputeStateConflict = "dispute-state-conflict";

    private const string Seller = "seller";

    public static Refusal OperatorOnly() => SellerRefusals.RoleForbids(ActorRole.OperatorName, ActorRole.OperatorUserName);

    public static Refusal RoleForbids() => SellerRefusals.Role(SellerRole.Owner, SellerRole.Finance);

    /// <param name="at">When the bill can be closed.</param>
    public static Refusal TooEarly(DateTimeOffset at) =>
        new(BillNotClosable, "The month is not over, or calls of it may still be settled.", "time", "Close it then.") { RetryAt = at };

    /// <summary>The account has no bill for the month.</summary>
    public static Refusal NoBill() =>
        new(BillNotClosable, "The seller has no bill for this month: its account was opened later.", "platform", "Name a later month.");

    /// <param name="month">The open month.</param>
    public static Refusal BillOpen(DateOnly month) =>
        new(
            BillNotClosed,
            $"The bill of {BillingMonths.Text(month)} is not closed; an open one corrects itself.",
            "time",
            "Wait until it is closed."
        );

    public static Refusal NoSuchLine() =>
        new(DisputeInvalid, "The bill has no such line with an amount.", Seller, "Name plugin, day, tier and api of a line of the bill.");

    public static Refusal DisputeExists() =>
        new(DisputeStateConflict, "The line was disputed before.", Seller, "Read the seller's disputes.");

    /// <param name="months">How long bills can be disputed.</param>
    public static Refusal TooLate(int months) =>
        new(
            DisputeInvalid,
            string.Create(CultureInfo.InvariantCulture, $"A bill can be disputed for {months} months after its month."),
            Seller,
            "Ask the marketplace's support."
        );

    /// <param name="most">The most open disputes.</param>
    public static Refusal TooManyDisputes(int most) =>
        new(
            DisputeInvalid,
            string.Create(CultureInfo.InvariantCulture, $"{most} disputes are open, which is the most."),
            "platform",
            "Wait until some of them are decided."
        );

    public static Refusal NoDispute() => new(DisputeNotFound, "There is no such dispute.", Seller, "Read the seller's disputes.");

    public static Refusal DisputeDecided(DisputeState state) =>
        new(DisputeStateConflict, $"The dispute is {Name(state)}.", "platform", "Nothing more can be done with it.")
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(Name(state))),
        };

    /// <param name="most">The largest amount.</param>
    public static Refusal AmountInvalid(decimal most) =>
        Invalid("amount", string.Create(CultureInfo.InvariantCulture, $"more than 0, at most {most:0.00} CNY, with two decimals"));

    public static Refusal TextInvalid(string member, int length) =>
        Invalid(member, string.Create(CultureInfo.InvariantCulture, $"1 to {length} characters without line breaks"));

    public static Refusal PrivateData(string member, string kind) =>
        new(AdjustmentInvalid, $"'{member}' holds what looks like a buyer's {kind}.", "platform", "Leave the buyer's data out.")
        {
            Evidence = RefusalFact.All(RefusalFacts.Member.Of(member), RefusalFacts.PrivateKind.Of(kind)),
        };

    /// <summary>A state's name in the APIs.</summary>
    public static string Name(DisputeState state) =>
        state switch
        {
            DisputeState.Open => "open",
            DisputeState.Accepted => "accepted",
            DisputeState.Rejected => "rejected",
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };

    private static Refusal Invalid(string member, string expected) =>
        new(AdjustmentInvalid, $"'{member}' must be {expected}.", "platform", "Correct the request.")
        {
            Evidence = RefusalFact.All(RefusalFacts.Member.Of(member)),
        };
}
