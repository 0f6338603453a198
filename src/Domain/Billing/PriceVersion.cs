using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Billing;

/// <summary>A price book that was announced for a day (R52).</summary>
/// <param name="Book">The prices.</param>
/// <param name="EffectiveFrom">The first day of business that it prices.</param>
/// <param name="AnnouncedAt">When it was announced.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.price-version")]
public sealed record PriceVersion(
    [property: Id(0)] PriceBook Book,
    [property: Id(1)] DateOnly EffectiveFrom,
    [property: Id(2)] DateTimeOffset AnnouncedAt
);

/// <summary>Announces prices of a plugin from a day on.</summary>
/// <param name="Tiers">The tiers, in rising order; the last bound is the daily limit.</param>
/// <param name="EffectiveFrom">The first day of business with these prices.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.announce-prices")]
public sealed record AnnouncePrices([property: Id(0)] ImmutableArray<PriceTier> Tiers, [property: Id(1)] DateOnly EffectiveFrom)
{
    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public string Fingerprint =>
        CommandFingerprint.Of(
            "announce-prices",
            CommandFingerprint.Text(EffectiveFrom),
            CommandFingerprint.Text([
                .. Tiers.Select(tier => CommandFingerprint.Text(tier.UpTo) + ":" + CommandFingerprint.Text(tier.UnitPrice)),
            ])
        );
}

/// <summary>The fact that a plugin's prices were announced; part of the plugin's journal.</summary>
/// <param name="Version">Number of the new price book.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Tiers">Its tiers.</param>
/// <param name="EffectiveFrom">The first day of business with these prices.</param>
/// <param name="Rises">True if some day costs more, or allows fewer calls, than before; null in facts of earlier releases.</param>
public sealed record PriceAnnounced(
    int Version,
    string Currency,
    ImmutableArray<PriceTier> Tiers,
    DateOnly EffectiveFrom,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Rises = null
) : IJournalEvent
{
    /// <summary>The journal type; never reused for another shape.</summary>
    public const string FactType = "price-announced";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, PriceJson.Default.PriceAnnounced);

    /// <exception cref="FormatException">The payload is not an announcement.</exception>
    public static PriceAnnounced Decode(ReadOnlyMemory<byte> payload) =>
        JsonSerializer.Deserialize(payload.Span, PriceJson.Default.PriceAnnounced)
        ?? throw new FormatException("An announcement of prices is empty.");

    /// <summary>The announced version.</summary>
    public PriceVersion At(DateTimeOffset announcedAt) => new(new PriceBook(Version, Tiers, Currency), EffectiveFrom, announcedAt);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PriceAnnounced))]
internal sealed partial class PriceJson : JsonSerializerContext;
