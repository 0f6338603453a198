using System.Collections.Immutable;
using CsCheck;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Catalogue;

/// <summary>Selections of the catalogue's table against counting by hand.</summary>
public sealed class CatalogueTableProperties
{
    private static readonly DateTimeOffset At = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<CatalogueItem> AnyItem = Gen.Select(
            Gen.Int[0, 40],
            Gen.Enum<PluginCategory>(),
            Some("order", "logistics", "erp"),
            Some("BR", "DE", "US"),
            Some("epr-de", "anvisa"),
            Gen.Bool,
            Gen.Int[0, 3],
            Gen.Int[0, 200]
        )
        .Select(
            (id, category, services, markets, regimes, visible, installs, latency) =>
                Item($"p-{id}", category, services, markets, regimes, visible, installs, latency)
        );

    private static readonly Gen<CatalogueQuery> AnyQuery = Gen.Select(
            Filter(CatalogueFacets.Category, "logistics", "data-dashboard"),
            Filter(CatalogueFacets.Service, "order", "erp", "unknown"),
            Filter(CatalogueFacets.Market, "BR", "DE"),
            Filter(CatalogueFacets.Regime, "anvisa"),
            Gen.Enum<CatalogueSort>(),
            Gen.Int[1, 10]
        )
        .Select(
            (category, service, market, regime, sort, limit) =>
                new CatalogueQuery(
                    null,
                    new[] { category, service, market, regime }
                        .Where(filter => filter.Values is not [])
                        .ToImmutableSortedDictionary(filter => filter.Facet, filter => filter.Values),
                    sort,
                    null,
                    limit
                )
        );

    [Fact]
    public void Every_count_is_what_counting_by_hand_gives() =>
        Gen.Select(AnyItem.List[0, 60], AnyQuery)
            .Sample(
                (items, query) =>
                {
                    var selection = TableOf(items).Select(query, null);
                    var visible = Last(items).Where(item => item.Entry.Visible).ToArray();

                    Assert.Equal(visible.Count(item => Meets(item, query.Filters)), selection.Total);
                    var values = visible
                        .SelectMany(item => CatalogueFacets.Of(item.Entry, item.Measures))
                        .Distinct()
                        .Select(value => (value, CountOf(visible, query, value)))
                        .Where(row => row.Item2 > 0);
                    Assert.Equal(
                        values.Select(row => new FacetCount(row.value.Facet, row.value.Value, row.Item2)).ToHashSet(),
                        selection.Facets.ToHashSet()
                    );
                },
                iter: 1_000
            );

    [Fact]
    public void Pages_bring_every_plugin_once_in_order_whatever_the_page_size() =>
        Gen.Select(AnyItem.List[0, 60], AnyQuery)
            .Sample(
                (items, query) =>
                {
                    var table = TableOf(items);
                    var whole = table.Select(query with { Limit = 100 }, null).Page;
                    var paged = new List<CataloguePlace>();
                    CataloguePlace? after = null;
                    bool more;
                    do
                    {
                        var selection = table.Select(query with { After = after }, null);
                        paged.AddRange(selection.Page);
                        (after, more) = (selection.Page is [.., var last] ? last : after, selection.HasMore);
                    } while (more);

                    Assert.Equal(whole, paged);
                    Assert.Equal(whole.Order(), whole);
                },
                iter: 1_000
            );

    [Fact]
    public void A_plugin_that_is_listed_while_one_reads_moves_no_other()
    {
        var table = TableOf([.. Enumerable.Range(0, 6).Select(number => Item($"p-{number}", installs: 6 - number))]);
        var query = new CatalogueQuery(null, Filters(), CatalogueSort.Installs, null, 3);
        var first = table.Select(query, null);
        var added = Item("p-9", installs: 9);
        table.Put(added.Entry, added.Measures);
        var second = table.Select(query with { After = first.Page[^1] }, null);

        Assert.Equal(["p-3", "p-4", "p-5"], second.Page.Select(place => place.Plugin));
    }

    [Fact]
    public void Words_in_the_name_come_before_words_elsewhere()
    {
        var table = TableOf([Item("a", installs: 9), Item("b", installs: 1), Item("c", installs: 2), Item("d")]);
        var matches = new Dictionary<string, CatalogueMatch>
        {
            ["a"] = CatalogueMatch.Text,
            ["b"] = CatalogueMatch.Name,
            ["c"] = CatalogueMatch.Name,
            ["gone"] = CatalogueMatch.Name,
        };
        var selection = table.Select(new CatalogueQuery("x", Filters(), CatalogueSort.Relevance, null, 9), matches);

        Assert.Equal(["c", "b", "a"], selection.Page.Select(place => place.Plugin));
        Assert.Equal(3, selection.Total);
    }

    private static Gen<ImmutableArray<string>> Some(params string[] values) =>
        Gen.Int[0, (1 << values.Length) - 1].Select(bits => values.Where((_, index) => (bits & (1 << index)) != 0).ToImmutableArray());

    private static Gen<(string Facet, ImmutableArray<string> Values)> Filter(string facet, params string[] values) =>
        Some(values).Select(some => (facet, some));

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> Filters() =>
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    private static int CountOf(CatalogueItem[] items, CatalogueQuery query, (string Facet, string Value) value) =>
        items.Count(item => Meets(item, query.Filters.SetItem(value.Facet, [value.Value])));

    private static bool Meets(CatalogueItem item, ImmutableSortedDictionary<string, ImmutableArray<string>> filters)
    {
        var has = CatalogueFacets.Of(item.Entry, item.Measures).ToArray();
        return filters.All(filter =>
            has.Any(value => value.Facet == filter.Key && (filter.Value.Contains(value.Value) || value.Value == CatalogueFacets.AllMarkets))
        );
    }

    private static IEnumerable<CatalogueItem> Last(List<CatalogueItem> items) =>
        items.GroupBy(item => item.Entry.Plugin).Select(same => same.Last());

    private static CatalogueTable TableOf(List<CatalogueItem> items)
    {
        var table = new CatalogueTable();
        foreach (var item in items)
        {
            table.Put(item.Entry, item.Measures);
        }

        return table;
    }

    private static CatalogueItem Item(
        string id,
        PluginCategory category = PluginCategory.Logistics,
        ImmutableArray<string>? services = null,
        ImmutableArray<string>? markets = null,
        ImmutableArray<string>? regimes = null,
        bool visible = true,
        int installs = 0,
        int latency = 0
    )
    {
        var text = BilingualText.Same(id);
        var entry = new CatalogueEntry(
            PluginId.Parse(id, null),
            visible,
            category,
            new PluginListing(text, text, text, null)
            {
                Services = services ?? [],
                Markets = markets ?? [],
                Regimes = regimes ?? [],
            },
            PluginManifest.Undeclared,
            PriceBook.Standard,
            DataRegion.Parse("cn"),
            At.AddMinutes(latency),
            At
        );
        var quality = latency == 0 ? null : new PluginQuality(30, 200, latency, latency, latency, latency, 1);
        return new CatalogueItem(entry, new PluginMeasures(At, installs, quality));
    }

    private sealed record CatalogueItem(CatalogueEntry Entry, PluginMeasures Measures);
}
