using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Marketplace.Catalogue.Search;

/// <summary>
/// Facets and places of all visible plugins: selects, counts and sorts without reading the entries. 10,000 plugins take about 3 MB. Not
/// thread-safe.
/// </summary>
public sealed class CatalogueTable
{
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Facet, string Value), int> _codes = [];
    private readonly List<(int Facet, string Value)> _values = [];

    // Plugins that have a value: one that no plugin has any more is not counted for plugins of all markets either.
    private readonly List<int> _uses = [];

    /// <summary>Visible plugins.</summary>
    public int Count => _lines.Count;

    /// <summary>Adds or replaces a plugin; removes one that is no longer visible.</summary>
    public void Put(CatalogueEntry entry, PluginMeasures measures)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(measures);
        if (_lines.Remove(entry.Plugin.Value, out var before))
        {
            CountUses(before, -1);
        }

        if (entry.IsShown)
        {
            var line = LineOf(entry, measures);
            _lines.Add(line.Plugin, line);
            CountUses(line, 1);
        }
    }

    /// <summary>Selects the plugins of a query.</summary>
    /// <param name="query">Its text is not looked at.</param>
    /// <param name="matches">Where the text was found, by plugin; null for a query without text.</param>
    public CatalogueSelection Select(CatalogueQuery query, IReadOnlyDictionary<string, CatalogueMatch>? matches)
    {
        ArgumentNullException.ThrowIfNull(query);
        var wanted = CatalogueFacets.All.Select(facet => WantedOf(query, facet)).ToArray();
        var counts = new int[_values.Count];
        var places = new List<CataloguePlace>();
        foreach (var line in LinesOf(matches))
        {
            // The only facet whose filter the plugin does not meet; it counts for that facet's values alone.
            if (TryMiss(line, wanted, out var missed))
            {
                CountValues(line, missed, counts);
                if (missed < 0)
                {
                    places.Add(PlaceOf(line, query.Sort, matches));
                }
            }
        }

        places.Sort();
        var rest = query.After is { } after ? places.Where(place => place > after) : places;
        ImmutableArray<CataloguePlace> page = [.. rest.Take(query.Limit + 1)];
        return new CatalogueSelection([.. page.Take(query.Limit)], page.Length > query.Limit, places.Count, FacetCounts(counts));
    }

    private void CountUses(Line line, int change)
    {
        foreach (var code in line.Codes)
        {
            _uses[code] += change;
        }
    }

    private IEnumerable<Line> LinesOf(IReadOnlyDictionary<string, CatalogueMatch>? matches) =>
        matches is null ? _lines.Values : matches.Keys.Where(_lines.ContainsKey).Select(plugin => _lines[plugin]);

    /// <summary>The codes of a facet's filter; null without one.</summary>
    private int[]? WantedOf(CatalogueQuery query, string facet)
    {
        if (!query.Filters.TryGetValue(facet, out var values))
        {
            return null;
        }

        IEnumerable<string> all = facet == CatalogueFacets.Market ? values.Append(CatalogueFacets.AllMarkets) : values;
        return [.. all.Select(value => _codes.GetValueOrDefault((facet, value), -1))];
    }

    /// <returns>False if the filters of two facets or more are not met.</returns>
    private static bool TryMiss(Line line, int[]?[] wanted, out int missed)
    {
        missed = -1;
        for (var facet = 0; facet < wanted.Length; facet++)
        {
            if (wanted[facet] is { } codes && !line.Codes.AsSpan().ContainsAny(codes))
            {
                if (missed >= 0)
                {
                    return false;
                }

                missed = facet;
            }
        }

        return true;
    }

    private void CountValues(Line line, int onlyFacet, int[] counts)
    {
        foreach (var code in line.Codes)
        {
            if (onlyFacet < 0 || _values[code].Facet == onlyFacet)
            {
                counts[code]++;
            }
        }
    }

    private ImmutableArray<FacetCount> FacetCounts(int[] counts)
    {
        var everywhere = _codes.TryGetValue((CatalogueFacets.Market, CatalogueFacets.AllMarkets), out var code) ? counts[code] : 0;
        var market = CatalogueFacets.All.IndexOf(CatalogueFacets.Market);
        var counted = _values.Select(
            (value, index) =>
                (
                    value.Facet,
                    value.Value,
                    Count: _uses[index] == 0
                        ? 0
                        : counts[index] + (value.Facet == market && value.Value != CatalogueFacets.AllMarkets ? everywhere : 0)
                )
        );
        return
        [
            .. counted
                .Where(row => row.Count > 0)
                .OrderBy(row => row.Facet)
                .ThenByDescending(row => row.Count)
                .ThenBy(row => row.Value, StringComparer.Ordinal)
                .Select(row => new FacetCount(CatalogueFacets.All[row.Facet], row.Value, row.Count)),
        ];
    }

    private static CataloguePlace PlaceOf(Line line, CatalogueSort sort, IReadOnlyDictionary<string, CatalogueMatch>? matches)
    {
        var major = sort switch
        {
            CatalogueSort.Relevance => matches is null ? 0 : (long)matches[line.Plugin],
            CatalogueSort.Installs => 0,
            CatalogueSort.Price => line.Price,
            CatalogueSort.Newest => -line.ListedAt,
            CatalogueSort.Latency => line.P95,
            _ => throw new ArgumentOutOfRangeException(nameof(sort)),
        };
        return new CataloguePlace(major, -line.Installs, line.Plugin);
    }

    private Line LineOf(CatalogueEntry entry, PluginMeasures measures) =>
        new(
            entry.Plugin.Value,
            [.. CatalogueFacets.Of(entry, measures).Select(value => CodeOf(value.Facet, value.Value))],
            (long)(entry.PriceFrom * 1_000_000m),
            entry.ListedAt.ToUnixTimeMilliseconds(),
            measures.Installs,
            measures.Quality?.P95Ms ?? long.MaxValue
        );

    private int CodeOf(string facet, string value)
    {
        ref var code = ref CollectionsMarshal.GetValueRefOrAddDefault(_codes, (facet, value), out var known);
        if (!known)
        {
            code = _values.Count;
            _values.Add((CatalogueFacets.All.IndexOf(facet), value));
            _uses.Add(0);
        }

        return code;
    }

    private sealed record Line(string Plugin, ImmutableArray<int> Codes, long Price, long ListedAt, int Installs, long P95);
}

/// <summary>What a query selects.</summary>
/// <param name="Page">The plugins of the page, in order.</param>
/// <param name="HasMore">True if there is a next page.</param>
/// <param name="Total">All plugins of the query.</param>
/// <param name="Facets">Counts, by facet; the most frequent value first.</param>
public sealed record CatalogueSelection(ImmutableArray<CataloguePlace> Page, bool HasMore, int Total, ImmutableArray<FacetCount> Facets);
