using System.Collections.Immutable;
using System.Diagnostics;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Cluster.Tests.Journal;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Cluster.Tests.Catalogue;

/// <summary>The catalogue's rows follow the plugins' facts, over a real embedded store.</summary>
public sealed class CatalogueGrainTests(SubscriberCluster cluster) : IClassFixture<SubscriberCluster>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ICatalogueGrain Catalogue => cluster.Grains.GetGrain<ICatalogueGrain>(GrainKeys.Catalogue());

    [Fact]
    public async Task A_registered_plugin_is_found_a_changed_one_is_shown_as_changed_and_an_uncertified_one_is_gone()
    {
        await Register("quince-press", "木瓜打印");
        await Until(async () => await Find("木瓜") is ["quince-press"]);
        await Register("quince-press", "榅桲打印");
        await Until(async () => await Find("榅桲") is ["quince-press"] && await Find("木瓜") is []);
        Assert.Equal("榅桲打印", (await Catalogue.Get(PluginId.Parse("quince-press", null), Token))?.Entry.Listing.Name.Zh);

        await Register("quince-press", "榅桲打印", certified: false);
        await Until(async () => await Find("榅桲") is []);
        Assert.Null(await Catalogue.Get(PluginId.Parse("quince-press", null), Token));
    }

    [Fact]
    public async Task What_is_registered_is_found_within_a_second()
    {
        await Register("medlar-warm-up", "欧楂");
        await Until(async () => await Find("欧楂") is [_]);
        var clock = Stopwatch.StartNew();
        await Register("medlar-split", "枇杷拆单");
        await Until(async () => await Find("枇杷") is [_]);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Older_facts_that_come_again_change_nothing()
    {
        var first = await Register("sorb-audit", "花楸对账");
        await Register("sorb-audit", "白蜡对账");
        await Until(async () => await Find("白蜡") is [_]);
        var projection = cluster.Grains.GetGrain<ICatalogueProjectionGrain>(GrainKeys.CatalogueProjection());
        await projection.Apply(first, Token);

        Assert.Equal(["sorb-audit"], await Find("白蜡"));
        Assert.Empty(await Find("花楸"));
    }

    [Fact]
    public async Task A_plugin_is_shown_and_found_by_the_prices_of_the_day()
    {
        var plugin = PluginId.Parse("tamarind-prices", null);
        var tomorrow = MarketCalendar.Shanghai.DayOf(cluster.Time.GetUtcNow()).AddDays(1);
        var free = new PriceAnnounced(2, Money.BillingCurrency, [new PriceTier(20_000, 0m)], tomorrow);
        await Register(plugin.Value, "罗望子");
        await cluster.Append(GrainKeys.Of(plugin), PriceAnnounced.FactType, free.Encode());
        await Until(async () => (await Catalogue.Get(plugin, Token))?.Entry.PriceChanges.Length == 1);
        await Until(async () => await Find("罗望子") is [_]);
        var before = await Search("罗望子");
        Assert.Equal((0.02m, "per-call"), (before.Items[0].Entry.PriceFrom, PriceOf(before)));

        cluster.Time.Advance(TimeSpan.FromDays(1));
        await Until(async () => PriceOf(await Search("罗望子")) == "free");

        var after = await Search("罗望子");
        Assert.Equal((0m, 20_000L), (after.Items[0].Entry.PriceFrom, after.Items[0].Entry.FreeCalls));
        Assert.True(after.Revision > before.Revision, "an answer of yesterday is another one");
        Assert.Equal(2, (await Catalogue.Get(plugin, Token))?.Entry.Prices.Version);
    }

    [Fact]
    public async Task What_the_caller_has_already_is_not_searched_again()
    {
        await Register("rowan-known", "山荆子");
        await Until(async () => await Find("山荆子") is [_]);
        var first = await Search("山荆子");

        var again = await Search("山荆子", first.Revision);

        Assert.Equal((first.Revision, 0), (again.Revision, again.Total));
        Assert.Equal(1, (await Search("山荆子", first.Revision - 1)).Total);
    }

    private static string? PriceOf(CataloguePage page) =>
        page.Facets.Where(row => row.Facet == CatalogueFacets.Price).Select(row => row.Value).FirstOrDefault();

    private async Task<JournalFact> Register(string id, string name, bool certified = true)
    {
        var plugin = PluginId.Parse(id, null);
        var profile = new PluginProfile(
            plugin,
            name,
            PluginCategory.Logistics,
            certified,
            ["orders.read"],
            PriceBook.Standard,
            BurstLimit.Standard,
            DataRegion.Parse("cn")
        );
        return await cluster.Append(GrainKeys.Of(plugin), PluginProfile.FactType, profile.Encode());
    }

    private async Task<string[]> Find(string words) => [.. (await Search(words)).Items.Select(item => item.Entry.Plugin.Value)];

    private Task<CataloguePage> Search(string words, long known = 0)
    {
        var query = new CatalogueQuery(
            words,
            ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty,
            CatalogueSort.Relevance,
            null,
            10
        )
        {
            Known = known,
        };
        return Catalogue.Search(query, Token);
    }

    private static Task Until(Func<Task<bool>> condition) => Eventually.Holds(condition, "the catalogue has the last fact");
}
