using System.Collections.Concurrent;
using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Identity;
using Marketplace.Identity.Clients;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Marketplace.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;

namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>
/// The whole product with a clock that tests move, stores that fail on demand, and schema versions of which one is retired and one is about
/// to be. It is about noon in Shanghai, so that no test meets the end of a day.
/// </summary>
public class FaultMarketplace : TestMarketplace
{
    public const string RetiredSchema = "2024-02";
    public const string OldSchema = "2024-05";

    private static readonly ImmutableArray<ScopeDeclaration> Declared =
    [
        Declaration("orders.read", required: true),
        Declaration("logistics.write", required: true),
        Declaration("products.write", required: false) with
        {
            Touches = ["title"],
        },
    ];

    private readonly ConcurrentDictionary<string, PluginId> _plugins = new();
    private readonly List<DemoClient> _clients = [];
    private readonly List<PluginReceiver> _receivers = [];
    private readonly SemaphoreSlim _gate = new(1);
    private TimeSpan _noon;
    private int _registered;

    /// <summary>The clock of the grains; the clock of tokens goes along with its base, not with what tests add.</summary>
    public ShiftedClock Clock { get; } = new();

    public StoreFaults Stores { get; } = new();

    /// <summary>A client that holds no token yet.</summary>
    public MarketplaceClient Fresh() => new(Http, Client.Demo with { Clients = [.. _clients] });

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var now = TimeProvider.System.GetUtcNow();
        _noon = new DateTimeOffset(now.Date.AddHours(4), TimeSpan.Zero) - now;
        Reset();
        _clients.AddRange(Client.Demo.Clients);
    }

    /// <summary>Noon again, and all stores well.</summary>
    public void Reset()
    {
        Stores.Repair();
        IdentityClock.Offset = _noon;
        Clock.Offset = _noon;
    }

    /// <summary>
    /// Ends the feed's activation. It answers no later call: the next to call the grain has to read the store. Single orders are read
    /// beside the grain until it has ended.
    /// </summary>
    public async Task ForgetFeed(SellerId seller) =>
        await Services.GetRequiredService<IGrainFactory>().GetFeed(seller).Cast<IGrainManagementExtension>().DeactivateOnIdle();

    /// <summary>Moves the grains' clock on.</summary>
    public void Pass(TimeSpan time) => Clock.Offset += time;

    /// <summary>A plugin of this shape; the same shape is the same plugin, unless a test is to change it.</summary>
    public async Task<PluginId> Plugin(PluginShape shape, bool unique)
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var key = unique ? Guid.NewGuid().ToString() : shape.ToString();
            if (!_plugins.TryGetValue(key, out var id))
            {
                _plugins[key] = id = PluginId.Parse($"fault-{++_registered}", null);
                await Register(id, shape);
                var secret = await Services
                    .GetRequiredService<IClientRegistry>()
                    .EnsureClient($"plugin-{id}", ClientRoles.Plugin, id.Value, TestContext.Current.CancellationToken);
                _clients.Add(new DemoClient($"plugin-{id}", secret!, ClientRoles.Plugin, id.Value));
            }

            return id;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Registers the plugin, or replaces its profile.</summary>
    public Task Register(PluginId id, PluginShape shape) =>
        Services
            .GetRequiredService<IGrainFactory>()
            .GetGrain<IPluginGrain>(GrainKeys.Of(id))
            .Register(
                ProfileOf(id, shape),
                new Initiator(ActorId.Parse("tests"), OperationId.Parse(Guid.NewGuid().ToString("N"))),
                TestContext.Current.CancellationToken
            );

    /// <summary>A plugin's address that lives as long as this marketplace.</summary>
    public async Task<PluginReceiver> NewReceiver()
    {
        _receivers.Add(await PluginReceiver.Start());
        return _receivers[^1];
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers)
        {
            await receiver.DisposeAsync();
        }

        await base.DisposeAsync();
        _gate.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override void Configure(IWebHostBuilder builder)
    {
        // Timers do not follow a clock that is shifted.
        builder.UseSetting("Marketplace:Silo:DeadlinePeriod", "00:00:00.5");
        builder.UseSetting("Marketplace:Sync:SchemaVersions:0:Version", RetiredSchema);
        builder.UseSetting("Marketplace:Sync:SchemaVersions:0:RetiresAt", "2026-06-01T00:00:00Z");
        builder.UseSetting("Marketplace:Sync:SchemaVersions:1:Version", OldSchema);
        builder.UseSetting("Marketplace:Sync:SchemaVersions:1:RetiresAt", "2099-01-01T00:00:00Z");
        builder.UseSetting("Marketplace:Sync:SchemaVersions:2:Version", "2026-11");
        builder.ConfigureTestServices(services =>
        {
            services.AddKeyedSingleton<TimeProvider>(Marketplace.TimeProviderNames.Grains, Clock);
            Stores.Install(services);
        });
    }

    private static PluginProfile ProfileOf(PluginId id, PluginShape shape) =>
        new(
            id,
            id.Value,
            PluginCategory.OrderProcessing,
            shape.Certified,
            [.. TestPlugins.AllScopes.Except([shape.LackingScope ?? string.Empty])],
            new PriceBook(1, [new PriceTier(shape.DailyLimit, shape.Price)]),
            shape.Burst ?? new BurstLimit(1_000_000, 1_000_000),
            DataRegion.Parse(shape.Region)
        )
        {
            Manifest = PluginManifest.Undeclared with
            {
                Version = shape.Version,
                Scopes =
                [
                    .. Declared,
                    .. shape.NeededScope is { } needed ? [Declaration(needed, required: true)] : ImmutableArray<ScopeDeclaration>.Empty,
                ],
                Schema = shape.Schema,
            },
        };

    private static ScopeDeclaration Declaration(string scope, bool required) =>
        new(scope, required, new BilingualText("用途", "Purpose"), new BilingualText("缺少", "Without"));
}

/// <summary>The same with a retry schedule that is through within a moment, for the faults in which an event is given up.</summary>
public sealed class HastyFaultMarketplace : FaultMarketplace
{
    public HastyFaultMarketplace() =>
        (Settings["Marketplace:Deliveries:RetryPauses:0"], Settings["Marketplace:Deliveries:RetryPauses:1"]) = ("00:00:00.1", "00:00:00.1");
}

/// <summary>What a case wants of its plugin.</summary>
public sealed record PluginShape
{
    public bool Certified { get; init; } = true;

    public int DailyLimit { get; init; } = 1_000_000;

    public decimal Price { get; init; }

    public BurstLimit? Burst { get; init; }

    public string Region { get; init; } = "cn";

    public string? Schema { get; init; }

    /// <summary>A scope that the plugin is not certified for.</summary>
    public string? LackingScope { get; init; }

    /// <summary>A scope that became necessary.</summary>
    public string? NeededScope { get; init; }

    public int Version { get; init; } = 1;
}
