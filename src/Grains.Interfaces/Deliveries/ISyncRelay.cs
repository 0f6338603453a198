namespace Marketplace.Deliveries;

/// <summary>
/// Wakes the deliveries of one seller's plugins when the seller's feed has grown; volatile: a subscriber of the stream
/// <see cref="Journal.Streams.Sync"/>. Key: <c>seller/{seller}</c>.
/// </summary>
[GrainInterfaceType("sync-relay"), Alias("mp.grain.sync-relay")]
public interface ISyncRelay : IGrainWithStringKey
{
    /// <summary>The grain type, and the subscriber's name in dead letters.</summary>
    const string Name = "sync-relay";

    /// <summary>Wakes all of them for the feed's last position, making up for lost wake-ups. Throws if one cannot be woken now.</summary>
    [Alias("catch-up")]
    Task CatchUp(CancellationToken cancellationToken);
}
