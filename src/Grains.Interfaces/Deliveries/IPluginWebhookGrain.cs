using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Deliveries;

/// <summary>A plugin's endpoint for all its installations; logged. Key: <c>plugin-webhook/{plugin}</c>.</summary>
[GrainInterfaceType("plugin-webhook"), Alias("mp.grain.plugin-webhook")]
public interface IPluginWebhookGrain : IGrainWithStringKey
{
    /// <summary>The durable settings.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<PluginWebhook> Get(CancellationToken cancellationToken);

    /// <summary>
    /// Sets, removes, rotates, or resumes for all. A repeat of the operation id gets the current endpoint and changes nothing. The
    /// installations are notified by the journal's stream.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed.</exception>
    [Alias("execute")]
    Task<Outcome<PluginWebhook>> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>Posts a <c>ping</c> to the endpoint, for no installation; recorded nowhere but in the answer.</summary>
    [Alias("ping"), AlwaysInterleave, ResponseTimeout("00:00:40")]
    Task<Outcome<PingResult>> Ping(CancellationToken cancellationToken);
}
