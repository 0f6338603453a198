using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Evidence;

/// <summary>The one JSON form of evidence. Strict when read: what this form does not have cannot hide in a bundle.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    Converters = [typeof(MillisecondsConverter)]
)]
[JsonSerializable(typeof(SignedEvidence))]
internal sealed partial class EvidenceJson : JsonSerializerContext
{
    // Chinese stays as it is written; the bytes are never embedded in HTML.
    private static EvidenceJson Canonical =>
        field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] Encode(EvidenceBundle bundle) => JsonSerializer.SerializeToUtf8Bytes(bundle, Canonical.EvidenceBundle);

    public static byte[] Encode(SignedEvidence signed) => JsonSerializer.SerializeToUtf8Bytes(signed, Canonical.SignedEvidence);

    public static EvidenceBundle DecodeBundle(ReadOnlySpan<byte> canonical) =>
        JsonSerializer.Deserialize(canonical, Canonical.EvidenceBundle) ?? throw new FormatException("The bundle is empty.");

    public static SignedEvidence Decode(ReadOnlySpan<byte> file)
    {
        try
        {
            var signed = JsonSerializer.Deserialize(file, Canonical.SignedEvidence) ?? throw new FormatException("The file is empty.");
            return IsWhole(signed) ? signed : throw new FormatException("A part of the bundle is missing.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The file is no signed bundle (at {e.Path ?? "$"}).", e);
        }
    }

    // Lists are values: one that is left out is no null that the reader would refuse.
    private static bool IsWhole(SignedEvidence signed) =>
        signed
            is {
                Signature: { Alg: not null, KeyId: not null, Value: not null },
                Bundle: { Facts: { Plugin: not null } facts, Verdict: not null } bundle
            }
        && !bundle.Labels.IsDefault
        && !bundle.Journeys.IsDefault
        && bundle.Journeys.All(journey => journey is { Hops.IsDefault: false })
        && facts
            is {
                Settings.IsDefault: false,
                Events.IsDefault: false,
                Rows.IsDefault: false,
                Plugin.Scopes.IsDefault: false,
                OrderId: not null,
                Installation: not null
            }
        && facts.Settings.All(setting => setting is { Scopes.IsDefault: false })
        && facts.Outages is not { IsDefault: true }
        && facts.Rows.All(row => row is { Body: not null, Hash: not null, PreviousHash: not null })
        && facts.Events.All(@event => @event is { Source: not null, MessageId: not null, Scope: not null });
}

/// <summary>Instants as <c>2026-11-26T08:00:00.000Z</c>, and no other way.</summary>
internal sealed class MillisecondsConverter : JsonConverter<DateTimeOffset>
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.TryParseExact(reader.GetString(), Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new JsonException("An instant is not in its form.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture));
}
