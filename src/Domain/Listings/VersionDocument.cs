using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Catalogue;
using Marketplace.Journal;

namespace Marketplace.Listings;

/// <summary>What was handed in as a version, and what the gate said of it; never changes.</summary>
/// <param name="Submission">The version in short.</param>
/// <param name="Manifest">The canonical manifest, JSON.</param>
/// <param name="Report">The gate's report, JSON, with its hash.</param>
/// <param name="Profile">The plugin's profile once the version is listed; null if the gate blocks it.</param>
/// <param name="PricesFrom">The first day of business on which its prices are to hold.</param>
[GenerateSerializer, Immutable, Alias("mp.listings.document")]
public sealed record VersionDocument(
    [property: Id(0)] VersionSubmission Submission,
    [property: Id(1)] string Manifest,
    [property: Id(2)] string Report,
    [property: Id(3)] PluginProfile? Profile,
    [property: Id(4)] DateOnly PricesFrom
) : IJournalEvent
{
    /// <summary>The journal type of the only fact of a version.</summary>
    public const string FactType = "plugin-version-stored";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode()
    {
        JsonElement? profile = Profile is null ? null : JsonElement.Parse(Profile.Encode().Span);
        return JsonSerializer.SerializeToUtf8Bytes(
            new VersionWire(Submission, Manifest, Report, PricesFrom, profile),
            VersionJson.Default.VersionWire
        );
    }

    /// <exception cref="FormatException">The fact is empty.</exception>
    public static VersionDocument Decode(ReadOnlyMemory<byte> payload)
    {
        var wire = JsonSerializer.Deserialize(payload.Span, VersionJson.Default.VersionWire)
            ?? throw new FormatException("A version's fact is empty.");
        var profile = wire.Profile is { } stored
            ? PluginProfile.Decode(JsonSerializer.SerializeToUtf8Bytes(stored, VersionJson.Default.JsonElement))
            : null;
        return new VersionDocument(wire.Submission, wire.Manifest, wire.Report, profile, wire.PricesFrom);
    }
}

internal sealed record VersionWire(
    VersionSubmission Submission,
    string Manifest,
    string Report,
    DateOnly PricesFrom,
    JsonElement? Profile = null
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(VersionWire))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class VersionJson : JsonSerializerContext;
