using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Proofs;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;

namespace Marketplace.Billing.Statements;

/// <summary>
/// The document of a closed bill: its canonical bytes are stored once and never change. Every other form, CSV and page, is made of them.
/// </summary>
/// <param name="Bytes">Canonical JSON (docs/ledger.md).</param>
[GenerateSerializer, Immutable, Alias("mp.billing.statement")]
public sealed record Statement([property: Id(0)] ReadOnlyMemory<byte> Bytes) : IJournalEvent
{
    /// <summary>The journal type of the only fact of <c>statement/{seller}/{yyyy-MM}</c>.</summary>
    public const string FactType = "bill-closed";

    private const int Format = 1;

    string IJournalEvent.Type => FactType;

    /// <summary>SHA-256 of the bytes, lower-case hexadecimal.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Bytes.Span));

    /// <summary>Makes the document of a bill.</summary>
    public static Statement Of(Bill bill, DateTimeOffset closedAt)
    {
        ArgumentNullException.ThrowIfNull(bill);
        return new Statement(JsonSerializer.SerializeToUtf8Bytes(WireOf(bill, closedAt), StatementJson.Default.StatementWire));
    }

    /// <summary>The bill as it was closed.</summary>
    /// <exception cref="FormatException">The bytes are not a canonical statement.</exception>
    public Bill ToBill()
    {
        try
        {
            var wire = JsonSerializer.Deserialize(Bytes.Span, StatementJson.Default.StatementWire);
            var bill = wire is { Format: Format } ? BillOf(wire) : throw new FormatException("The statement has an unknown form.");
            return Of(bill, bill.Closed!.ClosedAt).Bytes.Span.SequenceEqual(Bytes.Span)
                ? bill
                : throw new FormatException("The statement's sums or their form are not those of its lines.");
        }
        catch (Exception e)
            when (e is JsonException or ArgumentException or OverflowException or InvalidOperationException or NullReferenceException)
        {
            throw new FormatException("The statement cannot be read.", e);
        }
    }

    public ReadOnlyMemory<byte> Encode()
    {
        var payload = new ArrayBufferWriter<byte>(Bytes.Length + 100);
        using (var writer = new Utf8JsonWriter(payload))
        {
            writer.WriteStartObject();
            writer.WriteString("sha256", Sha256);
            writer.WritePropertyName("statement");
            // A serializer would escape the texts in another way, and their hash would be another one.
            writer.WriteRawValue(Bytes.Span);
            writer.WriteEndObject();
        }

        return payload.WrittenMemory;
    }

    /// <summary>Reads the fact.</summary>
    /// <exception cref="FormatException">The payload is no statement, or not the one of its hash.</exception>
    public static Statement Decode(ReadOnlyMemory<byte> payload)
    {
        try
        {
            var fact = JsonSerializer.Deserialize(payload.Span, StatementJson.Default.StatementFact);
            var statement = new Statement(JsonText.BytesOf(fact!.Statement));
            return statement.Sha256 == fact.Sha256 ? statement : throw new FormatException("The statement is not the one of its hash.");
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException)
        {
            throw new FormatException("A closed bill's fact cannot be read.", e);
        }
    }

    private static StatementWire WireOf(Bill bill, DateTimeOffset closedAt) =>
        new(
            Format,
            bill.Seller.Value,
            BillingMonths.Text(bill.Month),
            LogLines.Instant(closedAt),
            bill.Total.Currency,
            bill.UsageTotal.Amount,
            bill.SubscriptionTotal.Amount,
            bill.AdjustmentTotal.Amount,
            bill.Total.Amount,
            bill.Total.RoundedForStatement().Amount,
            [.. bill.Lines.Select(LineWire.Of)],
            [.. bill.Subscriptions.Select(SubscriptionWire.Of)],
            [.. bill.Adjustments.Select(BillingEvent.BillAdjusted.Of)],
            [.. bill.Days.Select(DayWire.Of)]
        );

    private Bill BillOf(StatementWire wire)
    {
        var (month, currency) = (BillingMonths.Parse(wire.Month), wire.Currency);
        return new Bill(SellerId.Parse(wire.Seller, null), month, [.. wire.Lines.Select(line => line.ToLine(currency))])
        {
            Subscriptions = [.. wire.Subscriptions.Select(line => line.ToLine(currency))],
            Adjustments = [.. wire.Adjustments.Select(static adjustment => adjustment.ToAdjustment())],
            Days = [.. wire.Days.Select(day => day.ToDay(currency))],
            Closed = new ClosedBill(
                month,
                Sha256,
                new Money(wire.Total, currency),
                new Money(wire.StatementTotal, currency),
                DateTimeOffset.Parse(wire.ClosedAt, CultureInfo.InvariantCulture)
            ),
        };
    }
}

internal sealed record StatementFact([property: JsonPropertyName("sha256")] string Sha256, JsonElement Statement);

internal sealed record StatementWire(
    int Format,
    string Seller,
    string Month,
    string ClosedAt,
    string Currency,
    decimal UsageTotal,
    decimal SubscriptionTotal,
    decimal AdjustmentTotal,
    decimal Total,
    decimal StatementTotal,
    ImmutableArray<LineWire> Lines,
    ImmutableArray<SubscriptionWire> Subscriptions,
    ImmutableArray<BillingEvent.BillAdjusted> Adjustments,
    ImmutableArray<DayWire> Days
);

internal sealed record LineWire(string Plugin, DateOnly Day, string Tier, string Api, long Calls, decimal UnitPrice, decimal Amount)
{
    public static LineWire Of(BillLine line) =>
        new(line.Plugin.Value, line.Day, line.Tier, line.Operation.Value, line.Calls, line.UnitPrice.Amount, line.Amount.Amount);

    public BillLine ToLine(string currency) =>
        new(
            PluginId.Parse(Plugin, null),
            Day,
            Tier,
            OperationName.FromStored(Api),
            Calls,
            new Money(UnitPrice, currency),
            new Money(Amount, currency)
        );
}

internal sealed record SubscriptionWire(
    string Plugin,
    string AddOn,
    DateOnly From,
    DateOnly To,
    decimal Monthly,
    int PriceVersion,
    decimal Amount
)
{
    public static SubscriptionWire Of(SubscriptionLine line) =>
        new(line.Plugin.Value, line.AddOn, line.From, line.To, line.Monthly, line.PriceVersion, line.Amount.Amount);

    public SubscriptionLine ToLine(string currency) =>
        new(PluginId.Parse(Plugin, null), AddOn, From, To, Monthly, PriceVersion, new Money(Amount, currency));
}

internal sealed record DayWire(string Installation, DateOnly Day, int Rows, long Calls, string Hash, decimal Amount)
{
    public static DayWire Of(ProofDay day) => new(day.Installation.ToString(), day.Day, day.Rows, day.Calls, day.Hash, day.Amount.Amount);

    public ProofDay ToDay(string currency) =>
        new(InstallationId.Parse(Installation, null), Day, Rows, Calls, Hash, new Money(Amount, currency));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(StatementWire))]
[JsonSerializable(typeof(StatementFact))]
internal sealed partial class StatementJson : JsonSerializerContext;
