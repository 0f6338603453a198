using Marketplace.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Backup;

/// <summary>Copies an embedded store as of one instant, even while a server writes to it.</summary>
/// <remarks>
/// Holds the write lock of every file for that instant, so that no commit is in progress anywhere, and opens a read transaction on each
/// file. Then the locks are released, after milliseconds, and the files are copied from those transactions. So the copy equals what a power
/// failure at that instant would have left, consistent across files.
/// </remarks>
public static class FolderBackup
{
    internal const string Store = "sqlite";
    private const string Draft = ".restoring";
    private const string DemoFile = "demo.json";
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(30);

    /// <summary>Copies the store into a new or empty folder.</summary>
    /// <exception cref="StartRefusedException">There is no store, or the folder is unusable.</exception>
    public static async Task<BackupManifest> Backup(
        string dataFolder,
        string target,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var source = new DataFolder(dataFolder, LockLimit);
        RestoreMarker.ThrowIfThere(dataFolder);
        RequireWhole(source, dataFolder);
        var draft = BackupFolder.Draft(target);
        var madeAt = CopyAll(source, draft, time);
        if (File.Exists(Path.Combine(dataFolder, DemoFile)))
        {
            File.Copy(Path.Combine(dataFolder, DemoFile), Path.Combine(draft, DemoFile));
        }

        using (var copy = new DataFolder(draft, LockLimit))
        {
            StoreHeads.Record(copy, StoreHeads.Closed);
            RequireSound(copy);
        }

        return await BackupFolder.Finish(draft, target, Store, madeAt, Schema.Version, cancellationToken);
    }

    /// <summary>Replaces the store of a stopped server by a backup. An existing store is moved aside, never deleted.</summary>
    /// <returns>Where the earlier store is now; null if there was none.</returns>
    /// <exception cref="StartRefusedException">The backup is incomplete, or a server is running on the data folder.</exception>
    public static async Task<string?> Restore(string dataFolder, string source, TimeProvider time, CancellationToken cancellationToken)
    {
        var manifest = await BackupFolder.Open(source, Store, cancellationToken);
        using var target = new DataFolder(dataFolder, LockLimit);
        target.Lock();
        var marker = RestoreMarker.Read(dataFolder) ?? new RestoreMarker(NameAside(dataFolder, time), IsPlacing: false);
        marker.Write(dataFolder);
        foreach (var file in manifest.Files)
        {
            var draft = Path.Combine(dataFolder, file.Name + Draft);
            File.Copy(Path.Combine(source, file.Name), draft, overwrite: true);
            Disk.Flush(draft);
        }

        var aside = marker.Aside.Length > 0 ? Path.Combine(dataFolder, marker.Aside) : null;
        ClearPlace(dataFolder, marker, aside);
        (marker with { IsPlacing = true }).Write(dataFolder);
        foreach (var file in manifest.Files)
        {
            File.Move(Path.Combine(dataFolder, file.Name + Draft), Path.Combine(dataFolder, file.Name));
        }

        RestoreMarker.Remove(dataFolder);
        return aside;
    }

    private static DateTimeOffset CopyAll(DataFolder source, string target, TimeProvider time)
    {
        var files = source.Files.Where(file => File.Exists(file.File.Path)).ToArray();
        var locks = new List<SqliteConnection>();
        var readers = new List<(string Name, SqliteConnection Connection)>();
        try
        {
            foreach (var (_, file) in files)
            {
                locks.Add(file.OpenUnpooled(write: true));
                SqliteFile.Execute(locks[^1], "BEGIN IMMEDIATE");
            }

            foreach (var (name, file) in files)
            {
                readers.Add((name, file.OpenUnpooled(write: false)));
                SqliteFile.Execute(readers[^1].Connection, "BEGIN; SELECT count(*) FROM sqlite_master");
            }

            var instant = time.GetUtcNow();
            locks.ForEach(held => held.Dispose());
            locks.Clear();
            foreach (var (name, connection) in readers)
            {
                using var copy = new SqliteFile(Path.Combine(target, name + ".db"), LockLimit).OpenUnpooled(write: true);
                connection.BackupDatabase(copy);
            }

            return instant;
        }
        catch (SqliteException e)
        {
            throw new StartRefusedException($"the store cannot be copied: {e.Message}.", StartRefusedException.Failed, e);
        }
        finally
        {
            locks.ForEach(held => held.Dispose());
            readers.ForEach(reader => reader.Connection.Dispose());
        }
    }

    private static void RequireWhole(DataFolder folder, string path)
    {
        if (folder.Files.All(file => !File.Exists(file.File.Path)))
        {
            throw new StartRefusedException(
                $"there is no store in {path}; name its folder with --Marketplace:DataFolder.",
                StartRefusedException.Failed
            );
        }

        StoreNotTrusted.ThrowIfAny(folder.Guarded(FolderCheck.Files), path);
    }

    private static void RequireSound(DataFolder copy)
    {
        foreach (var (name, file) in copy.Files.Where(file => File.Exists(file.File.Path)))
        {
            using var connection = file.OpenUnpooled(write: true);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            if (command.ExecuteScalar() is not "ok")
            {
                throw new StartRefusedException($"{name}.db is damaged; keep earlier backups.", StartRefusedException.StoreNotTrusted);
            }
        }
    }

    private static string NameAside(string dataFolder, TimeProvider time) =>
        StoreFiles(dataFolder).Length == 0
            ? string.Empty
            : FormattableString.Invariant($"before-restore-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}");

    /// <summary>Moves the earlier store aside; files placed by an interrupted restore are only copies, so delete them.</summary>
    private static void ClearPlace(string dataFolder, RestoreMarker marker, string? aside)
    {
        if (aside is not null)
        {
            BackupFolder.Create(aside);
        }

        foreach (var file in StoreFiles(dataFolder))
        {
            if (marker.IsPlacing || aside is null)
            {
                File.Delete(file);
            }
            else
            {
                File.Move(file, Path.Combine(aside, Path.GetFileName(file)));
            }
        }

        if (aside is not null)
        {
            Disk.FlushFolder(aside);
        }
    }

    private static string[] StoreFiles(string dataFolder) =>
        [.. new[] { "*.db", "*.db-wal", "*.db-shm", DemoFile }.SelectMany(pattern => Directory.EnumerateFiles(dataFolder, pattern))];
}
