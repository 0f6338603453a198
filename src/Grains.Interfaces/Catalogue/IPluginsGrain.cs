using System.Collections.Immutable;
using Marketplace.Journal;
using Orleans.Concurrency;

namespace Marketplace.Catalogue;

/// <summary>
/// The list of all plugins; volatile: read from the journal at start, then updated by the stream <c>audit-operators</c>. A registration is
/// included within moments. Key: <c>plugins/all</c>.
/// </summary>
[GrainInterfaceType("plugins"), Alias("mp.grain.plugins")]
public interface IPluginsGrain : IGrainWithStringKey
{
    /// <summary>All plugins, certified or not, by id.</summary>
    [Alias("list"), AlwaysInterleave]
    Task<ImmutableArray<PluginStatus>> List(CancellationToken cancellationToken);

    /// <summary>Folds a fact of a plugin; idempotent.</summary>
    [Alias("note")]
    Task Apply(JournalFact fact);
}
