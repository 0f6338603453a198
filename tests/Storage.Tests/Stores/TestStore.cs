using Marketplace.Grains.Ports;
using Marketplace.StoreFakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Storage.Tests.Stores;

/// <summary>The logs as the product registers them, without a host around.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private TestStore(ServiceProvider services) => _services = services;

    public IJournal Journal => _services.GetRequiredService<IJournal>();

    public IFeed Feed => _services.GetRequiredService<IFeed>();

    public IUsageLedger Ledger => _services.GetRequiredService<IUsageLedger>();

    public IDeliveryLog Delivery => _services.GetRequiredService<IDeliveryLog>();

    public IServiceProvider Services => _services;

    public IStoreHealth Health(string name) => _services.GetServices<IStoreHealth>().Single(store => store.Name == name);

    /// <summary>Settings of a new, empty store.</summary>
    public static async Task<StorageOptions> New(Database database) =>
        database == Database.PostgreSql
            ? new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = await SharedServer.CreateDatabase() }
            : new StorageOptions { DataFolder = Directory.CreateTempSubdirectory("marketplace-storage-").FullName };

    /// <summary>The fakes of the logs; nothing outlives them.</summary>
    public static TestStore InMemory() =>
        new(
            new ServiceCollection()
                .AddSingleton<IJournal, InMemoryJournal>()
                .AddSingleton<IFeed, InMemoryFeed>()
                .AddSingleton<IUsageLedger, InMemoryLedger>()
                .AddSingleton<IDeliveryLog, InMemoryDeliveryLog>()
                .AddInMemoryRegistries()
                .BuildServiceProvider()
        );

    public static async Task<TestStore> Open(StorageOptions options)
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddMarketplaceStorage(options);
        var store = new TestStore(services.BuildServiceProvider());
        try
        {
            await store._services.GetRequiredService<IStoreRun>().Start(CancellationToken.None);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>As a graceful shutdown does.</summary>
    public async ValueTask DisposeAsync() => await _services.DisposeAsync();
}
