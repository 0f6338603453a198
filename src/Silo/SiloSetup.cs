using System.Net;
using System.Net.Sockets;
using Marketplace.Grains;
using Marketplace.Grains.Streaming;
using Marketplace.Storage;
using Npgsql;
using Orleans.Configuration;

namespace Marketplace.Silo;

/// <summary>The Orleans side of the process.</summary>
internal static class SiloSetup
{
    private const int DefaultPort = 11_111;

    public static void AddMarketplaceSilo(this WebApplicationBuilder builder, StorageOptions storage)
    {
        var options = builder.Configuration.GetSection(SiloOptions.Section).Get<SiloOptions>() ?? new SiloOptions();
        builder.Services.AddSingleton<Microsoft.Extensions.Options.IValidateOptions<SiloOptions>, SiloOptionsValidator>();
        builder.Services.AddOptionsWithValidateOnStart<SiloOptions>().BindConfiguration(SiloOptions.Section);
        builder.Services.AddMarketplaceGrains();
        builder.Services.AddMarketplacePolling();
        builder.Host.UseOrleans(silo =>
        {
            silo.AddMarketplaceGrainStorage(storage);
            silo.AddMarketplaceStreams();
            silo.AddQuietDashboard();
            silo.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (options.ServiceId, options.ClusterId));
            silo.Configure<SiloMessagingOptions>(messaging =>
            {
                // A hot grain must refuse calls instead of queueing without bound; a dead silo costs one short failure.
                messaging.MaxEnqueuedRequestsHardLimit = 5_000;
                messaging.ResponseTimeout = TimeSpan.FromSeconds(10);
            });
            // The cache reserves memory for its whole size twice. Without other silos every grain is found before it is asked.
            silo.Configure<GrainDirectoryOptions>(directory =>
                directory.CacheSize = storage.Provider == StorageProvider.Sqlite ? 1_000 : 250_000
            );
            silo.Configure<GrainCollectionOptions>(collection => collection.CollectionAge = TimeSpan.FromHours(2));
            Cluster(silo, options, storage);
        });
    }

    private static void Cluster(ISiloBuilder silo, SiloOptions options, StorageOptions storage)
    {
        var address = IPAddress.TryParse(options.Address, out var parsed)
            ? parsed
            : throw new StartRefusedException(
                $"{SiloOptions.Section}:{nameof(options.Address)} is '{options.Address}'; allowed is an IP address of this machine."
            );
        if (storage.Provider == StorageProvider.Sqlite)
        {
            var port = options.Port == 0 ? FreePort() : options.Port;
            silo.UseLocalhostClustering(port, options.GatewayPort, null, options.ServiceId, options.ClusterId);
            silo.Configure<EndpointOptions>(endpoint => endpoint.GatewayPort = options.GatewayPort);
            return;
        }

        silo.UseAdoNetClustering(clustering =>
            clustering.Configure<NpgsqlDataSource>(
                (membership, database) =>
                {
                    membership.Invariant = "Npgsql";
                    membership.DataSource = database;
                }
            )
        );
        silo.ConfigureEndpoints(address, options.Port == 0 ? DefaultPort : options.Port, options.GatewayPort);
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(2);
            membership.NumMissedProbesLimit = 2;
            membership.NumVotesForDeathDeclaration = 1;
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        });
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
