using System.Collections.Immutable;
using Marketplace.Labels;
using Marketplace.Orders;
using Orleans.Concurrency;

namespace Marketplace.Events;

/// <summary>
/// One seller's feed and its fold: orders, waybills, products; logged. Key: <c>feed/{seller}</c>. Every method may throw
/// <see cref="StoreUnavailableException"/>: nothing was acknowledged, the same call may be repeated.
/// </summary>
[GrainInterfaceType("feed")]
public interface IFeedGrain : IGrainWithStringKey
{
    /// <summary>Takes events from the platform, in their order, and answers for each after all are durable.</summary>
    [Alias("append")]
    Task<ImmutableArray<AppendedEvent>> Append(ImmutableArray<IncomingEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Decides a plugin's write, appends its event and answers when it is durable. A repeat of the event id gets the first event's place.
    /// </summary>
    [Alias("write")]
    Task<Outcome<WriteReceipt>> Write(WriteCommand command, CancellationToken cancellationToken);

    /// <summary>One order, unless it was created before <paramref name="visibleFrom"/> (R59).</summary>
    [Alias("get-order"), ReadOnly]
    Task<Outcome<OrderView>> GetOrder(string orderId, DateTimeOffset? visibleFrom, CancellationToken cancellationToken);

    /// <summary>Orders in the sequence of their creation in the feed, after a position (0 for the first page).</summary>
    [Alias("list-orders"), ReadOnly]
    Task<Page<OrderView>> ListOrders(
        OrderFilter filter,
        long afterPosition,
        int limit,
        DateTimeOffset? visibleFrom,
        CancellationToken cancellationToken
    );

    /// <summary>Orders in the sequence of their last change, after a place; what changes while pages are read comes at the end.</summary>
    [Alias("list-changed-orders"), ReadOnly]
    Task<Page<OrderView>> ListChangedOrders(
        OrderFilter filter,
        ChangePlace after,
        int limit,
        DateTimeOffset? visibleFrom,
        CancellationToken cancellationToken
    );

    /// <summary>One waybill, unless its order was created before <paramref name="visibleFrom"/>.</summary>
    [Alias("get-tracking"), ReadOnly]
    Task<Outcome<TrackView>> GetTracking(string trackingId, DateTimeOffset? visibleFrom, CancellationToken cancellationToken);

    /// <summary>Products in the sequence in which they first came, after a position (0 for the first page).</summary>
    [Alias("list-products"), ReadOnly]
    Task<Page<ProductView>> ListProducts(long afterPosition, int limit, CancellationToken cancellationToken);

    /// <summary>Products in the sequence of their last change, after a place.</summary>
    [Alias("list-changed-products"), ReadOnly]
    Task<Page<ProductView>> ListChangedProducts(ChangePlace after, int limit, CancellationToken cancellationToken);

    /// <summary>How the feed does, and how many orders lie before <paramref name="visibleFrom"/>; for diagnosis.</summary>
    [Alias("health"), ReadOnly]
    Task<FeedHealth> GetHealth(DateTimeOffset? visibleFrom, CancellationToken cancellationToken);

    /// <summary>The events after a place as they may leave for plugins, in order; at most <paramref name="limit"/>.</summary>
    [Alias("read-events"), ReadOnly]
    Task<FeedPage> ReadEvents(long afterSeq, int limit, CancellationToken cancellationToken);

    /// <summary>All events of one order, points of its waybills included, in order; empty if there is no such order.</summary>
    [Alias("read-order-events"), ReadOnly]
    Task<ImmutableArray<PluginEvent>> ReadOrderEvents(string orderId, CancellationToken cancellationToken);

    /// <summary>
    /// The sealed part of the event that made an order, for the label endpoint alone (R23): a test holds that nothing else calls this. Null
    /// if there is no such event.
    /// </summary>
    /// <param name="orderId">The order.</param>
    /// <param name="seq">The event's place; null for the creation whose content the order shows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("read-sealed"), ReadOnly]
    Task<SealedPart?> ReadSealed(string orderId, long? seq, CancellationToken cancellationToken);

    /// <summary>
    /// The sealed parts of the events that made orders, for the dictionary of buyers alone (R23): a test holds that nothing else calls
    /// this. Orders that are not known and parts that are empty are left out.
    /// </summary>
    [Alias("read-buyers"), ReadOnly]
    Task<ImmutableArray<SealedBuyer>> ReadBuyers(ImmutableArray<string> orderIds, CancellationToken cancellationToken);

    /// <summary>The last place in the feed; 0 if it is empty.</summary>
    [Alias("head"), ReadOnly]
    Task<long> GetHead(CancellationToken cancellationToken);
}

/// <summary>What became of one event.</summary>
/// <param name="Seq">Its place in the seller's feed; 0 if it is not in it.</param>
/// <param name="Duplicate">True if it was there before.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.appended")]
public readonly record struct AppendedEvent([property: Id(0)] long Seq, [property: Id(1)] bool Duplicate)
{
    /// <summary>
    /// True if its source and id name another event that was taken before, in this feed or another seller's: it was not taken.
    /// </summary>
    [Id(2)]
    public bool IsReused { get; init; }

    /// <summary>The answer for an event under another's name.</summary>
    public static AppendedEvent Reused { get; } = new(0, false) { IsReused = true };
}

/// <summary>What was sealed with an order's creation.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Bytes">The sealed part.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.sealed-buyer")]
public sealed record SealedBuyer([property: Id(0)] string OrderId, [property: Id(1)] ReadOnlyMemory<byte> Bytes);
