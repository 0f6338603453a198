using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Billing.Accounts;

/// <summary>
/// An event of a seller's account; each case is one kind of journal fact of <c>billing/{seller}</c>. Months are texts, <c>yyyy-MM</c>:
/// this is the journal's form, and what notifications show.
/// </summary>
public abstract record BillingEvent : IJournalEvent
{
    private BillingEvent() { }

    /// <param name="First">The first month with a bill.</param>
    public sealed record AccountOpened(DateOnly First) : BillingEvent;

    /// <param name="Id">The adjustment's id.</param>
    /// <param name="Month">The bill on which it stands.</param>
    /// <param name="Kind">Why.</param>
    /// <param name="Amount">What is added; negative for a credit.</param>
    /// <param name="Reason">In words.</param>
    /// <param name="Reference">What is behind it.</param>
    /// <param name="At">When.</param>
    public sealed record BillAdjusted(
        string Id,
        string Month,
        AdjustmentKind Kind,
        decimal Amount,
        string Reason,
        string Reference,
        DateTimeOffset At
    ) : BillingEvent
    {
        public string? Plugin { get; init; }

        public string? Corrects { get; init; }

        public string Currency { get; init; } = Money.BillingCurrency;

        public Adjustment ToAdjustment() =>
            new(Id, BillingMonths.Parse(Month), Kind, new Money(Amount, Currency), Reason, Reference, At)
            {
                Plugin = Plugin,
                Corrects = Corrects is { } month ? BillingMonths.Parse(month) : null,
            };

        public static BillAdjusted Of(Adjustment adjustment)
        {
            ArgumentNullException.ThrowIfNull(adjustment);
            return new BillAdjusted(
                adjustment.Id,
                BillingMonths.Text(adjustment.Month),
                adjustment.Kind,
                adjustment.Amount.Amount,
                adjustment.Reason,
                adjustment.Reference,
                adjustment.At
            )
            {
                Plugin = adjustment.Plugin,
                Corrects = adjustment.Corrects is { } month ? BillingMonths.Text(month) : null,
                Currency = adjustment.Amount.Currency,
            };
        }
    }

    /// <param name="Month">The month.</param>
    /// <param name="Sha256">SHA-256 of the statement.</param>
    /// <param name="Total">The exact sum.</param>
    /// <param name="StatementTotal">That, rounded once.</param>
    /// <param name="Currency">ISO 4217 code.</param>
    public sealed record MonthClosed(
        string Month,
        [property: JsonPropertyName("sha256")] string Sha256,
        decimal Total,
        decimal StatementTotal,
        string Currency
    ) : BillingEvent
    {
        public ClosedBill ToClosed(DateTimeOffset at) =>
            new(BillingMonths.Parse(Month), Sha256, new Money(Total, Currency), new Money(StatementTotal, Currency), at);
    }

    public sealed record DisputeFiled(
        string Dispute,
        string Month,
        string Plugin,
        DateOnly Day,
        string Tier,
        string Api,
        decimal Amount,
        string Currency,
        string Reason
    ) : BillingEvent
    {
        public Dispute ToDispute(DateTimeOffset at) =>
            new(
                Dispute,
                BillingMonths.Parse(Month),
                new DisputedLine(Plugin, Day, Tier, Api),
                new Money(Amount, Currency),
                Reason,
                DisputeState.Open,
                at
            );
    }

    /// <summary>Always beside the credit that it makes.</summary>
    public sealed record DisputeAccepted(string Dispute, string Reason, string Adjustment) : BillingEvent;

    public sealed record DisputeRejected(string Dispute, string Reason) : BillingEvent;

    /// <summary>Lists a subscription before its first fact, so that no bill misses it.</summary>
    public sealed record SubscriptionListed(string Plugin, string AddOn) : BillingEvent;

    /// <summary>A command changed nothing; recorded so that its repeat succeeds, whatever came since.</summary>
    public sealed record NothingChanged : BillingEvent;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type => Shapes.First(shape => shape.Shape == GetType()).Type;

    /// <summary>Every journal type with its shape.</summary>
    public static IReadOnlyList<(string Type, Type Shape)> Shapes { get; } =
    [
        ("account-opened", typeof(AccountOpened)),
        ("bill-adjusted", typeof(BillAdjusted)),
        ("month-closed", typeof(MonthClosed)),
        ("dispute-filed", typeof(DisputeFiled)),
        ("dispute-accepted", typeof(DisputeAccepted)),
        ("dispute-rejected", typeof(DisputeRejected)),
        ("subscription-listed", typeof(SubscriptionListed)),
        (JournalFact.NothingChanged, typeof(NothingChanged)),
    ];

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), BillingJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static BillingEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        var shape = Shapes.FirstOrDefault(shape => shape.Type == type).Shape
            ?? throw new FormatException($"The journal contains an account's event of unknown type '{type}'.");
        return (BillingEvent)JsonSerializer.Deserialize(payload.Span, shape, BillingJson.Default)!;
    }
}

/// <summary>Months as texts.</summary>
public static class BillingMonths
{
    public static string Text(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">The text is no month.</exception>
    public static DateOnly Parse(string text) => DateOnly.ParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>The first day of a day's month.</summary>
    public static DateOnly Of(DateOnly day) => new(day.Year, day.Month, 1);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(BillingEvent.AccountOpened))]
[JsonSerializable(typeof(BillingEvent.BillAdjusted))]
[JsonSerializable(typeof(BillingEvent.MonthClosed))]
[JsonSerializable(typeof(BillingEvent.DisputeFiled))]
[JsonSerializable(typeof(BillingEvent.DisputeAccepted))]
[JsonSerializable(typeof(BillingEvent.DisputeRejected))]
[JsonSerializable(typeof(BillingEvent.SubscriptionListed))]
[JsonSerializable(typeof(BillingEvent.NothingChanged))]
internal sealed partial class BillingJson : JsonSerializerContext;
