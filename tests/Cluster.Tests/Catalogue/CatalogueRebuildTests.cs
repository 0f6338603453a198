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
