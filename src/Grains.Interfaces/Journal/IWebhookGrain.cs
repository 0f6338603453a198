using Orleans.Concurrency;

namespace Marketplace.Journal;

/// <summary>
/// Sends one seller's notifications to Seller Center, in order, again and again with growing pauses; snapshot: what is owed is a table.
/// Key: <c>seller/{seller}</c>. Retrying a dead letter sends at once.
/// </summary>
[GrainInterfaceType("webhook")]
public interface IWebhookGrain : IAuditSubscriber
{
    /// <summary>Sends what is due; returns at once if it is at it already.</summary>
    [Alias("deliver"), AlwaysInterleave]
    Task Deliver(CancellationToken cancellationToken);
}
