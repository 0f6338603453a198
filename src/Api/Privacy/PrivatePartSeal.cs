using Marketplace.Events;
using Marketplace.Orders;
using Marketplace.Privacy;
using Marketplace.Sellers;

namespace Marketplace.Api.Privacy;

/// <summary>Seals what the intake and sandbox rounds put into feeds, with the buyer's mark for orders.</summary>
internal sealed class PrivatePartSeal(IBuyerSeal seal, BuyerMarks marks) : IPrivatePartSeal
{
    public async ValueTask<ReadOnlyMemory<byte>> Seal(SellerId seller, ParsedEvent item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        var part = seal.Seal(seller, item.Private);
        var mark = item.Envelope.Type == EventTypes.OrderCreated ? await marks.Of(seller, item.Private, cancellationToken) : null;
        return mark is { } known ? SealedBuyerPart.With(known, part) : part;
    }
}
