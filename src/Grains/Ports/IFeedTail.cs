using Marketplace.Sellers;

namespace Marketplace.Grains.Ports;

/// <summary>The feed in commit order, told by seller: what wakes deliveries.</summary>
public interface IFeedTail
{
    /// <summary>The position of the last event of all; 0 if there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<long> ReadHead(CancellationToken cancellationToken);

    /// <summary>
    /// Of the next <paramref name="limit"/> positions the last event of each seller, by position. However many events a seller had among
    /// them, it is named once.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<FeedNews>> ReadAfter(long position, int limit, CancellationToken cancellationToken);
}

/// <summary>A seller's feed has grown.</summary>
/// <param name="Position">Of the event, over all sellers.</param>
/// <param name="Seller">Whose feed.</param>
/// <param name="Seq">The event's place in it.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.news")]
public sealed record FeedNews([property: Id(0)] long Position, [property: Id(1)] SellerId Seller, [property: Id(2)] long Seq);
