using System.Net;
using Marketplace.TestKit.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Storage;

namespace Marketplace.Storage.Tests.Stores;

/// <summary>A silo with nothing but the storage: on SQLite alone, on PostgreSQL a member of the database's cluster.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private const string Invariant = "Npgsql";

    private readonly IHost _host;

    private TestSilo(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IGrainStorage State => Services.GetRequiredKeyedService<IGrainStorage>("Default");

    public static async Task<TestSilo> Start(StorageOptions options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddMarketplaceStorage(options);
        builder.UseOrleans(silo =>
        {
            silo.AddMarketplaceGrainStorage(options);
            var (port, gateway) = (FreePort.Next(), FreePort.Next());
            if (options.Provider == StorageProvider.Sqlite)
            {
                silo.UseLocalhostClustering(port, gateway);
                return;
            }

            silo.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = ("marketplace", "test"));
            silo.ConfigureEndpoints(IPAddress.Loopback, port, gateway);
            silo.UseAdoNetClustering(membership =>
                membership.Configure<NpgsqlDataSource>(
                    (settings, database) => (settings.Invariant, settings.DataSource) = (Invariant, database)
                )
            );
            silo.UseAdoNetReminderService(reminders =>
                reminders.Configure<NpgsqlDataSource>(
                    (settings, database) => (settings.Invariant, settings.DataSource) = (Invariant, database)
                )
            );
        });
        var host = builder.Build();
        await host.StartAsync();
        return new TestSilo(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
