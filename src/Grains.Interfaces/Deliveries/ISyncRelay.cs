namespace Marketplace.Deliveries;

/// <summary>
/// Wakes the deliveries of sellers' plugins when their feeds have grown; volatile: a subscriber of the stream
/// <see cref="Journal.Streams.Sync"/>. Key: the stream's, or <c>seller/{seller}</c> to make up for lost wake-ups of one seller.
/// </summary>
[GrainInterfaceType("sync-relay"), Alias("mp.grain.sync-relay")]
public interface ISyncRelay : IGrainWithStringKey
{
    /// <summary>The grain type, and the subscriber's name in dead letters.</summary>
    const string Name = "sync-relay";

    /// <summary>Wakes all of the seller's for the feed's last position. Throws if one cannot be woken now.</summary>
    [Alias("catch-up")]
    Task CatchUp(CancellationToken cancellationToken);
}
