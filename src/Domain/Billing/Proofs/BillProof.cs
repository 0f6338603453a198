using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Catalogue;
using Marketplace.Evidence;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Billing.Proofs;

/// <summary>The signed last line of a proof: what its rows add up to. Its canonical bytes are signed.</summary>
/// <param name="Seller">The billed seller.</param>
/// <param name="Month">The month's first day.</param>
/// <param name="Plugin">The only plugin in it; null for all.</param>
/// <param name="MadeAt">When the rows were read.</param>
/// <param name="LinesSha256">SHA-256 over all lines before this one, each with its line break; lower-case hexadecimal.</param>
/// <param name="Days">By installation (ordinal) and day.</param>
public sealed record BillProof(
    SellerId Seller,
    DateOnly Month,
    PluginId? Plugin,
    DateTimeOffset MadeAt,
    string LinesSha256,
    ImmutableArray<ProofDay> Days
)
{
    /// <summary>The form of the line; another one gets another number.</summary>
    public const int Format = 1;

    /// <summary>Number of rows.</summary>
    public long Rows => Days.Sum(static day => (long)day.Rows);

    /// <summary>Number of calls.</summary>
    public long Calls => Days.Sum(static day => day.Calls);

    /// <summary>What the calls cost: the exact sum over the days, without subscriptions and adjustments.</summary>
    public Money Total => Days.Aggregate(Money.Cny(0.000m), static (sum, day) => sum + day.Amount);

    /// <summary>The canonical bytes: members in order, amounts with three decimals or more, no whitespace.</summary>
    public byte[] Encode()
    {
        var bytes = new ArrayBufferWriter<byte>(1_024);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format", Format);
            writer.WriteString("seller", Seller.Value);
            writer.WriteString("month", Month.ToString("yyyy-MM", CultureInfo.InvariantCulture));
            if (Plugin is { } plugin)
            {
                writer.WriteString("plugin", plugin.Value);
            }

            writer.WriteString("made_at", LogLines.Instant(MadeAt));
            writer.WriteNumber("rows", Rows);
            writer.WriteNumber("calls", Calls);
            WriteAmount(writer, "total", Total.Amount);
            WriteAmount(writer, "statement_total", Total.RoundedForStatement().Amount);
            writer.WriteString("currency", Total.Currency);
            writer.WriteString("lines_sha256", LinesSha256);
            WriteDays(writer);
            writer.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads <see cref="Encode"/>'s bytes.</summary>
    /// <exception cref="FormatException">They are not canonical, or not a head of a known form.</exception>
    public static BillProof Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var wire = JsonSerializer.Deserialize(bytes, ProofJson.Default.ProofWire);
            var head = wire is { Format: Format } ? Of(wire) : throw new FormatException("The proof's last line has an unknown form.");
            return bytes.SequenceEqual(head.Encode()) ? head : throw new FormatException("The proof's last line is not as it was served.");
        }
        catch (Exception e)
            when (e is JsonException or ArgumentException or OverflowException or InvalidOperationException or NullReferenceException)
        {
            throw new FormatException("The proof's last line cannot be read.", e);
        }
    }

    private static BillProof Of(ProofWire wire) =>
        new(
            SellerId.Parse(wire.Seller, null),
            DateOnly.ParseExact(wire.Month, "yyyy-MM", CultureInfo.InvariantCulture),
            wire.Plugin is { } plugin ? PluginId.Parse(plugin, null) : null,
            DateTimeOffset.Parse(wire.MadeAt, CultureInfo.InvariantCulture),
            wire.LinesSha256,
            [
                .. wire.Days.Select(day => new ProofDay(
                    InstallationId.Parse(day.Installation, null),
                    day.Day,
                    day.Rows,
                    day.Calls,
                    day.Hash,
                    new Money(day.Amount, wire.Currency)
                )),
            ]
        );

    private static void WriteAmount(Utf8JsonWriter writer, string name, decimal amount)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(amount.ToString("0.000#########", CultureInfo.InvariantCulture));
    }

    private void WriteDays(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("days");
        foreach (var day in Days)
        {
            writer.WriteStartObject();
            writer.WriteString("installation", day.Installation.ToString());
            writer.WriteString("day", day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            writer.WriteNumber("rows", day.Rows);
            writer.WriteNumber("calls", day.Calls);
            writer.WriteString("hash", day.Hash);
            WriteAmount(writer, "amount", day.Amount.Amount);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}

/// <summary>A proof's head with the marketplace's signature: the last line of the file.</summary>
/// <param name="Head">The canonical bytes of a <see cref="BillProof"/>.</param>
/// <param name="Signature">The signature over them.</param>
public sealed record SignedProof(ReadOnlyMemory<byte> Head, EvidenceSignature Signature)
{
    /// <summary>The line without its line break; the encoding is unique.</summary>
    public byte[] Encode()
    {
        var bytes = new ArrayBufferWriter<byte>(Head.Length + 256);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("head");
            writer.WriteRawValue(Head.Span);
            writer.WriteStartObject("signature");
            writer.WriteString("alg", Signature.Alg);
            writer.WriteString("key_id", Signature.KeyId);
            writer.WriteBase64String("value", Signature.Value);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">The line is not a signed head as it was served.</exception>
    public static SignedProof Decode(ReadOnlySpan<byte> line)
    {
        try
        {
            var wire = JsonSerializer.Deserialize(line, ProofJson.Default.SignedProofWire)
                ?? throw new FormatException("The proof's last line is empty.");
            var signed = new SignedProof(JsonText.BytesOf(wire.Head), wire.Signature);
            return line.SequenceEqual(signed.Encode())
                ? signed
                : throw new FormatException("The proof's last line is not as it was served.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException("The proof has no signed last line: it was cut off, or it is not a proof.", e);
        }
    }
}

internal sealed record ProofWire(
    int Format,
    string Seller,
    string Month,
    string MadeAt,
    string Currency,
    [property: JsonPropertyName("lines_sha256")] string LinesSha256,
    ImmutableArray<ProofDayWire> Days,
    string? Plugin = null
);

internal sealed record ProofDayWire(string Installation, DateOnly Day, int Rows, long Calls, string Hash, decimal Amount);

internal sealed record SignedProofWire(JsonElement Head, EvidenceSignature Signature);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ProofWire))]
[JsonSerializable(typeof(SignedProofWire))]
internal sealed partial class ProofJson : JsonSerializerContext;
