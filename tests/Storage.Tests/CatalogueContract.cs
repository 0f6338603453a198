using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Grains.Ports;
using Marketplace.Quotas;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class CatalogueOnSqlite() : CatalogueContract(Database.Sqlite);

public sealed class CatalogueOnPostgreSql() : CatalogueContract(Database.PostgreSql);

public sealed class CatalogueInMemory() : CatalogueContract(Database.Memory);

/// <summary>The rows of the catalogue and the words by which they are found.</summary>
public abstract class CatalogueContract(Database database) : StoreTest(database)
{
    private static readonly DateTimeOffset At = new(2026, 12, 1, 8, 0, 0, TimeSpan.FromHours(8));

    private ICatalogueIndex Index => Store.Services.GetRequiredService<ICatalogueIndex>();

    [Fact]
    public async Task An_entry_is_read_as_it_was_put_and_survives_a_restart()
    {
        var listing = new PluginListing(new("标签蜂", "Tag Bee"), new("标记。", "Marks."), new("长", "Long"), "Beeworks")
        {
            Services = ["order"],
            Markets = ["BR"],
            AddOns = [new AddOn("terms", new("术语库", "Terms"), 299.5m, new("术语", "Terminology"))],
            Claims = [new VerifiedClaim(new("真", "True"), "TÜV", new DateOnly(2026, 1, 2), "https://v.example/1")],
        };
        var next = new PriceVersion(new PriceBook(2, [new PriceTier(9_000, 0.5m)]), new DateOnly(2027, 1, 1), At);
        await Put(Entry("tag-bee") with { Listing = listing, PriceChanges = [next] });
        await Restart();

        var row = Assert.Single(await Index.Read([Id("tag-bee"), Id("nobody")], Token));
        Assert.Equal(listing.Name, row.Entry.Listing.Name);
        Assert.Equal(["BR"], row.Entry.Listing.Markets);
        Assert.Equal(299.5m, row.Entry.Listing.AddOns[0].Monthly);
        Assert.Equal(listing.Claims[0], row.Entry.Listing.Claims[0]);
        Assert.Equal(PriceBook.Standard.Tiers, row.Entry.Prices.Tiers);
        Assert.Equal(next, Assert.Single(row.Entry.PriceChanges));
        Assert.Equal(At, row.Entry.ListedAt);
        Assert.Equal((1L, PluginMeasures.None), (row.Version, row.Measures));
    }

    [Fact]
    public async Task An_older_fact_changes_neither_the_entry_nor_its_words()
    {
        await Index.Put([New(Entry("a"), 5, ["new"])], Token);
        await Index.Put([New(Entry("a") with { Visible = false }, 4, ["old"])], Token);
        await Index.Put([New(Entry("a") with { Visible = false }, 5, ["same"])], Token);

        var row = Assert.Single(await Index.Read([Id("a")], Token));
        Assert.Equal((5L, true), (row.Version, row.Entry.Visible));
        Assert.Single(await Index.Find(["new"], Token));
        Assert.Empty(await Index.Find(["old"], Token));
    }

    [Fact]
    public async Task A_newer_fact_replaces_entry_and_words_and_keeps_what_was_measured()
    {
        var measured = new PluginMeasures(At, 7, new PluginQuality(30, 12, 80.5, 70, 110, 300, 0.99) { Accuracy = 1, AccuracySample = 3 });
        await Index.Put([New(Entry("a"), 1, ["first"])], Token);
        await Index.Measure(ImmutableDictionary<PluginId, PluginMeasures>.Empty.Add(Id("a"), measured).Add(Id("x"), measured), Token);
        await Index.Put([New(Entry("a"), 2, ["second"])], Token);

        var row = Assert.Single(await Index.ReadChanges(0, 10, Token));
        Assert.Equal((2L, measured), (row.Version, row.Measures));
        Assert.Empty(await Index.Find(["first"], Token));
        Assert.Single(await Index.Find(["second"], Token));
    }

    [Fact]
    public async Task Changes_are_read_once_each_in_their_order_page_by_page()
    {
        await Index.Put([.. Enumerable.Range(0, 100).Select(number => New(Entry($"p-{number:000}"), 1, ["w"]))], Token);
        var first = await Index.ReadChanges(0, 60, Token);
        var rest = await Index.ReadChanges(first[^1].Revision, 60, Token);
        Assert.Equal(
            Enumerable.Range(0, 100).Select(number => $"p-{number:000}"),
            first.Concat(rest).Select(row => row.Entry.Plugin.Value)
        );

        await Index.Put([New(Entry("p-007"), 2, ["w"]), New(Entry("p-008"), 1, ["w"])], Token);
        Assert.Equal(["p-007"], (await Index.ReadChanges(rest[^1].Revision, 60, Token)).Select(row => row.Entry.Plugin.Value));
    }

    [Fact]
    public async Task All_words_must_be_there_and_the_narrowest_part_that_has_them_is_named()
    {
        await Index.Put(
            [
                Row("name", ["订单", "label"], [], []),
                Row("summary", ["label"], ["订单"], []),
                Row("text", [], ["label"], ["订单", "é", "20x30", "𠮷野"]),
                Row("other", ["订", "单", "labels"], [], ["订单号"]),
            ],
            Token
        );

        Assert.Equal(
            [("name", CatalogueMatch.Name), ("summary", CatalogueMatch.Summary), ("text", CatalogueMatch.Text)],
            await Find("订单", "label")
        );
        Assert.Equal([("other", CatalogueMatch.Name)], await Find("订"));
        Assert.Equal([("text", CatalogueMatch.Text)], await Find("é"));
        Assert.Empty(await Find("e"));
        Assert.Equal([("text", CatalogueMatch.Text)], await Find("20x30", "𠮷野"));
        Assert.Empty(await Find("订单", "nothing"));
    }

    [Fact]
    public async Task Words_of_the_stores_query_languages_are_words()
    {
        await Index.Put([Row("a", ["and", "or", "not", "near", "name"], [], []), Row("b", ["other"], [], [])], Token);

        Assert.Equal([("a", CatalogueMatch.Name)], await Find("and", "or", "not", "near", "name"));
    }

    [Fact]
    public async Task Writers_at_once_lose_no_change()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(number => Index.Put([New(Entry($"p-{number:00}"), 1, ["w"]), New(Entry("same"), number + 1, ["w"])], Token))
        );

        var rows = await Index.ReadChanges(0, 100, Token);
        Assert.Equal(21, rows.Count);
        Assert.Equal(21, rows.Select(row => row.Revision).Distinct().Count());
        Assert.Equal(20, rows.Single(row => row.Entry.Plugin == Id("same")).Version);
    }

    private static PluginId Id(string id) => PluginId.Parse(id, null);

    private static CatalogueEntry Entry(string id) =>
        CatalogueEntry.Of(
            new PluginProfile(
                Id(id),
                id,
                PluginCategory.Logistics,
                true,
                ["orders.read"],
                PriceBook.Standard,
                BurstLimit.Standard,
                DataRegion.Parse("cn")
            ),
            At,
            At
        );

    private static NewCatalogueEntry New(CatalogueEntry entry, long version, ImmutableArray<string> words) =>
        new(entry, version, new CatalogueWords(words, words, words));

    private static NewCatalogueEntry Row(
        string id,
        ImmutableArray<string> name,
        ImmutableArray<string> summary,
        ImmutableArray<string> text
    ) => new(Entry(id), 1, new CatalogueWords(name, [.. name, .. summary], [.. name, .. summary, .. text]));

    private Task Put(CatalogueEntry entry) => Index.Put([New(entry, 1, ["w"])], Token);

    private async Task<(string, CatalogueMatch)[]> Find(params string[] words) =>
        [.. (await Index.Find(words, Token)).OrderBy(found => found.Key, StringComparer.Ordinal).Select(found => (found.Key, found.Value))];
}
