using Marketplace.Grains.Audit;
using Marketplace.Grains.Quotas;
using Marketplace.Grains.Sync;
using Marketplace.Storage.PostgreSql;
using Marketplace.Storage.Sqlite;
using Marketplace.Storage.Sync;
using Npgsql;

namespace Marketplace.Storage;

/// <summary>The logs of a store without a running product, for export and verification.</summary>
public sealed class LogReaders : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly IDisposable[] _store;

    private LogReaders(IDisposable[] store, IJournalReader journal, IFeedReader feed, IUsageReader usage, IDeliveryReader delivery) =>
        (_store, Journal, Feed, Usage, Delivery) = (store, journal, feed, usage, delivery);

    public IJournalReader Journal { get; }

    public IFeedReader Feed { get; }

    public IUsageReader Usage { get; }

    public IDeliveryReader Delivery { get; }

    /// <summary>Opens a stopped embedded store; the folder is locked until this is disposed.</summary>
    /// <exception cref="InvalidOperationException">There is no store in the folder, or it is in use.</exception>
    public static LogReaders OpenSqlite(string dataFolder)
    {
        if (!File.Exists(Path.Combine(dataFolder, "usage.db")))
        {
            throw new InvalidOperationException($"There is no store in the folder {dataFolder}.");
        }

        var folder = new DataFolder(dataFolder, Timeout);
        folder.Lock();
        return new LogReaders(
            [folder],
            new SqliteJournalReader(new SqliteReads(folder.Journal), Columns(folder.Journal)),
            new SqliteFeedReader(new SqliteReads(folder.Feed)),
            new SqliteUsageReader(new SqliteReads(folder.Usage)),
            File.Exists(folder.Sync.Path) ? new DeliveryReads(new SqliteReads(folder.Sync)) : new NoDeliveries());
    }

    /// <summary>Opens the logs of a database; reading does not disturb processes that use it.</summary>
    public static LogReaders OpenPostgreSql(string connectionString)
    {
        var database = NpgsqlDataSource.Create(connectionString);
        var reads = new PostgresReads(database);
        return new LogReaders(
            [reads, database],
            new PostgresJournalReader(reads, Columns(database)),
            new PostgresFeedReader(reads),
            new PostgresUsageReader(reads),
            HasDeliveries(database) ? new DeliveryReads(new PostgresSql(database, reads)) : new NoDeliveries());
    }

    // The offline tool also reads stores that no newer program has started on.
    private static string Columns(SqliteFile journal)
    {
        using var connection = journal.OpenReader();
        return SqliteFile.HasColumn(connection, "journal", "role") ? LogSql.FactColumns : LogSql.FirstFactColumns;
    }

    private static string Columns(NpgsqlDataSource database)
    {
        using var command = database.CreateCommand(
            "SELECT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('journal') AND attname = 'role' AND NOT attisdropped)");
        return command.ExecuteScalar() is true ? LogSql.FactColumns : LogSql.FirstFactColumns;
    }

    private static bool HasDeliveries(NpgsqlDataSource database)
    {
        using var command = database.CreateCommand("SELECT to_regclass('delivery_log') IS NOT NULL");
        return command.ExecuteScalar() is true;
    }

    public void Dispose() => Array.ForEach(_store, part => part.Dispose());
}
