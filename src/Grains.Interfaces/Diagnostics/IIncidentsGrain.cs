using System.Collections.Immutable;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Diagnostics;

/// <summary>Declared incidents of the platform; logged. Key: <see cref="GrainKey"/>.</summary>
[GrainInterfaceType("incidents"), Alias("mp.grain.incidents")]
public interface IIncidentsGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string GrainKey = "incidents/all";

    /// <summary>
    /// Decides a command and appends its fact; returns after it is durable. A repeat of the operation id changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("execute")]
    Task<Outcome<Incident>> Execute(IncidentCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>All listed incidents, newest first.</summary>
    [Alias("list"), ReadOnly]
    Task<ImmutableArray<Incident>> List(CancellationToken cancellationToken);

    /// <summary>The open incidents. Interleaves, because every diagnosis calls it.</summary>
    [Alias("open"), AlwaysInterleave]
    Task<ImmutableArray<Incident>> GetOpen(CancellationToken cancellationToken);
}
