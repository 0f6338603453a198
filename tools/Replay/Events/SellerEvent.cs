using System.Globalization;
using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Events;

/// <summary>One event of one seller before serialization. <see cref="Rank"/> orders events of the same instant.</summary>
internal abstract record SellerEvent(DateTimeOffset At, int Rank, string Type, string Subject)
{
    /// <summary>Identical in every run; with the dataset's source it makes a second sending a duplicate.</summary>
    public virtual string IdWithin(string seller) => $"{seller}/{Type}/{Subject}";

    internal sealed record ProductUpdated(Product Product) : SellerEvent(Product.UpdatedAt, 0, "product.updated", Product.Id);

    internal sealed record OrderCreated(Order Order) : SellerEvent(Order.Times.Created, 1, "order.created", Order.Id);

    internal sealed record OrderStep(Order Order, string Step, DateTimeOffset Instant, int StepRank)
        : SellerEvent(Instant, StepRank, $"order.{Step}", Order.Id);

    internal sealed record Tracked(Order Order, TrackPoint Point, int Number)
        : SellerEvent(Point.At, 4, "logistics.track.updated", Order.Waybill!.TrackingId)
    {
        public override string IdWithin(string seller) => string.Create(CultureInfo.InvariantCulture, $"{base.IdWithin(seller)}/{Number}");
    }
}
