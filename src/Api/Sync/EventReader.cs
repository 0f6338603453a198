using System.Runtime.InteropServices;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using Marketplace.Sellers;
using Marketplace.Sync;

namespace Marketplace.Api.Sync;

/// <summary>Reads one CloudEvent in structured JSON. Whatever it is given, it answers with an event or a refusal.</summary>
internal static class EventReader
{
    private static readonly string[] Required = ["specversion", "id", "source", "type", "subject", "time", "seller"];
    private static readonly CloudEventAttribute Seller = CloudEventAttribute.CreateExtension("seller", CloudEventAttributeType.String);
    private static readonly JsonEventFormatter Formatter = new();

    /// <summary>Reads one member of a body that <see cref="JsonInput"/> has opened as a whole.</summary>
    public static Outcome<ParsedEvent> Read(JsonElement element, DateTimeOffset now) =>
        element.ValueKind == JsonValueKind.Object ? ReadWellFormed(element, now) : NoObject();

    /// <summary>Reads one member of a body of which something is not well-formed, so that its neighbours are not refused with it.</summary>
    public static Outcome<ParsedEvent> ReadUnchecked(JsonElement element, DateTimeOffset now)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return NoObject();
        }

        using var document = JsonInput.Open(JsonMarshal.GetRawUtf8Value(element).ToArray(), EventLimits.MaxDepth);
        return document is null
            ? SyncRefusals.InvalidData($"The event must be well-formed JSON without a member twice, at most {EventLimits.MaxDepth} levels deep.")
            : ReadWellFormed(document.RootElement, now);
    }

    private static Refusal NoObject() => SyncRefusals.InvalidData("An event must be a JSON object.");

    private static Outcome<ParsedEvent> ReadWellFormed(JsonElement element, DateTimeOffset now)
    {
        foreach (var name in Required)
        {
            if (!element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String || value.GetString()!.Length == 0)
            {
                return SyncRefusals.InvalidAttribute($"The attribute '{name}' is missing or not a text.");
            }
        }

        if (element.TryGetProperty("data_base64", out _))
        {
            return SyncRefusals.InvalidData("The data must be JSON, not base64.");
        }

        element.TryGetProperty("data", out var data);
        if (data.ValueKind != JsonValueKind.Undefined && JsonMarshal.GetRawUtf8Value(data).Length is var size and > EventLimits.MaxDataBytes)
        {
            return SyncRefusals.TooLarge(size);
        }

        return Envelope(element) is { } envelope
            ? EventParser.Parse(envelope, data, now)
            : SyncRefusals.InvalidAttribute("The event is not a CloudEvent 1.0 in structured JSON, or an attribute has the wrong form.");
    }

    private static EventEnvelope? Envelope(JsonElement element)
    {
        try
        {
            var read = Formatter.ConvertFromJsonElement(element, [Seller]);
            return read is { Source: { } source, Id: { } id, Type: { } type, Subject: { } subject, Time: { } time }
                && SellerId.TryParse(read[Seller] as string, null, out var seller)
                    ? new EventEnvelope(seller, source.OriginalString, id, type, subject, time)
                    : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or JsonException or OverflowException or NotSupportedException)
        {
            // What the library throws for input it cannot take is not documented further than this.
            return null;
        }
    }
}
