using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Marketplace.Journal;

/// <summary>
/// Sellers' trails; snapshot: a separate table, filled from the audit stream. Key: <c>seller/{seller}</c> to read one, as a subscriber the
/// stream's. An answered command appears within moments, not at once.
/// </summary>
[GrainInterfaceType("trail"), Alias("mp.grain.trail")]
public interface ITrailGrain : IAuditSubscriber
{
    /// <summary>Lines before a position, newest first.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("read"), AlwaysInterleave]
    Task<ImmutableArray<TrailEntry>> Read(TrailFilter filter, long beforePosition, int limit, CancellationToken cancellationToken);
}
