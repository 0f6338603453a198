using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Marketplace.Journal;

/// <summary>
/// Sellers' notifications; snapshot: a separate table, filled from the audit stream. Key: <c>seller/{seller}</c> for one seller's, as a
/// subscriber the stream's.
/// </summary>
[GrainInterfaceType("notifications"), Alias("mp.grain.notifications")]
public interface INotificationsGrain : IAuditSubscriber
{
    /// <summary>Notifications before a position, newest first, and the total number of unread ones.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("read"), AlwaysInterleave]
    Task<NotificationPage> Read(bool unreadOnly, long beforePosition, int limit, CancellationToken cancellationToken);

    /// <summary>Marks one as read; idempotent. Null if there is no such notification (any more).</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    [Alias("mark-read"), AlwaysInterleave]
    Task<Notification?> MarkRead(long position, CancellationToken cancellationToken);
}

/// <summary>A page of notifications.</summary>
/// <param name="Unread">Number of unread notifications on all pages.</param>
/// <param name="Notifications">Newest first.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.notification-page")]
public sealed record NotificationPage([property: Id(0)] long Unread, [property: Id(1)] ImmutableArray<Notification> Notifications);
