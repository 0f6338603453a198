using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Marketplace.Privacy;

/// <summary>Findings against one plugin, for enforcement; logged. Key: <c>conduct/{plugin}</c>.</summary>
[GrainInterfaceType("conduct"), Alias("mp.grain.conduct")]
public interface IPrivacyFindingsGrain : IGrainWithStringKey
{
    /// <summary>Records a finding, unless one of the last hour covers it; returns after it is durable.</summary>
    /// <returns>True if a fact was appended.</returns>
    /// <exception cref="StoreUnavailableException">The record is unconfirmed.</exception>
    [Alias("note")]
    Task<bool> Record(PrivateDataFound found, CancellationToken cancellationToken);

    /// <summary>The last findings, newest first.</summary>
    /// <param name="kind">Restricts the kind; null for all.</param>
    /// <param name="limit">Maximum findings.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    [Alias("read"), ReadOnly]
    Task<PrivacyReport> Read(string? kind, int limit, CancellationToken cancellationToken);
}

/// <summary>The findings against a plugin.</summary>
/// <param name="Findings">Newest first.</param>
/// <param name="Counts">By kind, over all time.</param>
[GenerateSerializer, Immutable, Alias("mp.conduct.report")]
public sealed record PrivacyReport(
    [property: Id(0)] ImmutableArray<PrivacyFinding> Findings,
    [property: Id(1)] ImmutableSortedDictionary<string, long> Counts
);
