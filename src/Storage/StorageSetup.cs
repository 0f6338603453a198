using System.Text.Json.Serialization;
using Marketplace.Grains.Ports;
using Marketplace.Storage.Catalogue;
using Marketplace.Storage.Journal;
using Marketplace.Storage.PostgreSql;
using Marketplace.Storage.Sqlite;
using Marketplace.Storage.State;
using Marketplace.Storage.Timing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Serialization;
using Orleans.Storage;

namespace Marketplace.Storage;

/// <summary>Wires the configured store.</summary>
public static class StorageSetup
{
    private const string Invariant = "Npgsql";
    private const string PubSubStore = "PubSubStore";
    private const int ConnectSeconds = 2;

    /// <summary>Reads the settings before the host is built; an invalid value stops the start and is named.</summary>
    public static StorageOptions ReadStorageOptions(this IConfiguration configuration)
    {
        var options = new StorageOptions();
        configuration.GetSection(StorageOptions.Section).Bind(options);
        options.DataFolder = Path.GetFullPath(configuration["Marketplace:DataFolder"] ?? options.DataFolder);
        return options;
    }

    /// <summary>Registers the four logs and their writers. Call it before adding hosted services that need them.</summary>
    public static IServiceCollection AddMarketplaceStorage(this IServiceCollection services, StorageOptions settings)
    {
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsAnnotations>();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsRules>();
        services.AddOptionsWithValidateOnStart<StorageOptions>().Configure(options => Copy(settings, options));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<StorageOptions>>().Value);
        services.AddSingleton<StorageMetrics>();
        services.AddHostedService<StoreRunner>();
        services.AddSingleton<IStreamCursors, StreamCursors>();
        services.AddSingleton<IDeadLetters, DeadLetters>();
        services.AddSingleton<ITrail, Trail>();
        services.AddSingleton<INotifications, NotificationStore>();
        services.AddSingleton<IAuditCounts, AuditCounts>();
        services.AddSingleton<IPluginSellers, PluginSellerRows>();
        services.AddSingleton<IDeadlines, DeadlineRows>();
        services.AddSingleton<ICatalogueIndex, CatalogueRows>();
        return settings.Provider == StorageProvider.Sqlite ? AddSqlite(services) : AddPostgreSql(services, settings);
    }

    /// <summary>
    /// Adds grain storage (default and the streams' own): our own on SQLite, AdoNet with our tables on PostgreSQL; payloads are JSON on
    /// both.
    /// </summary>
    public static ISiloBuilder AddMarketplaceGrainStorage(this ISiloBuilder silo, StorageOptions settings)
    {
        silo.UseSystemTextJsonGrainStorageSerializer();

        // By default nulls are omitted; a member set to null would be restored with its initialiser's value.
        silo.Services.Configure<SystemTextJsonGrainStorageSerializerOptions>(json =>
            json.JsonSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never
        );
        silo.AddIncomingGrainCallFilter<DriverFailures>();
        return settings.Provider == StorageProvider.Sqlite ? AddSqlite(silo) : AddPostgreSql(silo);
    }

    private static ISiloBuilder AddSqlite(ISiloBuilder silo)
    {
        silo.Services.AddSingleton<IGrainStorage>(provider => new SqliteGrainStorage(
            provider.GetRequiredService<SqliteStore>().StateWriter,
            provider.GetRequiredService<SqliteStore>().StateReads,
            provider.GetRequiredService<IGrainStorageSerializer>()
        ));
        foreach (var name in (ReadOnlySpan<string>)[ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, PubSubStore])
        {
            silo.Services.AddKeyedSingleton(name, (provider, _) => provider.GetRequiredService<IGrainStorage>());
        }

        return silo;
    }

    private static ISiloBuilder AddPostgreSql(ISiloBuilder silo)
    {
        silo.AddAdoNetGrainStorageAsDefault(Configure).AddAdoNetGrainStorage(PubSubStore, Configure);
        Guard(silo.Services);
        return silo;

        static void Configure(OptionsBuilder<AdoNetGrainStorageOptions> options) =>
            options.Configure<NpgsqlDataSource>(
                (storage, database) =>
                {
                    storage.Invariant = Invariant;
                    storage.DataSource = database;
                    storage.DeleteStateOnClear = false;
                }
            );
    }

    /// <summary>Wraps each named storage in <see cref="GuardedGrainStorage"/>.</summary>
    private static void Guard(IServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (
                services[i] is { IsKeyedService: true, KeyedImplementationFactory: { } make } storage
                && storage.ServiceType == typeof(IGrainStorage)
            )
            {
                services[i] = ServiceDescriptor.KeyedSingleton<IGrainStorage>(storage.ServiceKey, (provider, key) =>
                    new GuardedGrainStorage((IGrainStorage)make(provider, key))
                );
            }
        }
    }

    private static IServiceCollection AddSqlite(IServiceCollection services) =>
        services
            .AddSingleton<SqliteStore>()
            .AddSingleton<ICatalogueSearchSql, SqliteCatalogueSearch>()
            .AddSingleton<IStoreRun>(provider => provider.GetRequiredService<SqliteStore>())
            .AddSingleton(provider => provider.GetRequiredService<SqliteStore>().Journal)
            .AddSingleton(provider => provider.GetRequiredService<SqliteStore>().Feed)
            .AddSingleton(provider => provider.GetRequiredService<SqliteStore>().Usage)
            .AddSingleton(provider => provider.GetRequiredService<SqliteStore>().Tail)
            .AddSingleton(provider => provider.GetRequiredService<SqliteStore>().Deliveries)
            .AddSingleton(provider => provider.GetRequiredService<SqliteStore>().FeedTail)
            .AddSingleton(provider => provider.GetRequiredService<SqliteStore>().Audit)
            .AddSingleton(provider => provider.GetRequiredService<SqliteStore>().Documents)
            .AddSingleton(provider => provider.GetRequiredService<SqliteStore>().Health);

    private static IServiceCollection AddPostgreSql(IServiceCollection services, StorageOptions settings) =>
        services
            .AddSingleton(_ => OpenDatabase(settings))
            .AddSingleton<PostgresStore>()
            .AddSingleton<ICatalogueSearchSql, PostgresCatalogueSearch>()
            .AddSingleton<IStoreRun>(provider => provider.GetRequiredService<PostgresStore>())
            .AddSingleton(provider => provider.GetRequiredService<PostgresStore>().Journal)
            .AddSingleton(provider => provider.GetRequiredService<PostgresStore>().Feed)
            .AddSingleton(provider => provider.GetRequiredService<PostgresStore>().Usage)
            .AddSingleton(provider => provider.GetRequiredService<PostgresStore>().Tail)
            .AddSingleton(provider => provider.GetRequiredService<PostgresStore>().Deliveries)
            .AddSingleton(provider => provider.GetRequiredService<PostgresStore>().FeedTail)
            .AddSingleton(provider => provider.GetRequiredService<PostgresStore>().Audit)
            .AddSingleton(provider => provider.GetRequiredService<PostgresStore>().Documents)
            .AddSingleton(provider => provider.GetRequiredService<PostgresStore>().Health);

    private static NpgsqlDataSource OpenDatabase(StorageOptions settings)
    {
        var connection = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            // An unavailable store must be detected within seconds.
            Timeout = ConnectSeconds,
            CommandTimeout = (int)Math.Ceiling(settings.CommandTimeout.TotalSeconds),
            CancellationTimeout = 500,
            MaxPoolSize = settings.MaxConnections - StorageOptions.IdentityConnections,
            MaxAutoPrepare = 50,
            AutoPrepareMinUsages = 2,
            ApplicationName = "marketplace",
        };
        return NpgsqlDataSource.Create(connection);
    }

    private static void Copy(StorageOptions from, StorageOptions to)
    {
        (to.Provider, to.ConnectionString, to.DataFolder) = (from.Provider, from.ConnectionString, from.DataFolder);
        (to.QueueLimit, to.BatchRows, to.BatchBytes, to.CommandTimeout) = (
            from.QueueLimit,
            from.BatchRows,
            from.BatchBytes,
            from.CommandTimeout
        );
        (to.MaxConnections, to.StartTimeout) = (from.MaxConnections, from.StartTimeout);
    }
}
