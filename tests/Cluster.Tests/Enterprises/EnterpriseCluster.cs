using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Grains;
using Marketplace.Grains.Enterprises;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.TestKit.Enterprises;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Enterprises;

/// <summary>Sub-accounts counted for each plugin.</summary>
public sealed class PerPluginCluster() : EnterpriseCluster(SubAccountPolicy.PerPlugin);

/// <summary>Sub-accounts counted together.</summary>
public sealed class TotalCluster() : EnterpriseCluster(SubAccountPolicy.Total);

/// <summary>Two silos over one journal in memory, with a clock that only the tests move.</summary>
public abstract class EnterpriseCluster(SubAccountPolicy policy) : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;
    private int _operations;

    internal InMemoryJournal Journal { get; } = new();

    /// <summary>Monday noon in Shanghai.</summary>
    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));

    internal InProcessTestCluster Cluster => _cluster!;

    /// <summary>The grains as each silo and as a client outside calls them.</summary>
    internal IReadOnlyList<IGrainFactory> Doors =>
        [.. Cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<IGrainFactory>()), Cluster.Client];

    internal IReviewQueueGrain Queue => Cluster.Client.GetGrain<IReviewQueueGrain>(IReviewQueueGrain.GrainKey);

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddKeyedSingleton<TimeProvider>(Marketplace.TimeProviderNames.Grains, Time);
                silo.Services.AddSingleton<IJournal>(Journal);
                silo.AddMemoryGrainStorageAsDefault();
                silo.Services.AddInMemoryRegistries();
                silo.Services.AddMarketplaceGrains();
                silo.Services.Configure<EnterpriseOptions>(options => options.SubAccountPolicy = policy);
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal IEnterpriseGrain Enterprise(Licence licence, int door = 2) => Doors[door].GetGrain<IEnterpriseGrain>(GrainKeys.Of(licence));

    internal Task<Outcome<EnterpriseAnswer>> Execute(Licence licence, EnterpriseCommand command, int door = 2) =>
        Enterprise(licence, door).Execute(command, By(), Ended);

    internal static Licence NewLicence() => Licence.Parse(Licences.New(), null);

    /// <summary>A shop's documents in the queue.</summary>
    internal async Task HandIn(Licence licence, SellerId shop)
    {
        await Done(licence, new EnterpriseCommand.AddShop(shop));
        foreach (var kind in Document.Required)
        {
            await Done(
                licence,
                new EnterpriseCommand.AddDocument(shop, kind, new DocumentFile(kind.Text(), "00", "image/png", 1_000, 1_100, 700))
            );
        }

        await Done(licence, new EnterpriseCommand.Submit(shop));
    }

    internal async Task Approve(Licence licence, SellerId shop)
    {
        await HandIn(licence, shop);
        await Done(licence, new EnterpriseCommand.Claim());
        await Done(licence, new EnterpriseCommand.Approve(null));
    }

    internal async Task<EnterpriseAnswer> Done(Licence licence, EnterpriseCommand command)
    {
        var outcome = await Execute(licence, command);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    internal async Task<IReadOnlyList<string>> Facts(string entity)
    {
        var types = new List<string>();
        await foreach (var fact in Journal.Read(entity, 0, Ended))
        {
            types.Add(fact.Type);
        }

        return types;
    }

    internal static EnterpriseCommand Bind(SellerId shop, int account, string plugin = "label-printer") =>
        new EnterpriseCommand.BindAccount(shop, PluginId.Parse(plugin, null), AccountId.Parse($"account-{account}", null));

    private Initiator By() => new(ActorId.Parse("test"), OperationId.Parse($"operation-{Interlocked.Increment(ref _operations)}"));
}
