using Marketplace.Events;
using Marketplace.Privacy;
using Marketplace.Sellers;

namespace Marketplace.Grains.Rounds;

/// <summary>For a host without keys: a round that has private data to seal ends.</summary>
internal sealed class NoPrivatePartSeal : IPrivatePartSeal
{
    public ValueTask<ReadOnlyMemory<byte>> Seal(SellerId seller, ParsedEvent item, CancellationToken cancellationToken) =>
        item.Private.IsEmpty
            ? ValueTask.FromResult(ReadOnlyMemory<byte>.Empty)
            : throw new InvalidOperationException("This host has no keys for buyers' private data.");
}
