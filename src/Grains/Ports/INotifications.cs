using System.Collections.Immutable;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Grains.Ports;

/// <summary>The sellers' notifications and their pending webhooks. Unique: (seller, position).</summary>
public interface INotifications
{
    /// <summary>
    /// Stores a notification and its pending webhook; one already stored is not changed. Keeps only a seller's newest
    /// <paramref name="keep"/>.
    /// </summary>
    /// <param name="notification">The notification.</param>
    /// <param name="webhookDue">When the webhook is first due; null for no webhook.</param>
    /// <param name="keep">Maximum notifications kept.</param>
    /// <param name="replaced">
    /// Kinds of earlier unread notifications about the same installation to remove, with their pending webhooks.
    /// </param>
    /// <param name="cancellationToken">Cancels waiting for the store.</param>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Put(
        Notification notification,
        DateTimeOffset? webhookDue,
        int keep,
        ImmutableArray<string> replaced,
        CancellationToken cancellationToken
    );

    /// <summary>A seller's notifications before a position, newest first.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<Notification>> Read(
        SellerId seller,
        bool unreadOnly,
        long beforePosition,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Number of a seller's unread notifications.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<long> CountUnread(SellerId seller, CancellationToken cancellationToken);

    /// <summary>Marks one as read and returns it; idempotent. Null if the seller has no such notification.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task<Notification?> MarkRead(SellerId seller, long position, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Sellers with due webhooks, at most <paramref name="limit"/>.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<SellerId>> ReadDueSellers(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>A seller's pending webhooks, oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<DueWebhook>> ReadOwed(SellerId seller, int limit, CancellationToken cancellationToken);

    /// <summary>Postpones a pending webhook after a number of attempts.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task PutOff(SellerId seller, long position, int attempts, DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>Removes a pending webhook that was delivered or given up.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Settle(SellerId seller, long position, CancellationToken cancellationToken);
}

/// <summary>A pending webhook.</summary>
/// <param name="Position">Position of its notification.</param>
/// <param name="Attempts">Number of attempts.</param>
/// <param name="Due">When it is due next.</param>
public sealed record DueWebhook(long Position, int Attempts, DateTimeOffset Due);
