using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Billing.Proofs;

/// <summary>Reads a ledger row back from its exported line (docs/ledger.md).</summary>
public static class LedgerLineReader
{
    /// <summary>The row. Only what the hash goes over is read; the rest of the line follows from it.</summary>
    /// <exception cref="FormatException">The line is not an exported ledger row.</exception>
    public static UsageRow Read(ReadOnlySpan<byte> line)
    {
        try
        {
            var wire = JsonSerializer.Deserialize(line, LedgerLineJson.Default.LedgerLineWire)
                ?? throw new FormatException("The line is empty.");
            return new UsageRow(
                InstallationId.Parse(wire.Installation, null),
                wire.Day,
                wire.Seq,
                wire.Count,
                wire.Cumulative,
                wire.Keyed,
                wire.Body,
                wire.Opening is { } opening ? JsonText.BytesOf(opening) : wire.OpeningBase64 ?? [],
                Convert.FromHexString(wire.Hash)
            );
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException("The line is not an exported ledger row.", e);
        }
    }
}

internal sealed record LedgerLineWire(
    string Installation,
    DateOnly Day,
    int Seq,
    int Count,
    long Cumulative,
    bool Keyed,
    string Hash,
    byte[] Body,
    JsonElement? Opening = null,
    [property: JsonPropertyName("opening_base64")] byte[]? OpeningBase64 = null
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(LedgerLineWire))]
internal sealed partial class LedgerLineJson : JsonSerializerContext;
