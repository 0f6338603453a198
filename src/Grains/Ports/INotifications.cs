using System.Collections.Immutable;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Grains.Ports;

/// <summary>The sellers' notifications, and which of them the webhook still owes. Unique: (seller, position).</summary>
public interface INotifications
{
    /// <summary>
    /// Keeps a notification, and with it that the webhook owes it; one that is there already changes nothing. Of a seller only the newest
    /// <paramref name="keep"/> stay.
    /// </summary>
    /// <param name="notification">What the seller is told.</param>
    /// <param name="webhookDue">When the webhook is to be tried first; null if there is none.</param>
    /// <param name="keep">How many stay.</param>
    /// <param name="replaced">Kinds of which earlier unread notifications about the same installation are removed, with what the webhook
    /// owes of them.</param>
    /// <param name="cancellationToken">Ends waiting for the store.</param>
    /// <exception cref="StoreUnavailableException">Nothing is known to be kept.</exception>
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

    /// <summary>How many a seller has not read.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<long> CountUnread(SellerId seller, CancellationToken cancellationToken);

    /// <summary>Marks one as read, and answers it; a second mark changes nothing. Null if the seller has no such notification.</summary>
    /// <exception cref="StoreUnavailableException">Nothing is known to be marked.</exception>
    Task<Notification?> MarkRead(SellerId seller, long position, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Sellers for which the webhook is due, at most <paramref name="limit"/>.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<SellerId>> ReadDueSellers(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>What the webhook owes a seller, oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<OwedWebhook>> ReadOwed(SellerId seller, int limit, CancellationToken cancellationToken);

    /// <summary>Puts off what is owed: after so many attempts it is due again then.</summary>
    /// <exception cref="StoreUnavailableException">Nothing is known to be put off.</exception>
    Task PutOff(SellerId seller, long position, int attempts, DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>What was owed was delivered, or given up.</summary>
    /// <exception cref="StoreUnavailableException">Nothing is known to be settled.</exception>
    Task Settle(SellerId seller, long position, CancellationToken cancellationToken);
}

/// <summary>A notification that the webhook owes.</summary>
/// <param name="Position">Which one.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Due">When it is to be tried next.</param>
public sealed record OwedWebhook(long Position, int Attempts, DateTimeOffset Due);
