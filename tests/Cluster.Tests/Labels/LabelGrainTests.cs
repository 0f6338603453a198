using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Grains.Events;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Labels;
using Marketplace.Privacy;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Core.Internal;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Labels;

/// <summary>One silo over a feed and a journal in memory.</summary>
public sealed class LabelCluster : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    internal InMemoryFeed Feed { get; } = new();

    internal InMemoryJournal Journal { get; } = new();

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));

    internal IGrainFactory Grains => _cluster!.Client;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddSingleton<IFeed>(Feed);
                silo.Services.AddSingleton<PublishedOrders>();
                silo.Services.AddSingleton<IJournal>(Journal);
                silo.Services.AddKeyedSingleton<TimeProvider>(Marketplace.TimeProviderNames.Grains, Time);
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await _cluster!.DisposeAsync();
}

/// <summary>Labels and findings are facts first; what was sealed is read by place.</summary>
public sealed class LabelGrainTests(LabelCluster fixture) : IClassFixture<LabelCluster>
{
    private static int SellerCount;

    private readonly SellerId _seller = SellerId.Parse($"label-seller-{Interlocked.Increment(ref SellerCount)}", null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private InstallationId Installation => new(_seller, PluginId.Parse("label-printer", null));

    [Fact]
    public async Task A_label_is_kept_once_and_lives_on_in_the_journal()
    {
        var (id, grain) = New();
        Assert.Null(await grain.View(By("view-0"), Token));
        Assert.Null(await grain.Open(Opening, By("open-1"), Token));
        var made = await grain.Create(Label(id, "SF1"), By("create"), Token);
        var again = await grain.Create(Label(id, "SF2"), By("create-2"), Token);
        await Restart(grain);

        Assert.Equal("SF1", again.TrackingId);
        Assert.Equal(made, await grain.Get(Token));
        Assert.Equal(made, await grain.Open(Opening, By("open-2"), Token));
        Assert.Equal(made, await grain.View(By("view-1"), Token));
        Assert.Equal(["address-opened", "label-created", "label-viewed"], TypesOf(GrainKeys.Label(_seller, id.Value)));
    }

    [Fact]
    public async Task While_the_journal_is_away_nothing_may_be_opened_or_shown()
    {
        var (id, grain) = New();
        await grain.Create(Label(id, "SF1"), By("create"), Token);
        var (other, unmade) = New();
        Assert.Null(await unmade.Get(Token));
        fixture.Journal.IsDown = true;
        try
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.View(By("view"), Token));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => unmade.Open(Opening, By("open"), Token));
        }
        finally
        {
            fixture.Journal.IsDown = false;
        }

        Assert.Empty(TypesOf(GrainKeys.Label(_seller, other.Value)));
        Assert.NotNull(await grain.View(By("view-2"), Token));
        Assert.Equal(["label-created", "label-viewed"], TypesOf(GrainKeys.Label(_seller, id.Value)));
    }

    [Fact]
    public async Task The_sealed_part_is_that_of_the_creation_the_order_shows_or_of_the_place_that_is_named()
    {
        var feed = fixture.Grains.GetGrain<IFeedGrain>(GrainKeys.Feed(_seller));
        await feed.Append(
            [Created("o-1", 0, "first"), Created("o-1", 2, "newest"), Created("o-1", 1, "late"), Created("o-2", 3, "other")],
            Token
        );

        Assert.Equal((2L, "newest"), Read(await feed.ReadSealed("o-1", null, Token)));
        Assert.Equal((1L, "first"), Read(await feed.ReadSealed("o-1", 1, Token)));
        Assert.Null(await feed.ReadSealed("o-1", 4, Token));
        Assert.Null(await feed.ReadSealed("o-3", null, Token));
    }

    [Fact]
    public async Task The_same_finding_costs_the_journal_one_fact_an_hour()
    {
        var plugin = PluginId.Parse($"plugin-of-{_seller}", null);
        var grain = fixture.Grains.GetGrain<IPrivacyFindingsGrain>(GrainKeys.Conduct(plugin));
        var found = new PrivateDataFound(
            "telephone-number",
            OperationName.Parse("orders.flag"),
            new InstallationId(_seller, plugin),
            "note",
            true
        );
        var noted = new List<bool>();
        for (var i = 0; i < 100; i++)
        {
            noted.Add(await grain.Record(found, Token));
        }

        fixture.Time.Advance(PrivacyFindings.Apart);
        Assert.True(await grain.Record(found, Token));

        Assert.Single(noted, first => first);
        Assert.Equal(2, TypesOf(GrainKeys.Conduct(plugin)).Count());
        var report = await grain.Read(null, 10, Token);
        Assert.Equal([99L, 0L], report.Findings.Select(finding => finding.Unnoted));
        Assert.Equal(101, report.Counts["telephone-number"]);
    }

    private LabelFact.AddressOpened Opening => new(Installation.ToString(), "o-1", "call");

    private static Initiator By(string operation) => new(ActorId.Parse("tests"), OperationId.Parse(operation));

    private static (long, string) Read(SealedPart? part) => (part!.Seq, System.Text.Encoding.UTF8.GetString(part.Bytes.Span));

    private static async Task Restart(IGrain grain) => await grain.Cast<IGrainManagementExtension>().DeactivateOnIdle();

    private (LabelId Id, ILabelGrain Grain) New()
    {
        var id = LabelId.Of(Guid.NewGuid().ToString("N"));
        return (id, fixture.Grains.GetGrain<ILabelGrain>(GrainKeys.Label(_seller, id.Value)));
    }

    private Label Label(LabelId id, string number) => new(id, Installation, "o-1", "sf", "standard", number, null, 1, "e-1", 2);

    private IEnumerable<string> TypesOf(string entity) => fixture.Journal.FactsOf(entity).Select(fact => fact.Type);

    private IncomingEvent Created(string order, int hour, string sealedPart) =>
        new(
            $"/tests/{_seller}",
            $"{order}-{hour}",
            EventTypes.OrderCreated,
            order,
            fixture.Time.GetUtcNow().AddHours(hour - 10),
            """{"currency":"CNY","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1,"freight":0}]}"""u8.ToArray(),
            System.Text.Encoding.UTF8.GetBytes(sealedPart)
        );
}
