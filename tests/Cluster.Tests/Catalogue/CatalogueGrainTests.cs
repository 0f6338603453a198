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

    private async Task<string[]> Find(string words)
    {
        var query = new CatalogueQuery(
            words,
            ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty,
            CatalogueSort.Relevance,
            null,
            10
        );
        return [.. (await Catalogue.Search(query, Token)).Items.Select(item => item.Entry.Plugin.Value)];
    }

    private static Task Until(Func<Task<bool>> condition) => Eventually.Holds(condition, "the catalogue has the last fact");
}
