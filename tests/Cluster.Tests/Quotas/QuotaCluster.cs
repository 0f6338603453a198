using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Grains;
using Marketplace.Grains.Audit;
using Marketplace.Grains.Quotas;
using Marketplace.Installations;
using Marketplace.Quotas;
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
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddKeyedSingleton<TimeProvider>(Marketplace.Grains.TimeProviderNames.Grains, Time);
            silo.Services.AddSingleton<IJournal>(Journal);
            silo.Services.AddSingleton<IUsageLedger>(Ledger);
            silo.AddMemoryGrainStorageAsDefault();
            silo.Services.AddMarketplaceGrains();
        });
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
        var profile = new PluginProfile(id.Plugin, "Label printer", PluginCategory.Logistics, true, [Scope], Prices, new BurstLimit(1_000, 1_000), "eu");
        await Cluster.Client.GetGrain<IPluginGrain>(GrainKeys.Of(id.Plugin)).Register(profile, By(), TestContext.Current.CancellationToken);
        var agreement = profile.Manifest.Agreement;
        Assert.Null((await Execute(id, new InstallationCommand.Enable())).Refusal);
        Assert.Null((await Execute(id, new InstallationCommand.Consent(
            agreement.Version, agreement.Hash, [Scope], ConsentRules.ConfirmationOf(id, [Scope], agreement.Hash)))).Refusal);
        Assert.Null((await Execute(id, new InstallationCommand.AcceptEntity("91440300MA5TESTS0X"))).Refusal);
        return id;
    }

    internal Task<Outcome<InstallationAnswer>> Execute(InstallationId id, InstallationCommand command) =>
        Cluster.Client.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Execute(command, By(), TestContext.Current.CancellationToken);

    internal CallIntent Intent(IdempotencyKey? key = null) => new(
        (UInt128)Interlocked.Increment(ref _calls), "orders.get", Scope, true, "eu", "token-1", DateTimeOffset.MaxValue, key);

    /// <summary>Reserves and settles one call.</summary>
    internal async Task<Settlement> Call(IQuotaGate gate, InstallationId id, IdempotencyKey? key = null)
    {
        var intent = Intent(key);
        Assert.IsType<Reservation.Granted>(await gate.Reserve(id, intent, TestContext.Current.CancellationToken));
        return await Settle(gate, id, intent);
    }

    internal static async Task<Settlement> Settle(IQuotaGate gate, InstallationId id, CallIntent intent) => await gate.Settle(
        id, new CallReport(intent.CallId, intent.Operation, 200, null, "application/json", "{\"a\":1}"u8.ToArray()), TestContext.Current.CancellationToken);

    /// <summary>Ends the counter's activation and waits until it has gone.</summary>
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

    private Initiator By() => new("test", $"operation-{Interlocked.Increment(ref _operations)}");
}
