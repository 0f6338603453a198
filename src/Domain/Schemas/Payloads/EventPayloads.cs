using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Labels;

namespace Marketplace.Schemas.Payloads;

/// <summary>
/// Renders events for plugins: the same form for push, pull, live, replay and evidence, so that an event has the same bytes on every
/// channel. Pure: the same arguments give the same bytes.
/// </summary>
public static class EventPayloads
{
    /// <summary>The media type of one event.</summary>
    public const string ContentType = "application/cloudevents+json";

    /// <summary>The media type of a batch.</summary>
    public const string BatchContentType = "application/cloudevents-batch+json";

    /// <summary>
    /// Renders one event as a CloudEvent in structured JSON. Includes the data that <see cref="PayloadClassification"/> declares public,
    /// placeholders for a buyer's private fields with the reason why they are empty (R23), and, where labels may be made, the order's
    /// address handle (R29).
    /// </summary>
    /// <param name="event">The event.</param>
    /// <param name="installation">The recipient.</param>
    /// <param name="schema">The schema version.</param>
    /// <param name="scopes">The granted scopes.</param>
    public static byte[] Render(PluginEvent @event, InstallationId installation, string schema, ImmutableHashSet<string> scopes)
    {
        ArgumentNullException.ThrowIfNull(@event);
        ArgumentNullException.ThrowIfNull(scopes);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", @event.MessageId);
            json.WriteString("source", @event.Source);
            json.WriteString("type", @event.Type);
            json.WriteString("subject", @event.Subject);
            json.WriteString("time", @event.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("datacontenttype", "application/json");
            json.WriteString("sequence", @event.Seq.ToString(CultureInfo.InvariantCulture));
            if (PayloadSchemas.Standard.DescribedIn(@event.Type, schema) is { } described)
            {
                json.WriteString("dataschema", SchemaDocument.AddressOf(described, @event.Type));
            }

            json.WriteString("schemaversion", schema);
            json.WriteString("installation", installation.ToString());
            json.WritePropertyName("data");
            var newest = PayloadData.Of(@event.Type, @event.Data, HandleOf(@event, installation, scopes));
            json.WriteRawValue(PayloadSchemas.Standard.OfEvent(@event.Type).Down(newest, schema).Span);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string? HandleOf(PluginEvent @event, InstallationId installation, ImmutableHashSet<string> scopes) =>
        @event.Type == EventTypes.OrderCreated && scopes.Contains(LabelScopes.Write)
            ? AddressHandles.Of(installation, @event.Subject)
            : null;

    /// <summary>Joins rendered events into a JSON array.</summary>
    public static byte[] Join(IReadOnlyList<byte[]> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        using var buffer = new MemoryStream(events.Sum(one => one.Length + 1) + 2);
        buffer.WriteByte((byte)'[');
        for (var i = 0; i < events.Count; i++)
        {
            if (i > 0)
            {
                buffer.WriteByte((byte)',');
            }

            buffer.Write(events[i]);
        }

        buffer.WriteByte((byte)']');
        return buffer.ToArray();
    }
}
