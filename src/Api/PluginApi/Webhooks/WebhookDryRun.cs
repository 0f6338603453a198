using System.Text;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Schemas.Payloads;
using Marketplace.Webhooks;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>Renders a request as the delivery grain has it sent, without sending it.</summary>
internal static class WebhookDryRun
{
    /// <param name="installation">Whose.</param>
    /// <param name="setup">With an endpoint.</param>
    /// <param name="batch">What is owed; empty if nothing is.</param>
    /// <param name="signer">Signs it, as if it were sent now.</param>
    /// <param name="userAgent">How the sender names itself.</param>
    /// <param name="now">The instant that is signed.</param>
    /// <param name="cancellationToken">Ends the wait for the key.</param>
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
