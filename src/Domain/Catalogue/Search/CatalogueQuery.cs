using System.Collections.Immutable;

namespace Marketplace.Catalogue.Search;

/// <summary>What is asked of the catalogue.</summary>
/// <param name="Text">Words that the plugin must have, all of them; null for all plugins.</param>
/// <param name="Filters">By facet, the values of which a plugin must have any one; facets without values are left out.</param>
/// <param name="Sort">The order.</param>
/// <param name="After">The last plugin of the page before; null for the first page.</param>
/// <param name="Limit">Plugins of a page, 1–100.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.query")]
public sealed record CatalogueQuery(
    [property: Id(0)] string? Text,
    [property: Id(1)] ImmutableSortedDictionary<string, ImmutableArray<string>> Filters,
    [property: Id(2)] CatalogueSort Sort,
    [property: Id(3)] CataloguePlace? After,
    [property: Id(4)] int Limit
)
{
    /// <summary>
    /// The revision that the caller has an answer of; 0 for none. While it is the catalogue's, nothing is searched: the page is empty.
    /// </summary>
    [Id(5)]
    public long Known { get; init; }
}

/// <summary>Orders of the catalogue. Plugins that are equal follow by their installations, the most first, then by id.</summary>
public enum CatalogueSort
{
    /// <summary>Words in the name first, then in the summary, then elsewhere; without words as <see cref="Installs"/>.</summary>
    Relevance,

    /// <summary>The most installations first.</summary>
    Installs,

    /// <summary>The cheapest call first.</summary>
    Price,

    /// <summary>The last listed first.</summary>
    Newest,

    /// <summary>The shortest p95 of webhook answers first; those without a measurement last.</summary>
    Latency,
}

/// <summary>The place of a plugin in an order, which holds when plugins are added or removed before it.</summary>
/// <param name="Major">By what the order is named after; ascending.</param>
/// <param name="Minor">Negative number of installations.</param>
/// <param name="Plugin">The plugin.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.place")]
public readonly record struct CataloguePlace([property: Id(0)] long Major, [property: Id(1)] long Minor, [property: Id(2)] string Plugin)
    : IComparable<CataloguePlace>
{
    public int CompareTo(CataloguePlace other) =>
        (Major.CompareTo(other.Major), Minor.CompareTo(other.Minor)) switch
        {
            (0, 0) => string.CompareOrdinal(Plugin, other.Plugin),
            (0, var minor) => minor,
            (var major, _) => major,
        };

    public static bool operator <(CataloguePlace left, CataloguePlace right) => left.CompareTo(right) < 0;

    public static bool operator >(CataloguePlace left, CataloguePlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(CataloguePlace left, CataloguePlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(CataloguePlace left, CataloguePlace right) => left.CompareTo(right) >= 0;
}

/// <summary>How many of the plugins in question have a value of a facet.</summary>
/// <param name="Facet">One of <see cref="CatalogueFacets.All"/>.</param>
/// <param name="Value">The value.</param>
/// <param name="Count">
/// How many plugins there would be if this were the facet's only filter: the words and the filters of the other facets hold.
/// </param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.facet-count")]
public readonly record struct FacetCount([property: Id(0)] string Facet, [property: Id(1)] string Value, [property: Id(2)] int Count);

/// <summary>Where a plugin has all the words of a query.</summary>
public enum CatalogueMatch
{
    /// <summary>In its name.</summary>
    Name,

    /// <summary>In name and summary.</summary>
    Summary,

    /// <summary>In all that is said of it.</summary>
    Text,
}
