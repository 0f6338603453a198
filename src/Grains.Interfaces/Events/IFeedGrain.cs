using System.Collections.Immutable;
using Marketplace.Labels;
using Marketplace.Orders;
using Orleans.Concurrency;

namespace Marketplace.Events;

/// <summary>
/// One seller's feed and its fold: orders, waybills, products; logged. Key: <c>feed/{seller}</c>. Every method may throw
/// <see cref="StoreUnavailableException"/>: nothing was acknowledged, and the call may be repeated.
/// </summary>
[GrainInterfaceType("feed"), Alias("mp.grain.feed")]
public interface IFeedGrain : IGrainWithStringKey
{
    /// <summary>Appends the platform's events in order; returns the result for each after all are durable.</summary>
    [Alias("append")]
    Task<ImmutableArray<AppendedEvent>> Append(ImmutableArray<IncomingEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Decides a plugin's write and appends its event; returns after it is durable. A repeat of the event id gets the first event's
    /// position.
    /// </summary>
    [Alias("write")]
    Task<Outcome<WriteReceipt>> Write(WriteCommand command, CancellationToken cancellationToken);

    /// <summary>One order, unless it was created before <paramref name="visibleFrom"/> (R59).</summary>
    [Alias("get-order"), ReadOnly]
    Task<Outcome<OrderView>> GetOrder(string orderId, DateTimeOffset? visibleFrom, CancellationToken cancellationToken);

    /// <summary>Orders in the order of their creation in the feed, after a position (0 for the first page).</summary>
    [Alias("list-orders"), ReadOnly]
    Task<Page<OrderView>> ListOrders(
        OrderFilter filter,
        long afterPosition,
        int limit,
        DateTimeOffset? visibleFrom,
        CancellationToken cancellationToken
    );

    /// <summary>Orders in the order of their last change, after a position; orders that change meanwhile come at the end.</summary>
    [Alias("list-changed-orders"), ReadOnly]
    Task<Page<OrderView>> ListChangedOrders(
        OrderFilter filter,
        ChangePlace after,
        int limit,
        DateTimeOffset? visibleFrom,
        CancellationToken cancellationToken
    );

    /// <summary>The seller's own search: orders of which the id contains a text, newest first, before a position.</summary>
    /// <param name="text">Part of the id, in any case; null for all.</param>
    /// <param name="beforePosition"><see cref="long.MaxValue"/> for the first page.</param>
    /// <param name="limit">Maximum orders.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    [Alias("search-orders"), ReadOnly]
    Task<Page<OrderView>> SearchOrders(string? text, long beforePosition, int limit, CancellationToken cancellationToken);

    /// <summary>How many orders were created on each day of business of a range, both ends included.</summary>
    [Alias("count-orders"), ReadOnly]
    Task<ImmutableArray<OrdersOfDay>> CountOrders(DateOnly from, DateOnly to, CancellationToken cancellationToken);

    /// <summary>How many orders a sync window would show a plugin (R59).</summary>
    [Alias("count-window"), ReadOnly]
    Task<OrdersOfWindow> CountWindow(DateTimeOffset? visibleFrom, CancellationToken cancellationToken);

    /// <summary>One waybill, unless its order was created before <paramref name="visibleFrom"/>.</summary>
    [Alias("get-tracking"), ReadOnly]
    Task<Outcome<TrackView>> GetTracking(string trackingId, DateTimeOffset? visibleFrom, CancellationToken cancellationToken);

    /// <summary>Products in the order of their first event, after a position (0 for the first page).</summary>
    [Alias("list-products"), ReadOnly]
    Task<Page<ProductView>> ListProducts(long afterPosition, int limit, CancellationToken cancellationToken);

    /// <summary>Products in the order of their last change, after a position.</summary>
    [Alias("list-changed-products"), ReadOnly]
    Task<Page<ProductView>> ListChangedProducts(ChangePlace after, int limit, CancellationToken cancellationToken);

    /// <summary>The state of the feed, with the number of orders before <paramref name="visibleFrom"/>; for diagnosis.</summary>
    [Alias("health"), ReadOnly]
    Task<FeedHealth> GetHealth(DateTimeOffset? visibleFrom, CancellationToken cancellationToken);

    /// <summary>The events after a position in plugin form, in order; at most <paramref name="limit"/>.</summary>
    [Alias("read-events"), ReadOnly]
    Task<FeedPage> ReadEvents(long afterSeq, int limit, CancellationToken cancellationToken);

    /// <summary>All events of one order, including tracking points, in order; empty for an unknown order.</summary>
    [Alias("read-order-events"), ReadOnly]
    Task<ImmutableArray<PluginEvent>> ReadOrderEvents(string orderId, CancellationToken cancellationToken);

    /// <summary>
    /// The sealed part of the event that created an order, for the label endpoint only (R23): a test ensures that nothing else calls this.
    /// Null if there is no such event.
    /// </summary>
    /// <param name="orderId">The order.</param>
    /// <param name="seq">The event's position; null for the creation in effect.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    [Alias("read-sealed"), ReadOnly]
    Task<SealedPart?> ReadSealed(string orderId, long? seq, CancellationToken cancellationToken);

    /// <summary>
    /// The sealed parts of the events that created orders, for the dictionary of buyers only (R23): a test ensures that nothing else calls
    /// this. Unknown orders and empty parts are left out.
    /// </summary>
    [Alias("read-buyers"), ReadOnly]
    Task<ImmutableArray<SealedBuyer>> ReadBuyers(ImmutableArray<string> orderIds, CancellationToken cancellationToken);

    /// <summary>The last position in the feed; 0 if it is empty.</summary>
    [Alias("head"), ReadOnly]
    Task<long> GetHead(CancellationToken cancellationToken);
}

/// <summary>The result for one event.</summary>
/// <param name="Seq">Its position in the seller's feed; 0 if it was not appended.</param>
/// <param name="Duplicate">True if it was already in the feed.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.appended")]
public readonly record struct AppendedEvent([property: Id(0)] long Seq, [property: Id(1)] bool Duplicate)
{
    /// <summary>True if its source and id belong to another event, in this feed or another seller's: it was not appended.</summary>
    [Id(2)]
    public bool IsReused { get; init; }

    /// <summary>The result for an event with another one's id.</summary>
    public static AppendedEvent Reused { get; } = new(0, false) { IsReused = true };
}

/// <summary>The sealed part of an order's creation.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Bytes">The sealed part.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.sealed-buyer")]
public sealed record SealedBuyer([property: Id(0)] string OrderId, [property: Id(1)] ReadOnlyMemory<byte> Bytes);
