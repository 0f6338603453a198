using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Cluster.Tests.Installations;
using Marketplace.Grains;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Quotas;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Core.Internal;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Quotas;

/// <summary>Two silos over one journal and one ledger in memory, with a clock that only the tests move.</summary>
public sealed class QuotaCluster : IAsyncLifetime
{
    private const string Scope = "orders.read";
    private static readonly PriceBook Prices = new(1, [new PriceTier(3, 0m), new PriceTier(6, 0.020m), new PriceTier(10, 0.015m)]);

    /// <summary>The three steps of enabling.</summary>
    internal static readonly InstallationCommand[] Steps =
    [
        new InstallationCommand.Enable(),
        new InstallationCommand.Consent(Agreement.Standard.Version, Agreement.Standard.Hash, [Scope], null),
        new InstallationCommand.AcceptEntity("91440300MA5TESTS0X"),
    ];

    private InProcessTestCluster? _cluster;
    private int _installations;
    private int _operations;
    private int _calls;

    internal InMemoryJournal Journal { get; } = new();

    internal InMemoryLedger Ledger { get; } = new();

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));

    internal InProcessTestCluster Cluster => _cluster!;

    /// <summary>The doors of both silos: one has the counter in its own process, the other calls its grain.</summary>
    internal IReadOnlyList<IQuotaGate> Gates => [.. Cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<IQuotaGate>())];

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddKeyedSingleton<TimeProvider>(Marketplace.TimeProviderNames.Grains, Time);
                silo.Services.AddSingleton<IJournal>(Journal);
                silo.Services.AddSingleton<IUsageLedger>(Ledger);
                silo.Services.AddSingleton<IDeliveryLog, InMemoryDeliveryLog>();
                silo.Services.AddInMemoryRegistries();
                silo.AddMemoryGrainStorageAsDefault();
                silo.Services.AddMarketplaceGrains();
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Ledger.DisposeAsync();
    }

    internal async Task<InstallationId> Install()
    {
        var id = InstallationId.Parse($"seller-{Interlocked.Increment(ref _installations)}/plugin-{_installations}", null);
        await Register(id.Plugin, 1, Scope);
        foreach (var command in Steps)
        {
            Assert.Null((await Execute(id, command)).Refusal);
        }

        return id;
    }

    /// <summary>Registers a version of a plugin that cannot work without these scopes.</summary>
    internal Task Register(PluginId plugin, int version, params string[] required) =>
        Cluster
            .Client.GetGrain<IPluginGrain>(GrainKeys.Of(plugin))
            .Register(ProfileOf(plugin, version, required), By(), TestContext.Current.CancellationToken);

    internal static PluginProfile ProfileOf(PluginId plugin, int version, params string[] required)
    {
        var words = new BilingualText("用途", "purpose");
        var manifest = new PluginManifest(
            version,
            [.. required.Select(scope => new ScopeDeclaration(scope, true, words, words))],
            Agreement.Standard,
            null,
            []
        );
        return new PluginProfile(
            plugin,
            "Label printer",
            PluginCategory.Logistics,
            true,
            [.. required],
            Prices,
            new BurstLimit(1_000, 1_000),
            DataRegion.Parse("eu")
        )
        {
            Manifest = manifest,
        };
    }

    internal Task<Outcome<InstallationAnswer>> Execute(InstallationId id, InstallationCommand command) =>
        Cluster
            .Client.GetGrain<IInstallationGrain>(GrainKeys.Of(id))
            .Execute(command, By().For(command), TestContext.Current.CancellationToken);

    /// <summary>The call of the last intent.</summary>
    internal UInt128 LastCall => (UInt128)_calls;

    internal CallIntent Intent(IdempotencyKey? key = null, string scope = Scope) =>
        new(
            (UInt128)Interlocked.Increment(ref _calls),
            OperationName.Parse("orders.get"),
            scope,
            true,
            DataRegion.Parse("eu"),
            "token-1",
            DateTimeOffset.MaxValue,
            key
        );

    /// <summary>Reserves and settles one call.</summary>
    internal async Task<Settlement> Call(IQuotaGate gate, InstallationId id, IdempotencyKey? key = null)
    {
        var intent = Intent(key);
        Assert.IsType<Reservation.Granted>(await gate.Reserve(id, intent, TestContext.Current.CancellationToken));
        return await Settle(gate, id, intent);
    }

    internal static async Task<Settlement> Settle(IQuotaGate gate, InstallationId id, CallIntent intent, int status = 200) =>
        await gate.Settle(
            id,
            new CallReport(intent.CallId, intent.Operation, status, null, "application/json", "{\"a\":1}"u8.ToArray()),
            TestContext.Current.CancellationToken
        );

    /// <summary>Waits until no silo has the counter, which must not be in use.</summary>
    internal Task Gone(InstallationId id) =>
        Eventually.Holds(
            () => !Cluster.Silos.Any(silo => silo.ServiceProvider.GetRequiredService<CallCounters>().TryGet(id, out _)),
            $"no silo has the counter of {id}"
        );

    /// <summary>Asks the counter's activation to end.</summary>
    internal async Task Deactivate(InstallationId id)
    {
        await Cluster.Client.GetGrain<IQuotaGrain>(GrainKeys.Quota(id)).Cast<IGrainManagementExtension>().DeactivateOnIdle();
    }

    /// <summary>No finding in the installation's rows.</summary>
    internal IReadOnlyList<UsageRow> VerifiedRows(InstallationId id)
    {
        var findings = new List<string>();
        var verifier = new LedgerVerifier(finding => findings.Add(finding.ToString()));
        var rows = Ledger.RowsOf(id);
        foreach (var row in rows)
        {
            verifier.Add(row);
        }

        verifier.Complete();
        Assert.Empty(findings);
        return rows;
    }

    /// <summary>The first answer of a counter that has to be loaded anew before it can answer.</summary>
    internal static async Task<T> WhenAvailable<T>(Func<Task<T>> call)
    {
        var answer = default(T);
        await Eventually.Holds(
            async () =>
            {
                try
                {
                    answer = await call();
                    return true;
                }
                catch (StoreUnavailableException)
                {
                    return false;
                }
            },
            "a counter that answers"
        );
        return answer!;
    }

    internal Initiator By() => new(ActorId.Parse("test"), OperationId.Parse($"operation-{Interlocked.Increment(ref _operations)}"));
}
