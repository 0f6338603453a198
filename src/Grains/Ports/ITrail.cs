using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Grains.Ports;

/// <summary>The sellers' trails. Unique: (seller, position); storing a line again changes nothing.</summary>
public interface ITrail
{
    /// <summary>Stores a line; returns after it is durable.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Put(TrailEntry entry, CancellationToken cancellationToken);

    /// <summary>A seller's lines before a position, newest first.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<TrailEntry>> Read(
        SellerId seller,
        TrailFilter filter,
        long beforePosition,
        int limit,
        CancellationToken cancellationToken
    );
}
