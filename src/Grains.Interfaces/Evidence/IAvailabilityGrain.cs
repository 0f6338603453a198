using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Marketplace.Evidence;

/// <summary>
/// Knows when the platform itself did not run, so that nobody else is blamed for it; snapshot. Key: <see cref="GrainKey"/>.
/// </summary>
[GrainInterfaceType("availability")]
public interface IAvailabilityGrain : IGrainWithStringKey
{
    /// <summary>The only one there is.</summary>
    const string GrainKey = "availability/all";

    /// <summary>
    /// The platform runs and its stores take writes. Told every few seconds by each silo; a gap between two of these is an outage.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It could not be written down: the outage goes on.</exception>
    [Alias("note-running")]
    Task NoteRunning();

    /// <summary>The outages that reach beyond an instant, oldest first.</summary>
    [Alias("list"), AlwaysInterleave]
    Task<ImmutableArray<EvidenceOutage>> List(DateTimeOffset from);
}
