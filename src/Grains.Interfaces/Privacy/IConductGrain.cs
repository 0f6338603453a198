using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Marketplace.Privacy;

/// <summary>What was found against one plugin, for enforcement; logged. Key: <c>conduct/{plugin}</c>.</summary>
[GrainInterfaceType("conduct")]
public interface IConductGrain : IGrainWithStringKey
{
    /// <summary>Notes a finding, unless one of the last hour stands for it; returns after it is durable.</summary>
    /// <returns>True if a fact was appended.</returns>
    /// <exception cref="StoreUnavailableException">It is not known to be noted.</exception>
    [Alias("note")]
    Task<bool> Note(PrivateDataFound found, CancellationToken cancellationToken);

    /// <summary>The last findings, newest first.</summary>
    /// <param name="kind">Of that kind only; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("read"), ReadOnly]
    Task<ConductReport> Read(string? kind, int limit, CancellationToken cancellationToken);
}

/// <summary>What was found against a plugin.</summary>
/// <param name="Findings">Newest first.</param>
/// <param name="Counts">By kind, over all time.</param>
[GenerateSerializer, Immutable, Alias("mp.conduct.report")]
public sealed record ConductReport(
    [property: Id(0)] ImmutableArray<ConductFinding> Findings,
    [property: Id(1)] ImmutableSortedDictionary<string, long> Counts
);
