using System.Data.Common;
using Marketplace.Identity.Signing;
using Marketplace.Identity.Tokens;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Identity.Store;

/// <summary>Creates schema and first signing keys before anything uses them; any number of processes may start concurrently.</summary>
public sealed class IdentityDatabase : IHostedLifecycleService, IDisposable
{
    /// <summary>Arbitrary but fixed: processes of different releases must exclude each other.</summary>
    private const long AdvisoryLock = 0x6D70_6964_656E_7400;

    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(20);

    private readonly IdentityStore _store;
    private readonly IServiceScopeFactory _scopes;
    private readonly SigningKeyRing _keys;
    private readonly MarketplaceKeyRing _marketplaceKeys;
    private readonly IMarketplaceSecrets _secrets;
    private readonly AccessTokenFormat _tokens;
    private readonly SemaphoreSlim _once = new(1, 1);
    private volatile bool _ready;

    internal IdentityDatabase(
        IdentityStore store,
        IServiceScopeFactory scopes,
        SigningKeyRing keys,
        MarketplaceKeyRing marketplaceKeys,
        IMarketplaceSecrets secrets,
        AccessTokenFormat tokens
    )
    {
        _store = store;
        _scopes = scopes;
        _keys = keys;
        _marketplaceKeys = marketplaceKeys;
        _secrets = secrets;
        _tokens = tokens;
    }

    /// <summary>Idempotent; the host calls it before any other service starts.</summary>
    /// <exception cref="DbException">The store is unavailable.</exception>
    public async Task Initialize(CancellationToken cancellationToken)
    {
        if (_ready)
        {
            return;
        }

        await _once.WaitAsync(cancellationToken);
        try
        {
            if (!_ready)
            {
                await using var exclusive = await Exclusive(cancellationToken);
                await CreateSchema(cancellationToken);
                await _keys.LoadOrCreate(cancellationToken);
                await _marketplaceKeys.GetKeys(cancellationToken);
                await _secrets.GetBuyerMarkSecret(cancellationToken);
                await _tokens.Load(cancellationToken);
                _ready = true;
            }
        }
        finally
        {
            _once.Release();
        }
    }

    /// <summary>Creates a new signing key. It is published at once and signs after the activation delay.</summary>
    public async Task RotateSigningKey(CancellationToken cancellationToken)
    {
        await Initialize(cancellationToken);
        await using var exclusive = await Exclusive(cancellationToken);
        await _keys.Rotate(cancellationToken);
    }

    /// <summary>Loads keys created by other processes, and creates the next one when the newest has reached its lifetime.</summary>
    internal async Task RefreshSigningKeys(CancellationToken cancellationToken)
    {
        await _marketplaceKeys.Load(cancellationToken);
        await _keys.Load(cancellationToken);
        if (_keys.IsRotationDue())
        {
            await using var exclusive = await Exclusive(cancellationToken);
            await _keys.Load(cancellationToken);
            if (_keys.IsRotationDue())
            {
                await _keys.Rotate(cancellationToken);
            }
        }
    }

    private async Task CreateSchema(CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<IdentityContext>();
        await context.Database.OpenConnectionAsync(cancellationToken);
        var connection = context.Database.GetDbConnection();
        if (_store is IdentityStore.Sqlite)
        {
            // Outside the transaction: SQLite can change the journal mode only there.
            await Execute(connection, null, "PRAGMA journal_mode = WAL", cancellationToken);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await HasTables(connection, transaction, cancellationToken))
        {
            await Execute(connection, transaction, context.Database.GenerateCreateScript(), cancellationToken);
        }

        await Execute(connection, transaction, IdentityTables.Later(_store), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<bool> HasTables(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command)
        {
            command.Transaction = transaction;
            command.CommandText =
                _store is IdentityStore.Sqlite
                    ? "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'SigningKeys'"
                    : $"SELECT 1 WHERE to_regclass('{IdentityNames.DatabaseSchema}.\"SigningKeys\"') IS NOT NULL";
            return await command.ExecuteScalarAsync(cancellationToken) is not null;
        }
    }

    private static async Task Execute(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command)
        {
            command.Transaction = transaction;
#pragma warning disable CA2100 // The script comes from our own model.
            command.CommandText = sql;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Admits one process at a time to schema, key ring and signing key setup. Not a database transaction: the key ring writes through its
    /// own connection and would deadlock.
    /// </summary>
    private async Task<IAsyncDisposable> Exclusive(CancellationToken cancellationToken)
    {
        switch (_store)
        {
            case IdentityStore.Sqlite sqlite:
                return await LockFile(sqlite.Path + ".lock", cancellationToken);

            case IdentityStore.PostgreSql postgreSql:
                // Not pooled: closing the connection also releases the lock if the release never ran.
                var builder = new NpgsqlConnectionStringBuilder(postgreSql.ConnectionString) { Pooling = false };
                var connection = new NpgsqlConnection(builder.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                await Execute(connection, null, $"SELECT pg_advisory_lock({AdvisoryLock})", cancellationToken);
                return connection;

            default:
                throw new NotSupportedException($"Unsupported identity store {_store.GetType().Name}.");
        }
    }

    private static async Task<FileStream> LockFile(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(LockPoll, cancellationToken);
            }
        }
    }

    /// <summary>The connection string of a store, with the settings the identity feature needs.</summary>
    internal static string ConnectionStringOf(IdentityStore store) =>
        store switch
        {
            IdentityStore.Sqlite sqlite => new SqliteConnectionStringBuilder { DataSource = sqlite.Path }.ConnectionString,

            // Few connections: tokens are requested rarely, and the logs need their share of the server's limit.
            IdentityStore.PostgreSql postgreSql => new NpgsqlConnectionStringBuilder(postgreSql.ConnectionString)
            {
                ApplicationName = "marketplace-identity",
                MaxPoolSize = 4,
                Timeout = 3,
                CommandTimeout = 5,
            }.ConnectionString,

            _ => throw new NotSupportedException($"Unsupported identity store {store.GetType().Name}."),
        };

    public Task StartingAsync(CancellationToken cancellationToken) => Initialize(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _once.Dispose();
}
