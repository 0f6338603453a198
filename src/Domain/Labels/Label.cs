using Marketplace.Installations;

namespace Marketplace.Labels;

/// <summary>A parcel label: all of it but the address, which stays sealed in the feed and is opened anew for each printing.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Installation">Whose plugin made it.</param>
/// <param name="OrderId">Of the seller.</param>
/// <param name="Carrier">Code of one of <see cref="Carriers.All"/>.</param>
/// <param name="Service">One of its services.</param>
/// <param name="TrackingId">The waybill number that was written back to the order.</param>
/// <param name="WeightG">Grams; null if the plugin did not say.</param>
/// <param name="AddressSeq">Place in the feed of the event whose sealed part holds the address.</param>
/// <param name="EventId">The event that wrote the waybill back.</param>
/// <param name="EventSeq">Its place in the feed.</param>
[GenerateSerializer, Immutable, Alias("mp.label")]
public sealed record Label(
    [property: Id(0)] LabelId Id,
    [property: Id(1)] InstallationId Installation,
    [property: Id(2)] string OrderId,
    [property: Id(3)] string Carrier,
    [property: Id(4)] string Service,
    [property: Id(5)] string TrackingId,
    [property: Id(6)] int? WeightG,
    [property: Id(7)] long AddressSeq,
    [property: Id(8)] string EventId,
    [property: Id(9)] long EventSeq
)
{
    /// <summary>When it was made.</summary>
    [Id(10)]
    public DateTimeOffset At { get; init; }
}

/// <summary>The sealed part of the event that made an order.</summary>
/// <param name="Seq">The event's place in the feed.</param>
/// <param name="Bytes">What only the seller's seal opens; empty if nothing was sealed.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.sealed-part")]
public sealed record SealedPart([property: Id(0)] long Seq, [property: Id(1)] ReadOnlyMemory<byte> Bytes);
