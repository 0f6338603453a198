using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Grains.Catalogue;
using Marketplace.Grains.Ports;
using Marketplace.Silo.Demo;
using Marketplace.Silo.Demo.Market;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class CatalogueSearchOnSqlite() : CatalogueSearchContract(Database.Sqlite);

public sealed class CatalogueSearchOnPostgreSql() : CatalogueSearchContract(Database.PostgreSql);

public sealed class CatalogueSearchInMemory() : CatalogueSearchContract(Database.Memory);

/// <summary>What sellers type, and what they must find among the demo's 187 plugins; the same on every store.</summary>
public abstract class CatalogueSearchContract(Database database) : StoreTest(database)
{
    private static readonly PluginProfile[] Plugins = [.. DemoCatalogue.Plugins, .. DemoMarket.Plugins];

    /// <summary>The words; the kinds of plugins of which all must be found; one of which none may be.</summary>
    private static readonly (string Words, string[] Found, string NotFound)[] Queries =
    [
        ("订单", ["order-check", "order-merge", "order-pilot"], "anvisa-check"),
        ("面单", ["label-press", "label-printer"], "sales-lens"),
        ("翻译", ["es-translator", "fr-translator", "multi-lingo", "lingua"], "freight-audit"),
        ("西班牙语", ["es-translator", "lingua", "latam-line"], "ru-express"),
        ("旺店通", ["wdt-bridge"], "jst-bridge"),
        ("聚水潭", ["jst-bridge"], "wdt-bridge"),
        ("店匠", ["shoplazza-bridge"], "wdt-bridge"),
        ("合单", ["order-merge"], "order-split"),
        ("拆单", ["order-split"], "fraud-guard"),
        ("防欺诈", ["fraud-guard"], "address-check"),
        ("退货", ["returns-desk", "size-chart"], "rate-scout"),
        ("海外仓", ["overseas-depot", "warehouse-router"], "label-press"),
        ("报关", ["customs-paper"], "pickup-planner"),
        ("巴西", ["anvisa-check", "latam-line", "address-check"], "ru-express"),
        ("ANVISA", ["anvisa-check"], "rostest-guide"),
        ("EPR", ["epr-filing", "epr-helper"], "vat-keeper"),
        ("ｅｐｒ　德国", ["epr-filing", "epr-helper"], "vat-keeper"),
        ("运费 比价", ["rate-scout"], "cold-chain"),
        ("库存", ["stock-radar", "jst-bridge", "order-split"], "fr-translator"),
        ("大促", ["peak-queue", "promo-war-room", "peak-dashboard"], "vat-keeper"),
        ("温", ["cold-chain"], "freight-audit"),
        ("俄罗斯 认证", ["rostest-guide"], "ru-express"),
        ("label", ["label-press", "label-printer"], "sales-lens"),
        ("printing labels", ["label-press", "label-printer"], "customs-paper"),
        ("French translations", ["fr-translator", "lingua"], "rostest-guide"),
        ("translate", ["es-translator", "fr-translator"], "epr-filing"),
        ("customs declaration", ["customs-paper"], "rate-scout"),
        ("merging the orders", ["order-merge", "order-pilot"], "cold-chain"),
        ("FRAUD", ["fraud-guard"], "invoice-maker"),
        ("warehouses", ["warehouse-router", "overseas-depot"], "es-translator"),
        ("Wangdiantong sync", ["wdt-bridge"], "jst-bridge"),
        ("carrier's rates", ["rate-scout", "label-printer"], "gift-rules"),
        ("vat", ["vat-keeper", "invoice-maker"], "peak-queue"),
        ("profit", ["profit-board"], "stock-radar"),
    ];

    private ICatalogueIndex Index => Store.Services.GetRequiredService<ICatalogueIndex>();

    [Fact]
    public void The_demo_has_187_plugins_in_the_shares_of_the_four_categories()
    {
        Assert.Equal(187, Plugins.Select(plugin => plugin.Id).Distinct().Count());
        Assert.Equal(
            [77, 54, 34, 22],
            Enum.GetValues<PluginCategory>().Select(category => Plugins.Count(plugin => plugin.Category == category))
        );
        Assert.Equal(5, Plugins.SelectMany(plugin => plugin.Listing!.Services).Distinct().Count());
        Assert.All(Plugins, plugin => Assert.NotEmpty(plugin.Listing!.Summary.En));
    }

    [Fact]
    public async Task Every_query_finds_what_it_must_and_not_what_it_must_not()
    {
        await PutAll();
        foreach (var (words, kinds, other) in Queries)
        {
            var found = (await Index.Find(SearchWords.OfQuery(words), Token)).Keys.ToHashSet();

            Assert.All(kinds, kind => Assert.True(Of(kind).Any() && Of(kind).All(found.Contains), $"{words} does not find {kind}"));
            Assert.True(Of(other).Any() && !Of(other).Any(found.Contains), $"{words} finds {other}");
        }
    }

    [Fact]
    public void Punctuation_and_common_words_are_no_words() => Assert.Empty(SearchWords.OfQuery("、。 the of !"));

    private static IEnumerable<string> Of(string kind) =>
        Plugins.Select(plugin => plugin.Id.Value).Where(id => id == kind || id.EndsWith("-" + kind, StringComparison.Ordinal));

    private async Task PutAll()
    {
        foreach (var some in Plugins.Select(plugin => CatalogueEntry.Of(plugin, default, default)).Chunk(50))
        {
            await Index.Put([.. some.Select(entry => new NewCatalogueEntry(entry, 1, SearchWords.Of(entry)))], Token);
        }
    }
}
