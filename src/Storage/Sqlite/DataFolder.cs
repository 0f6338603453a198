using System.Globalization;
using Marketplace.Journal;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>The data folder of an embedded run: one file for each log, and a lock that keeps a second process out.</summary>
internal sealed class DataFolder(string path, TimeSpan timeout) : IDisposable
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const string FolderSetting = "Marketplace:DataFolder";

    // As it lay there before anything was opened: opening a file makes its log.
    private readonly HashSet<string> _logs = FindLogs(path);
    private FileStream? _lock;

    public string Path => path;

    public SqliteFile Journal { get; } = new(System.IO.Path.Combine(path, "journal.db"), timeout);

    public SqliteFile Feed { get; } = new(System.IO.Path.Combine(path, "feed.db"), timeout);

    public SqliteFile Usage { get; } = new(System.IO.Path.Combine(path, "usage.db"), timeout);

    /// <summary>
    /// What the subscribers of the audit streams keep: cursors, dead letters, trails, notifications, counts; sellers of plugins, deadlines.
    /// </summary>
    public SqliteFile Audit { get; } = new(System.IO.Path.Combine(path, "audit.db"), timeout);

    /// <summary>What was delivered to plugins.</summary>
    public SqliteFile Sync { get; } = new(System.IO.Path.Combine(path, "sync.db"), timeout);

    public SqliteFile State { get; } = new(System.IO.Path.Combine(path, "state.db"), timeout);

    public SqliteFile Documents { get; } = new(System.IO.Path.Combine(path, "documents.db"), timeout);

    /// <summary>Clients, tokens and keys; the identity part writes it, and it is named here for what concerns all files.</summary>
    public SqliteFile Identity { get; } = new(System.IO.Path.Combine(path, "identity.db"), timeout);

    /// <summary>All files of a store, by the name before <c>.db</c>.</summary>
    public IReadOnlyList<(string Name, SqliteFile File)> Files =>
        [
            ("usage", Usage),
            ("audit", Audit),
            ("feed", Feed),
            ("sync", Sync),
            ("state", State),
            ("journal", Journal),
            ("documents", Documents),
            ("identity", Identity),
        ];

    /// <summary>True if a file had its write-ahead log beside it when this was made.</summary>
    public bool HadLog(SqliteFile file) => _logs.Contains(System.IO.Path.GetFileName(file.Path) + "-wal");

    /// <summary>One of <see cref="Files"/>.</summary>
    public SqliteFile File(string name) => Files.First(file => file.Name == name).File;

    /// <summary>
    /// Brings everything into the .db files, after the last writer has closed: pooled readers would keep the write-ahead logs alive, and a
    /// copy of the .db files would lack what is in them.
    /// </summary>
    public void Close()
    {
        SqliteConnection.ClearAllPools();
        StoreHeads.Record(this, StoreHeads.Closed);
    }

    /// <summary>Takes the folder for this process.</summary>
    /// <exception cref="StartRefusedException">Another process has it.</exception>
    public void Lock()
    {
        Directory.CreateDirectory(path);
        try
        {
            _lock = new FileStream(
                System.IO.Path.Combine(path, "marketplace.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException e)
        {
            throw new StartRefusedException(
                $"The data folder {path} is in use by another process; name another with {FolderSetting}, or stop that process.",
                StartRefusedException.Failed,
                e
            );
        }
    }

    /// <summary>Makes or completes the tables.</summary>
    /// <exception cref="StartRefusedException">A file is damaged, or may not be written.</exception>
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
        if (_lock is not null)
        {
            RemoveEmptyLogs();
        }

        _lock?.Dispose();
        _lock = null;
    }

    /// <summary>Takes away the logs that reading made, so that whoever looks next sees the folder as it was.</summary>
    private void RemoveEmptyLogs()
    {
        foreach (var (_, file) in Files.Where(file => !HadLog(file.File)))
        {
            if (new FileInfo(file.Path + "-wal") is { Exists: true, Length: 0 } log)
            {
                log.Delete();
                System.IO.File.Delete(file.Path + "-shm");
            }
        }
    }

    private static HashSet<string> FindLogs(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.db-wal").Select(log => System.IO.Path.GetFileName(log))] : [];

    /// <summary>Runs a check; a file that cannot be read is named.</summary>
    public List<Finding> Guarded(Func<DataFolder, IEnumerable<Finding>> check)
    {
        foreach (var (_, file) in Files.Where(file => System.IO.File.Exists(file.File.Path)))
        {
            Guarded(file, whole =>
            {
                using var connection = whole.OpenUnpooled(write: false);
                SqliteFile.Number(connection, "SELECT count(*) FROM sqlite_master");
            });
        }

        return [.. check(this)];
    }

    private static void Guarded(SqliteFile file, Action<SqliteFile> work)
    {
        try
        {
            work(file);
        }
        catch (SqliteException e)
        {
            var advice = e.SqliteErrorCode is Corrupt or NotADatabase
                ? "it is damaged or no SQLite file. Put a backup in its place (docs/operating.md, Backup and restore)"
                : $"the program's user needs the right to read and write it, and the disk room; the folder is named by {FolderSetting}";
            throw new StartRefusedException($"{file.Path} cannot be opened ({e.Message}): {advice}.", StartRefusedException.Failed, e);
        }
    }

    private static void Migrate(SqliteFile file, string script) => Guarded(file, whole => Apply(whole, script));

    private static void Apply(SqliteFile file, string script)
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
