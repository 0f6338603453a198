using Marketplace.Journal;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Marketplace.Grains.Journal;

/// <summary>
/// Base of all subscribers of the audit streams. A subscriber is a grain with <c>[GrainType("name")]</c> and
/// <c>[ImplicitStreamSubscription(Streams.Audit)]</c>, or of a topic (<see cref="AuditTopics"/>); its key is the stream's. Facts arrive at
/// least once, in order per stream: handlers must de-duplicate by (entity, version) or by position. A fact that cannot be handled becomes a
/// dead letter.
/// </summary>
// Trail and notifications have an activation for each seller that is read, beside those of the streams.
[CollectionAgeLimit(Minutes = 10)]
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

    /// <summary>The topic it subscribes to; null for a subscriber of all facts.</summary>
    protected virtual string? Topic => null;

    // An earlier build delivered all facts to every subscriber, so a dead letter may be of one that does not concern it.
    public Task Retry(AuditItem item, CancellationToken cancellationToken) =>
        Topic is { } topic && !AuditTopics.Carries(topic, item.Fact) ? Task.CompletedTask : Handle(item, cancellationToken);

    /// <summary>Handles one fact; must be idempotent. Throws if it cannot be handled now.</summary>
    protected abstract Task Handle(AuditItem item, CancellationToken cancellationToken);
}
