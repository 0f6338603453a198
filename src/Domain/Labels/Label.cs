using Marketplace.Installations;

namespace Marketplace.Labels;

/// <summary>A parcel label without the address, which stays sealed in the feed and is decrypted again for each printing.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Installation">The installation that made it.</param>
/// <param name="OrderId">The seller's order.</param>
/// <param name="Carrier">Code of one of <see cref="Carriers.All"/>.</param>
/// <param name="Service">One of its services.</param>
/// <param name="TrackingId">The waybill number written back to the order.</param>
/// <param name="WeightG">Grams; null if not given.</param>
/// <param name="AddressSeq">Feed position of the event with the sealed address.</param>
/// <param name="EventId">The event that recorded the waybill.</param>
/// <param name="EventSeq">Its position in the feed.</param>
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

/// <summary>The sealed part of the event that created an order.</summary>
/// <param name="Seq">The event's position in the feed.</param>
/// <param name="Bytes">Can only be decrypted with the seller's key; empty if nothing was sealed.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.sealed-part")]
public sealed record SealedPart([property: Id(0)] long Seq, [property: Id(1)] ReadOnlyMemory<byte> Bytes);
