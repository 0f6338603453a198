using Marketplace.Events;
using Marketplace.Sellers;

namespace Marketplace.Privacy;

/// <summary>Seals a buyer's private fields on their way into a feed (R23). Provided by the host.</summary>
public interface IPrivatePartSeal
{
    /// <summary>The sealed part of an event, with the buyer's mark if it creates an order; empty if nothing is private.</summary>
    /// <exception cref="StoreUnavailableException">The secret for marks is unavailable now.</exception>
    ValueTask<ReadOnlyMemory<byte>> Seal(SellerId seller, ParsedEvent item, CancellationToken cancellationToken);
}
