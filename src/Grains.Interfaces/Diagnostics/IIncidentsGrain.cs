using System.Collections.Immutable;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Diagnostics;

/// <summary>What is known to be broken on the platform; logged. Key: <see cref="GrainKey"/>.</summary>
[GrainInterfaceType("incidents")]
public interface IIncidentsGrain : IGrainWithStringKey
{
    /// <summary>The one key.</summary>
    const string GrainKey = "incidents/all";

    /// <summary>Decides a command, appends its fact and answers when it is durable. A repeat of the operation id changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">Nothing was changed as far as is known; repeat with the same operation id.</exception>
    [Alias("execute")]
    Task<Outcome<Incident>> Execute(IncidentCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>All that are listed, newest first.</summary>
    [Alias("list"), ReadOnly]
    Task<ImmutableArray<Incident>> List(CancellationToken cancellationToken);

    /// <summary>Those that are open. Interleaves, because every diagnosis asks.</summary>
    [Alias("open"), AlwaysInterleave]
    Task<ImmutableArray<Incident>> GetOpen(CancellationToken cancellationToken);
}
