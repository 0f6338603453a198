using Marketplace.Sellers;

namespace Marketplace.Grains.Ports;

/// <summary>The feed in commit order, grouped by seller, to wake deliveries.</summary>
public interface IFeedTail
{
    /// <summary>
    /// Raised after every append of this process, and soon after one of another process; while the connection that brings those is away,
    /// they are not signalled.
    /// </summary>
    AppendSignal Appended { get; }

    /// <summary>The position of the last event of all sellers; 0 without events.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<long> ReadHead(CancellationToken cancellationToken);

    /// <summary>
    /// The last event of each seller within the next <paramref name="limit"/> positions, by position. Each seller appears once, however
    /// many events it had.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<FeedGrowth>> ReadAfter(long position, int limit, CancellationToken cancellationToken);
}

/// <summary>A seller's feed has grown.</summary>
/// <param name="Position">The event's position over all sellers.</param>
/// <param name="Seller">The seller.</param>
/// <param name="Seq">The event's position in the seller's feed.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.news")]
public sealed record FeedGrowth([property: Id(0)] long Position, [property: Id(1)] SellerId Seller, [property: Id(2)] long Seq);
