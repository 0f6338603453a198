using Marketplace.Grains.Audit;
using Marketplace.Grains.Quotas;
using Marketplace.Grains.Sync;
using Marketplace.Storage.PostgreSql;
using Marketplace.Storage.Sqlite;
using Npgsql;

namespace Marketplace.Storage;

/// <summary>The logs of a store without a running product, for export and verification.</summary>
public sealed class LogReaders : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly IDisposable[] _store;

    private LogReaders(IDisposable[] store, IJournalReader journal, IFeedReader feed, IUsageReader usage) =>
        (_store, Journal, Feed, Usage) = (store, journal, feed, usage);

    public IJournalReader Journal { get; }

    public IFeedReader Feed { get; }

    public IUsageReader Usage { get; }

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
            new SqliteUsageReader(new SqliteReads(folder.Usage)));
    }

    /// <summary>Opens the logs of a database; reading does not disturb processes that use it.</summary>
    public static LogReaders OpenPostgreSql(string connectionString)
    {
        var database = NpgsqlDataSource.Create(connectionString);
        var reads = new PostgresReads(database);
        return new LogReaders([reads, database], new PostgresJournalReader(reads, Columns(database)), new PostgresFeedReader(reads), new PostgresUsageReader(reads));
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

    public void Dispose() => Array.ForEach(_store, part => part.Dispose());
}
