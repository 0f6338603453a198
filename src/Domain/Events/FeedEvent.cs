using Marketplace.Sellers;

namespace Marketplace.Events;

/// <summary>One marketplace event of one seller, as stored in the feed.</summary>
/// <param name="Seller">The seller.</param>
/// <param name="Seq">The seller's running number: 1 for the first, then without gaps.</param>
/// <param name="Source">CloudEvents source; with <paramref name="Id"/> it identifies the event across the marketplace.</param>
/// <param name="Id">CloudEvents id.</param>
/// <param name="Type">CloudEvents type, for example <c>order.created</c> (<see cref="EventTypes"/>).</param>
/// <param name="Subject">Its subject: order id, tracking id or product id.</param>
/// <param name="Time">When it happened, according to the source.</param>
/// <param name="AcceptedAt">When the feed accepted it.</param>
/// <param name="Data">The public part as UTF-8 JSON; contains none of the buyer's private fields (R23).</param>
/// <param name="Sealed">The private part, encrypted; empty if there is none. Only the platform's own label endpoint may decrypt it.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.event")]
public sealed record FeedEvent(
    [property: Id(0)] SellerId Seller,
    [property: Id(1)] long Seq,
    [property: Id(2)] string Source,
    [property: Id(3)] string Id,
    [property: Id(4)] string Type,
    [property: Id(5)] string Subject,
    [property: Id(6)] DateTimeOffset Time,
    [property: Id(7)] DateTimeOffset AcceptedAt,
    [property: Id(8)] ReadOnlyMemory<byte> Data,
    [property: Id(9)] ReadOnlyMemory<byte> Sealed
);
