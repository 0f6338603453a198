using System.Text;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Schemas.Payloads;
using Marketplace.Webhooks;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>Renders a request as the delivery grain would send it, without sending it.</summary>
internal static class WebhookDryRun
{
    /// <param name="installation">The installation.</param>
    /// <param name="setup">The setup, with an endpoint.</param>
    /// <param name="batch">The owed events; may be empty.</param>
    /// <param name="signer">Signs it as if it were sent now.</param>
    /// <param name="userAgent">The sender's User-Agent.</param>
    /// <param name="now">The instant to sign.</param>
    /// <param name="cancellationToken">Cancels waiting for the key.</param>
    public static async Task<DryRunView> Render(
        InstallationId installation,
        DeliverySetup setup,
        EventBatch batch,
        WebhookSigner signer,
        string userAgent,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var endpoint = setup.Endpoint!;
        if (batch.Events.IsEmpty)
        {
            return new DryRunView(endpoint.Url.OriginalString, null, null, null);
        }

        var bodies = batch.Events.Select(@event => EventPayloads.Render(@event, installation, batch.Schema, batch.Scopes)).ToArray();
        var batched = endpoint.BatchSize > 1;
        var body = batched ? EventPayloads.Join(bodies) : bodies[0];
        var id = batched ? PluginEvent.BatchIdOf(batch.Events.Select(@event => @event.MessageId)) : batch.Events[0].MessageId;
        var signed = await signer.Sign(id, body, [.. setup.SecretsAt(now).Select(secret => secret.Sealed)], now, cancellationToken);
        var headers = new Dictionary<string, string>(signed.For(installation, attempt: 1, replay: null))
        {
            ["content-type"] = WebhookHeaders.ContentType(batched ? EventPayloads.BatchContentType : EventPayloads.ContentType),
            ["user-agent"] = userAgent,
        };
        return new DryRunView(
            endpoint.Url.OriginalString,
            [.. batch.Events.Select(@event => @event.Seq)],
            headers,
            Encoding.UTF8.GetString(body)
        );
    }
}
