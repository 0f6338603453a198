using System.Collections.Immutable;
using Marketplace.Catalogue.Search;
using Marketplace.Journal;
using Orleans.Concurrency;

namespace Marketplace.Catalogue;

/// <summary>
/// Searches the catalogue; volatile: each silo keeps facets and places of all plugins in memory, at most
/// <see cref="FreshnessMs"/> older than the store. Key: <c>catalogue/all</c>.
/// </summary>
[GrainInterfaceType("catalogue"), Alias("mp.grain.catalogue")]
public interface ICatalogueGrain : IGrainWithStringKey
{
    /// <summary>How long an answer may be given without a look at the store, in milliseconds.</summary>
    const int FreshnessMs = 250;

    /// <summary>The plugins of a query, with counts of all facets.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    // Only waits for the store interleave; the table in memory is read and written between them.
    [Alias("search"), AlwaysInterleave]
    Task<CataloguePage> Search(CatalogueQuery query, CancellationToken cancellationToken);

    /// <summary>A visible plugin; null for an unknown or hidden one.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("get"), AlwaysInterleave]
    Task<CatalogueItem?> Get(PluginId plugin, CancellationToken cancellationToken);
}

/// <summary>
/// Writes the catalogue's rows from plugins' facts, alone of all silos; snapshot: the rows. Made again from the journal when they are
/// missing or of an earlier format. Key: <c>catalogue-projection/all</c>.
/// </summary>
[GrainInterfaceType("catalogue-projection"), Alias("mp.grain.catalogue-projection")]
public interface ICatalogueProjectionGrain : IGrainWithStringKey
{
    /// <summary>Folds a fact of a plugin into its row; idempotent.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    [Alias("apply")]
    Task Apply(JournalFact fact, CancellationToken cancellationToken);

    /// <summary>Returns when the rows have what the journal had at the call; at once if they were never missing.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("ensure-built")]
    Task EnsureBuilt(CancellationToken cancellationToken);
}

/// <summary>One plugin of the catalogue.</summary>
/// <param name="Entry">What it says of itself.</param>
/// <param name="Measures">What the platform has measured.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.item")]
public sealed record CatalogueItem([property: Id(0)] CatalogueEntry Entry, [property: Id(1)] PluginMeasures Measures);

/// <summary>A page of the catalogue.</summary>
/// <param name="Items">In the query's order.</param>
/// <param name="Next">The place of the last one; null if there is no next page.</param>
/// <param name="Total">Plugins of all pages.</param>
/// <param name="Facets">Counts, by facet; the most frequent value first.</param>
/// <param name="Revision">Grows with every change of the catalogue.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.page")]
public sealed record CataloguePage(
    [property: Id(0)] ImmutableArray<CatalogueItem> Items,
    [property: Id(1)] CataloguePlace? Next,
    [property: Id(2)] int Total,
    [property: Id(3)] ImmutableArray<FacetCount> Facets,
    [property: Id(4)] long Revision
);
