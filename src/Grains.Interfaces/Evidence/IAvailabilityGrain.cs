using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Marketplace.Evidence;

/// <summary>
/// Records outages of the platform itself, so that no other party is blamed for them; snapshot. Key: <see cref="GrainKey"/>.
/// </summary>
[GrainInterfaceType("availability"), Alias("mp.grain.availability")]
public interface IAvailabilityGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string GrainKey = "availability/all";

    /// <summary>
    /// Records that the platform is running and its stores accept writes. Called every few seconds by each silo; a gap between two calls is
    /// an outage.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It could not be stored: the outage continues.</exception>
    [Alias("note-running")]
    Task RecordRunning();

    /// <summary>The outages that end after an instant, oldest first.</summary>
    [Alias("list"), AlwaysInterleave]
    Task<ImmutableArray<EvidenceOutage>> List(DateTimeOffset from);
}
