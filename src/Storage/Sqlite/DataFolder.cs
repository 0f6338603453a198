using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>The data folder of an embedded run: one file for each log, and a lock that keeps a second process out.</summary>
internal sealed class DataFolder(string path, TimeSpan timeout) : IDisposable
{
    private FileStream? _lock;

    public SqliteFile Journal { get; } = new(Path.Combine(path, "journal.db"), timeout);

    public SqliteFile Feed { get; } = new(Path.Combine(path, "feed.db"), timeout);

    public SqliteFile Usage { get; } = new(Path.Combine(path, "usage.db"), timeout);

    /// <summary>What the subscribers of the audit streams keep: cursors, dead letters, trails, notifications, counts.</summary>
    public SqliteFile Audit { get; } = new(Path.Combine(path, "audit.db"), timeout);

    /// <summary>What was delivered to plugins.</summary>
    public SqliteFile Sync { get; } = new(Path.Combine(path, "sync.db"), timeout);

    public SqliteFile State { get; } = new(Path.Combine(path, "state.db"), timeout);

    public SqliteFile Documents { get; } = new(Path.Combine(path, "documents.db"), timeout);

    /// <summary>Takes the folder for this process.</summary>
    /// <exception cref="InvalidOperationException">Another process has it.</exception>
    public void Lock()
    {
        Directory.CreateDirectory(path);
        try
        {
            _lock = new FileStream(Path.Combine(path, "marketplace.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException($"The data folder {path} is in use by another process.", e);
        }
    }

    /// <summary>Makes or completes the tables.</summary>
    public void Migrate()
    {
        Migrate(Journal, "Sqlite.journal");
        Migrate(Feed, "Sqlite.feed");
        Migrate(Usage, "Sqlite.usage");
        Migrate(Sync, "Sqlite.sync");
        Migrate(State, "Sqlite.state");
        Migrate(Audit, "Sqlite.audit");
        Migrate(Documents, "Sqlite.documents");
    }

    public void Dispose()
    {
        // Pooled readers would keep the files open after the store is gone.
        SqliteConnection.ClearAllPools();
        _lock?.Dispose();
        _lock = null;
    }

    private static void Migrate(SqliteFile file, string script)
    {
        using var connection = file.OpenWriter();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        Schema.Check(Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture), file.Path);
        SqliteFile.Execute(connection, $"BEGIN IMMEDIATE; {Schema.Script(script)}");
        foreach (var (table, name, type) in Schema.LaterColumns)
        {
            if (SqliteFile.HasTable(connection, table) && !SqliteFile.HasColumn(connection, table, name))
            {
                SqliteFile.Execute(connection, $"ALTER TABLE {table} ADD COLUMN {name} {type}");
            }
        }

        SqliteFile.Execute(connection, $"PRAGMA user_version = {Schema.Version}; COMMIT;");
    }
}
