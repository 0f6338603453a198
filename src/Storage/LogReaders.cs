using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Storage.Backup;
using Marketplace.Storage.PostgreSql;
using Marketplace.Storage.Sql;
using Marketplace.Storage.Sqlite;
using Npgsql;

namespace Marketplace.Storage;

/// <summary>The logs of a store without a running product, for export and verification.</summary>
public sealed class LogReaders : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly IDisposable[] _store;
    private readonly Func<Action<Finding>, CancellationToken, Task> _check;

    private LogReaders(
        IDisposable[] store,
        IJournalReader journal,
        IFeedReader feed,
        IUsageReader usage,
        IDeliveryReader delivery,
        Func<Action<Finding>, CancellationToken, Task> check
    ) => (_store, Journal, Feed, Usage, Delivery, _check) = (store, journal, feed, usage, delivery, check);

    /// <summary>
    /// Looks whether the parts of the store belong together: files that are missing or older than others know them, cursors ahead of their
    /// log, documents and deliveries that the journal names and that are not there.
    /// </summary>
    public Task Check(Action<Finding> report, CancellationToken cancellationToken) => _check(report, cancellationToken);

    public IJournalReader Journal { get; }

    public IFeedReader Feed { get; }

    public IUsageReader Usage { get; }

    public IDeliveryReader Delivery { get; }

    /// <summary>Opens a stopped embedded store; the folder is locked until this is disposed.</summary>
    /// <exception cref="InvalidOperationException">There is no store in the folder, or it is in use.</exception>
    public static LogReaders OpenSqlite(string dataFolder)
    {
        RestoreMarker.ThrowIfThere(dataFolder);
        if (!File.Exists(Path.Combine(dataFolder, "usage.db")))
        {
            throw new InvalidOperationException($"There is no store in the folder {dataFolder}.");
        }

        var folder = new DataFolder(dataFolder, Timeout);
        folder.Lock();
        var files = folder.Guarded(FolderCheck.Files);
        if (!File.Exists(folder.Journal.Path) || !File.Exists(folder.Feed.Path))
        {
            folder.Dispose();
            throw new InvalidOperationException($"The store in {dataFolder} has no journal.db or no feed.db.");
        }

        var journal = new JournalReader(new SqliteReads(folder.Journal), Columns(folder.Journal));
        return new LogReaders(
            [folder],
            journal,
            new FeedReader(new SqliteReads(folder.Feed)),
            new UsageReader(new SqliteReads(folder.Usage)),
            File.Exists(folder.Sync.Path) ? new DeliveryReader(new SqliteReads(folder.Sync)) : new NoDeliveries(),
            (report, cancellationToken) => Check(folder, files, journal, report, cancellationToken)
        );
    }

    /// <summary>Opens the logs of a database; reading does not disturb processes that use it.</summary>
    public static LogReaders OpenPostgreSql(string connectionString)
    {
        var database = NpgsqlDataSource.Create(connectionString);
        var reads = new PostgresReads(database);
        var journal = new JournalReader(reads, Columns(database));
        var hasDeliveries = HasDeliveries(database);
        return new LogReaders(
            [reads, database],
            journal,
            new FeedReader(reads),
            new UsageReader(reads),
            hasDeliveries ? new DeliveryReader(reads) : new NoDeliveries(),
            (report, cancellationToken) =>
                hasDeliveries ? PostgresStore.References(journal, reads).Check(report, cancellationToken) : Task.CompletedTask
        );
    }

    private static async Task Check(
        DataFolder folder,
        List<Finding> files,
        IJournalReader journal,
        Action<Finding> report,
        CancellationToken cancellationToken
    )
    {
        files.ForEach(report);

        // A store of before this schema has not all files, and one that lacks a file has been found wanting already.
        if (folder.Files.All(file => file.Name == "identity" || File.Exists(file.File.Path)))
        {
            folder.Guarded(FolderCheck.Heads).ForEach(report);
            await SqliteStore.References(folder, journal).Check(report, cancellationToken);
        }
    }

    // The offline tool also reads stores that no newer program has started on.
    private static string Columns(SqliteFile journal)
    {
        using var connection = journal.OpenReader();
        return FactRow.ColumnsOf(column => SqliteFile.HasColumn(connection, "journal", column));
    }

    private static string Columns(NpgsqlDataSource database) =>
        FactRow.ColumnsOf(column =>
        {
            using var command = database.CreateCommand(
                "SELECT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('journal') AND attname = $1 AND NOT attisdropped)"
            );
            command.Parameters.AddWithValue(column);
            return command.ExecuteScalar() is true;
        });

    private static bool HasDeliveries(NpgsqlDataSource database)
    {
        using var command = database.CreateCommand("SELECT to_regclass('delivery_log') IS NOT NULL");
        return command.ExecuteScalar() is true;
    }

    public void Dispose() => Array.ForEach(_store, part => part.Dispose());
}
