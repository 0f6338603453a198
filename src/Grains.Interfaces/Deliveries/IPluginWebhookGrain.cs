using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Deliveries;

/// <summary>A plugin's endpoint for all its installations; logged. Key: <c>plugin-webhook/{plugin}</c>.</summary>
[GrainInterfaceType("plugin-webhook")]
public interface IPluginWebhookGrain : IGrainWithStringKey
{
    /// <summary>What is decided and durable.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<PluginWebhook> Get(CancellationToken cancellationToken);

    /// <summary>
    /// Sets, removes, rotates, or resumes for all. A repeat of the operation id changes nothing and gets the endpoint as it is. The
    /// installations are told by the journal's stream.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It is not known to be durable.</exception>
    [Alias("execute")]
    Task<Outcome<PluginWebhook>> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>Posts a <c>ping</c> to the endpoint, about no installation; leaves no trace but in the answer.</summary>
    [Alias("ping"), AlwaysInterleave, ResponseTimeout("00:00:40")]
    Task<Outcome<PingResult>> Ping(CancellationToken cancellationToken);
}
