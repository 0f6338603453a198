using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Billing;

/// <summary>
/// Stored in the first ledger row of a day: the hash that ends the installation's chain before the day, and the price book that rates the
/// day. With it a bill can be recomputed from the ledger alone, at the prices of its day (R52).
/// </summary>
/// <param name="Previous">Hash of the row that this day's first row is chained to; 32 bytes.</param>
/// <param name="Prices">The day's price book.</param>
public sealed record DayOpening(ReadOnlyMemory<byte> Previous, PriceBook Prices)
{
    public ReadOnlyMemory<byte> Encode() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new Wire(
                Convert.ToBase64String(Previous.Span),
                Prices.Version,
                Prices.Currency,
                [.. Prices.Tiers.Select(tier => new WireTier(tier.UpTo, tier.UnitPrice))]
            ),
            DayOpeningJson.Default.Wire
        );

    /// <exception cref="FormatException">The bytes are not a day's opening.</exception>
    public static DayOpening Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var wire = JsonSerializer.Deserialize(bytes.Span, DayOpeningJson.Default.Wire)
                ?? throw new FormatException("A day's opening is empty.");
            var tiers = wire.Tiers.OfType<WireTier>().Select(tier => new PriceTier(tier.UpTo, tier.Price)).ToImmutableArray();
            var previous = Convert.FromBase64String(wire.Previous);
            return previous.Length == UsageRow.Genesis.Length && tiers.Length == wire.Tiers.Length && wire.Currency is not null
                ? new DayOpening(previous, new PriceBook(wire.Book, tiers, wire.Currency))
                : throw new FormatException("A day's opening is not complete.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException("A day's opening cannot be read.", e);
        }
    }

    internal sealed record Wire(string Previous, int Book, string Currency, WireTier[] Tiers);

    internal sealed record WireTier(long UpTo, decimal Price);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DayOpening.Wire))]
internal sealed partial class DayOpeningJson : JsonSerializerContext;
