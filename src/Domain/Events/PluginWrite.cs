using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Orders;

namespace Marketplace.Events;

/// <summary>A plugin's write to the seller's feed.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.write")]
public abstract record PluginWrite
{
    private PluginWrite() { }

    /// <summary>Marks an order as abnormal (R27).</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.write.flag")]
    public sealed record FlagOrder([property: Id(0)] string OrderId, [property: Id(1)] string Kind, [property: Id(2)] string? Note)
        : PluginWrite;

    /// <summary>Splits an order into parcels (R27).</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.write.split")]
    public sealed record SplitOrder([property: Id(0)] string OrderId, [property: Id(1)] ImmutableArray<Parcel> Parcels) : PluginWrite;

    /// <summary>Ships orders of one buyer together (R27).</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.write.merge")]
    public sealed record MergeOrders([property: Id(0)] string OrderId, [property: Id(1)] ImmutableArray<string> With) : PluginWrite;

    /// <summary>Undoes a merge: each order of the shipment ships by itself again (R27).</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.write.unmerge")]
    public sealed record UnmergeOrders([property: Id(0)] string OrderId) : PluginWrite;

    /// <summary>Writes back a waybill number (R29).</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.write.track")]
    public sealed record TrackOrder(
        [property: Id(0)] string OrderId,
        [property: Id(1)] string TrackingId,
        [property: Id(2)] string? Carrier
    ) : PluginWrite;

    /// <summary>Changes listing fields; null leaves a field unchanged, attributes are set individually.</summary>
    [GenerateSerializer, Immutable, Alias("mp.sync.write.patch")]
    public sealed record PatchProduct(
        [property: Id(0)] string ProductId,
        [property: Id(1)] string? Title,
        [property: Id(2)] decimal? Price,
        [property: Id(3)] string? Category,
        [property: Id(4)] ImmutableSortedDictionary<string, string>? Attributes
    ) : PluginWrite;
}

/// <summary>A plugin's write with its author and context.</summary>
/// <param name="Installation">The installation it is made for.</param>
/// <param name="EventId">Identifies the write: a repeat gets the first answer and writes nothing.</param>
/// <param name="VisibleFrom">The sync window's bound on order creation; null for all (R59).</param>
/// <param name="Write">The write.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.write-command")]
public sealed record WriteCommand(
    [property: Id(0)] InstallationId Installation,
    [property: Id(1)] string EventId,
    [property: Id(2)] DateTimeOffset? VisibleFrom,
    [property: Id(3)] PluginWrite Write
)
{
    /// <summary>The event's source. Includes the seller, because ids are chosen by the plugin and may repeat across sellers.</summary>
    public string Source => $"{EventParser.PluginSourcePrefix}{Installation.Plugin}:{Installation.Seller}";

    /// <summary>Order or product id.</summary>
    public string Subject =>
        Write switch
        {
            PluginWrite.FlagOrder flag => flag.OrderId,
            PluginWrite.SplitOrder split => split.OrderId,
            PluginWrite.MergeOrders merge => merge.OrderId,
            PluginWrite.UnmergeOrders unmerge => unmerge.OrderId,
            PluginWrite.TrackOrder track => track.OrderId,
            PluginWrite.PatchProduct patch => patch.ProductId,
            _ => throw new InvalidOperationException(),
        };
}

/// <summary>The result of a write.</summary>
/// <param name="EventId">The event that records it; an earlier one if the fact was already recorded.</param>
/// <param name="Seq">The event's position.</param>
/// <param name="Order">The order after the write; null for a product's write.</param>
/// <param name="Product">The product after the write; null for an order's write.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.write-receipt")]
public sealed record WriteReceipt(
    [property: Id(0)] string EventId,
    [property: Id(1)] long Seq,
    [property: Id(2)] OrderView? Order,
    [property: Id(3)] ProductView? Product
);
