using Marketplace.Grains.Ports;
using Marketplace.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>One real embedded store outside of the silos, so that all of them can have its ports.</summary>
internal sealed class SharedStore : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("audit-tests-").FullName;
    private IHost? _host;

    public T Port<T>()
        where T : class => _host!.Services.GetRequiredService<T>();

    public async Task Start()
    {
        var host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        host.Logging.SetMinimumLevel(LogLevel.None);
        host.Services.AddMetrics();
        host.Services.AddMarketplaceStorage(new StorageOptions { DataFolder = _folder });
        _host = host.Build();
        await _host.StartAsync();
    }

    public void Share<T>(ISiloBuilder silo)
        where T : class => silo.Services.AddSingleton(Port<T>());

    /// <summary>What the product's subscribers need besides the streams themselves; one that cannot start holds its queue up.</summary>
    public void ShareSubscriberPorts(ISiloBuilder silo)
    {
        Share<IFeed>(silo);
        Share<IFeedTail>(silo);
        Share<IDeliveryLog>(silo);
        Share<ITrail>(silo);
        Share<INotifications>(silo);
        Share<IAuditCounts>(silo);
        silo.AddMemoryGrainStorageAsDefault();
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
