using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Journal;

/// <summary>
/// Tells the sellers: keeps the list they see, and with the same write notes what the webhook owes. Sending is the webhook grain's work, so
/// that no stream waits for somebody else's server. Snapshot.
/// </summary>
[GrainType("notifications")]
[ImplicitStreamSubscription(Streams.Audit)]
internal sealed class NotificationsGrain(
    AuditDelivery delivery,
    IJournal journal,
    INotifications notifications,
    IWebhookSender webhook,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : AuditSubscriber(delivery), INotificationsGrain
{
    /// <summary>So many a seller keeps; older ones are in the trail.</summary>
    public const int Kept = 500;

    // A store that gets its streams, or its webhook, late must not post its whole past.
    private static readonly TimeSpan PostedUntil = TimeSpan.FromDays(7);

    private readonly EntityHistory _history = new(journal);

    private SellerId Seller => GrainKeys.Parse<SellerId>(this.GetPrimaryKeyString());

    public async Task<NotificationPage> Read(bool unreadOnly, long beforePosition, int limit, CancellationToken cancellationToken)
    {
        var page = await notifications.Read(Seller, unreadOnly, beforePosition, limit, cancellationToken);
        return new NotificationPage(await notifications.CountUnread(Seller, cancellationToken), [.. page]);
    }

    public Task<Notification?> MarkRead(long position, CancellationToken cancellationToken) =>
        notifications.MarkRead(Seller, position, time.GetUtcNow(), cancellationToken);

    protected override async Task Handle(AuditItem item, CancellationToken cancellationToken)
    {
        var changes = await _history.ChangeBy(item.Fact, cancellationToken);
        if (await GrainFactory.TextOf(item.Fact, cancellationToken) is not { } text)
        {
            return;
        }

        var only = AuditSubject.SellerOf(item.Fact.Entity) is null ? NotificationTexts.OnlyFor(item.Fact) : null;
        var kind = NotificationTexts.KindOf(item.Fact);
        foreach (var change in changes.Where(change => only is null || change.Seller == only))
        {
            await notifications.Put(
                new Notification(change.Seller, item.Position, item.Fact.At, kind, text, NotificationTexts.InstallationOf(item.Fact), null),
                WebhookDue(item.Fact),
                Kept,
                NotificationTexts.ReplacedBy(kind),
                cancellationToken
            );
        }
    }

    private DateTimeOffset? WebhookDue(JournalFact fact)
    {
        var now = time.GetUtcNow();
        return webhook.IsConfigured && now - fact.At < PostedUntil ? now : null;
    }
}
