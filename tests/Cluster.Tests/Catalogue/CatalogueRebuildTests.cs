using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Grains;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Catalogue;

/// <summary>A store that has plugins and no rows of the catalogue, or not all of them, as after an upgrade of an earlier release.</summary>
public sealed class CatalogueRebuildTests : IAsyncLifetime
{
    private const int Plugins = 120;

    private readonly InMemoryJournal _journal = new();
    private readonly InMemoryCatalogueIndex _index = new();
    private InProcessTestCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddSingleton<IJournal>(_journal);
                silo.Services.AddSingleton<ICatalogueIndex>(_index);
                silo.Services.AddMarketplaceGrains();
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await _cluster!.DisposeAsync();

    [Fact]
    public async Task Rows_are_made_from_the_journal_before_the_first_search_is_answered()
    {
        foreach (var number in Enumerable.Range(0, Plugins))
        {
            await Append(Profile($"old-{number:000}", "old"));
        }

        // A plugin of two facts is shown as of the last one; a fact of another entity that sorts after plugins is none of theirs.
        await Append(Profile("old-007", "renamed"), await Last("plugin/old-007"));
        await Append("plugins-of-another-kind/x", "noted", "{}"u8.ToArray());
        var page = await Search();

        Assert.Equal(Plugins, page.Total);
        Assert.Equal("renamed", page.Items.Single(item => item.Entry.Plugin.Value == "old-007").Entry.Listing.Name.Zh);
        Assert.Equal(2, Assert.Single(await _index.Read([PluginId.Parse("old-007", null)], Token)).Version);
    }

    [Fact]
    public async Task Rows_that_an_interrupted_build_has_not_made_are_made()
    {
        foreach (var number in Enumerable.Range(0, Plugins))
        {
            await Append(Profile($"old-{number:000}", "old"));
        }

        var made = CatalogueEntry.Of(Profile("old-000", "old"), default, default);
        await _index.Put([new NewCatalogueEntry(made, 1, new CatalogueWords([], [], []))], Token);

        Assert.Equal(Plugins, (await Search()).Total);
    }

    [Fact]
    public async Task A_fact_that_cannot_be_read_hides_no_other_plugin()
    {
        await Append(Profile("old-001", "first"));
        await Append("plugin/old-001", PluginProfile.FactType, "{"u8.ToArray(), await Last("plugin/old-001"));
        await Append("plugin/old-002", PluginProfile.FactType, "{"u8.ToArray());
        await Append(Profile("old-003", "third"));

        Assert.Equal(["old-001", "old-003"], (await Search()).Items.Select(item => item.Entry.Plugin.Value).Order());
    }

    [Fact]
    public async Task A_later_fact_that_cannot_be_read_leaves_the_plugin_as_it_was()
    {
        await Append(Profile("old-001", "first"));
        Assert.Equal(1, (await Search()).Total);
        await Append("plugin/old-001", PluginProfile.FactType, "{"u8.ToArray(), await Last("plugin/old-001"));
        var projection = _cluster!.Client.GetGrain<ICatalogueProjectionGrain>(GrainKeys.CatalogueProjection());

        await projection.Apply((await Last("plugin/old-001"))!, Token);

        Assert.Equal("first", Assert.Single((await Search()).Items).Entry.Listing.Name.Zh);
    }

    [Fact]
    public async Task Prices_that_were_announced_before_the_rows_were_made_are_shown()
    {
        await Append(Profile("old-001", "first"));
        var announced = new PriceAnnounced(2, Money.BillingCurrency, [new PriceTier(20_000, 0m)], new DateOnly(2020, 1, 1));
        await Append("plugin/old-001", PriceAnnounced.FactType, announced.Encode(), await Last("plugin/old-001"));

        Assert.Equal(2, Assert.Single((await Search()).Items).Entry.Prices.Version);
    }

    private Task<CataloguePage> Search() =>
        _cluster!
            .Client.GetGrain<ICatalogueGrain>(GrainKeys.Catalogue())
            .Search(
                new CatalogueQuery(
                    null,
                    ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty,
                    CatalogueSort.Installs,
                    null,
                    100
                ),
                Token
            );

    private async Task<JournalFact?> Last(string entity) => await _journal.Read(entity, 0, Token).LastOrDefaultAsync(Token);

    private Task Append(PluginProfile profile, JournalFact? previous = null) =>
        Append(GrainKeys.Of(profile.Id), PluginProfile.FactType, profile.Encode(), previous);

    private async Task Append(string entity, string type, ReadOnlyMemory<byte> payload, JournalFact? previous = null)
    {
        var operation = OperationId.Parse($"op-{previous?.Version ?? 0}");
        var fact = JournalFact.Following(previous, entity, operation, ActorId.Parse("u-1"), DateTimeOffset.UnixEpoch, type, payload);
        Assert.True(await _journal.Append([fact], Token));
    }

    private static PluginProfile Profile(string id, string name) =>
        new(
            PluginId.Parse(id, null),
            name,
            PluginCategory.Logistics,
            true,
            ["orders.read"],
            PriceBook.Standard,
            BurstLimit.Standard,
            DataRegion.Parse("cn")
        );
}
