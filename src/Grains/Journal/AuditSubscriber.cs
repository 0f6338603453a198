using Marketplace.Journal;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Marketplace.Grains.Journal;

/// <summary>
/// What every subscriber of the audit streams shares. A subscriber is a grain with <c>[GrainType("name")]</c> and
/// <c>[ImplicitStreamSubscription(Streams.Audit)]</c>; its key is the stream's. Facts come at least once, in order per stream: whoever
/// handles them de-duplicates by (entity, version) or by position. A fact that cannot be handled becomes a dead letter.
/// </summary>
internal abstract class AuditSubscriber(AuditDelivery delivery)
    : Grain,
        IAuditSubscriber,
        IStreamSubscriptionObserver,
        IAsyncObserver<JournalFact>
{
    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<JournalFact>().ResumeAsync(this);

    public Task OnNextAsync(JournalFact item, StreamSequenceToken? token = null) =>
        delivery.Deliver(this.GetGrainId(), new AuditItem(token?.SequenceNumber ?? 0, item), Handle);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task Retry(AuditItem item, CancellationToken cancellationToken) => Handle(item, cancellationToken);

    /// <summary>Handles one fact; doing it twice must be as doing it once. Throws if it cannot be handled now.</summary>
    protected abstract Task Handle(AuditItem item, CancellationToken cancellationToken);
}
