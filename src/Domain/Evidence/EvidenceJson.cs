using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Evidence;

/// <summary>The canonical JSON of evidence. Reading is strict: nothing outside this format can hide in a bundle.</summary>
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
    // Chinese is not escaped; the bytes are never embedded in HTML.
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
            throw new FormatException($"The file is not a signed bundle (at {e.Path ?? "$"}).", e);
        }
    }

    // The serializer leaves a missing immutable array at its default instead of refusing it like a null.
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

/// <summary>Instants in the form <c>2026-11-26T08:00:00.000Z</c> only.</summary>
internal sealed class MillisecondsConverter : JsonConverter<DateTimeOffset>
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.TryParseExact(reader.GetString(), Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new JsonException("An instant is not in its canonical form.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture));
}
