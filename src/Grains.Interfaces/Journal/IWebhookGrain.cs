using Orleans.Concurrency;

namespace Marketplace.Journal;

/// <summary>
/// Sends one seller's notifications to Seller Center, in order, with retries and growing pauses; snapshot: pending webhooks are a table.
/// Key: <c>seller/{seller}</c>. Retrying a dead letter sends at once.
/// </summary>
[GrainInterfaceType("webhook"), Alias("mp.grain.webhook")]
public interface IWebhookGrain : IAuditSubscriber
{
    /// <summary>Sends due webhooks; returns at once if it is already sending.</summary>
    [Alias("deliver"), AlwaysInterleave]
    Task Deliver(CancellationToken cancellationToken);
}
