using System.Globalization;
using System.Text.Json;
using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Grains.Deliveries;

/// <summary>Test messages for an endpoint: signed like an event, about nothing.</summary>
internal static class PingMessages
{
    public const string Type = "webhook.ping";

    /// <param name="installation">The installation; null for a plugin's endpoint.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="setup">Holds the secrets.</param>
    /// <param name="now">The instant.</param>
    public static EventMessage Of(InstallationId? installation, DeliveryEndpoint endpoint, DeliverySetup setup, DateTimeOffset now)
    {
        var id = $"evt_ping_{Guid.NewGuid():N}";
        var batched = endpoint.BatchSize > 1;
        var body = Body(id, installation, now);
        return new EventMessage(
            endpoint.Url,
            id,
            batched ? EventPayloads.Join([body]) : body,
            batched ? EventPayloads.BatchContentType : EventPayloads.ContentType,
            [.. setup.SecretsAt(now).Select(secret => secret.Sealed)],
            TimeSpan.FromSeconds(endpoint.TimeoutSeconds),
            1
        )
        {
            Installation = installation,
        };
    }

    private static byte[] Body(string id, InstallationId? installation, DateTimeOffset now)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", id);
            json.WriteString("source", "urn:marketplace:webhook");
            json.WriteString("type", Type);
            json.WriteString("time", now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            if (installation is { } known)
            {
                json.WriteString("installation", known.ToString());
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
