using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Journal;

/// <summary>
/// Notifies the sellers: stores their notifications and, with the same write, the webhooks to send. The webhook grain does the sending, so
/// that no stream waits for an external server. Snapshot.
/// </summary>
[GrainType("notifications")]
[ImplicitStreamSubscription(Streams.Audit)]
internal sealed class NotificationsGrain(
    AuditDelivery delivery,
    IJournal journal,
    INotifications notifications,
    IWebhookSender webhook,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : AuditSubscriber(delivery), INotificationsGrain
{
    /// <summary>Maximum notifications per seller; older ones are in the trail.</summary>
    public const int Kept = 500;

    // A store that gets streams or a webhook later must not post its whole history.
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
        var sellers = await _history.SellersConcernedBy(item.Fact, cancellationToken);
        if (await GrainFactory.TextOf(item.Fact, cancellationToken) is not { } text)
        {
            return;
        }

        var dueAt = await IsPosted(item.Fact, cancellationToken) ? WebhookDue(item.Fact) : null;
        if (NotificationTexts.ConcernedPlugin(item.Fact) is { } plugin)
        {
            await foreach (var seller in GrainFactory.SellersOf(plugin))
            {
                await Put(seller, item, text, dueAt, cancellationToken);
            }

            return;
        }

        var only = AuditSubject.SellerOf(item.Fact.Entity) is null ? NotificationTexts.OnlyFor(item.Fact) : null;
        foreach (var seller in sellers.Where(seller => only is null || seller == only))
        {
            await Put(seller, item, text, dueAt, cancellationToken);
        }
    }

    private Task Put(SellerId seller, AuditItem item, BilingualText text, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        var kind = NotificationTexts.KindOf(item.Fact);
        var installation = NotificationTexts.InstallationOf(item.Fact, seller);
        return notifications.Put(
            new Notification(seller, item.Position, item.Fact.At, kind, text, installation, null),
            dueAt,
            Kept,
            NotificationTexts.ReplacedBy(kind),
            cancellationToken
        );
    }

    /// <summary>False for a usage alert that the seller's settings keep from Seller Center's webhook.</summary>
    private async Task<bool> IsPosted(JournalFact fact, CancellationToken cancellationToken)
    {
        if (!fact.Entity.StartsWith("usage/", StringComparison.Ordinal) || AuditSubject.SellerOf(fact.Entity) is not { } seller)
        {
            return true;
        }

        var settings = GrainFactory.GetGrain<INotificationSettingsGrain>(GrainKeys.NotificationSettings(seller));
        return (await settings.Get(cancellationToken)).IsPosted(UsageThreshold.Decode(fact.Payload), calendar.TimeOf(fact.At));
    }

    private DateTimeOffset? WebhookDue(JournalFact fact)
    {
        var now = time.GetUtcNow();
        return webhook.IsConfigured && now - fact.At < PostedUntil ? now : null;
    }
}
