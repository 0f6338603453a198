using System.Collections.Immutable;
using Marketplace.Journal;
using Orleans.Concurrency;

namespace Marketplace.Catalogue;

/// <summary>
/// The list of all plugins; volatile: read from the journal when it starts, then told by the stream <c>audit-operators</c>. What was
/// registered is in it within moments. Key: <c>plugins/all</c>.
/// </summary>
[GrainInterfaceType("plugins")]
public interface IPluginsGrain : IGrainWithStringKey
{
    /// <summary>All plugins, certified or not, by id.</summary>
    [Alias("list"), AlwaysInterleave]
    Task<ImmutableArray<PluginStanding>> List(CancellationToken cancellationToken);

    /// <summary>Takes a fact of a plugin over; one that is known changes nothing.</summary>
    [Alias("note")]
    Task Note(JournalFact fact);
}
