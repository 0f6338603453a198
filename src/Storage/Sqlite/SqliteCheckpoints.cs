using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// Copies a file's write-ahead log into the database on a thread of its own. Copying and its sync take many times as long as a commit;
/// within one, as SQLite does it by itself, every call of that time would wait for them. Not thread-safe: the writer calls it.
/// </summary>
internal sealed class SqliteCheckpoints(SqliteFile file) : IDisposable
{
    /// <summary>Pages after which SQLite copies within a commit after all: 256 MB.</summary>
    public const int MaxPages = 65_536;

    private const int PagesBetween = 8_192;

    // SQLITE_DBSTATUS_CACHE_WRITE: pages that the connection has written.
    private const int PagesWritten = 9;

    private const int DiskFailed = 10;

    private SafeFileHandle? _handle;
    private Task? _copying;
    private long _pages;

    /// <summary>Notes a commit; starts a copy where one is due, and finishes one that has come to its end.</summary>
    public void RecordCommit(SqliteConnection writer)
    {
        raw.sqlite3_db_status(writer.Handle, PagesWritten, out var written, out _, resetFlg: 1);
        _pages += written;
        if (_copying is null && _pages >= PagesBetween)
        {
            _copying = Task.Factory.StartNew(CopyBeside, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        else if (_copying is { IsCompleted: true })
        {
            // Only the commits of a moment are left, and no other comes between: so the whole log is copied and starts over, at a length
            // that the disk has room for already. A reader, such as a backup, may still keep it.
            _copying = null;
            _pages = TryCopy(writer) ? 0 : PagesBetween / 2;
        }
    }

    /// <summary>Copies on the calling thread, without a writer: what is committed meanwhile stays in the log.</summary>
    public void CopyBeside()
    {
        try
        {
            using var connection = file.OpenUnpooled(write: true);
            TryCopy(connection);

            // SQLite syncs only a copy during which nothing was committed; the writer would do it for all that was copied here. The handle
            // stays open: closing it would drop the locks of SQLite's own.
            _handle ??= File.OpenHandle(file.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(_handle);
            TryCopy(connection);
        }
        catch (SqliteException e)
        {
            Report(e);
        }
        catch (IOException e)
        {
            ReportDisk(e);
        }
    }

    /// <summary>Waits for a copy that is under way; the file can be closed then.</summary>
    public void Stop()
    {
        ((IAsyncResult?)_copying)?.AsyncWaitHandle.WaitOne();
        (_copying, _pages) = (null, 0);
    }

    /// <summary>Drops SQLite's locks on the file, too; only other processes heed those, and the folder's own lock keeps them out.</summary>
    public void Dispose() => _handle?.Dispose();

    /// <summary>True if everything in the log is copied.</summary>
    private bool TryCopy(SqliteConnection connection)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
            using var row = command.ExecuteReader();
            return row.Read() && row.GetInt64(1) == row.GetInt64(2);
        }
        catch (SqliteException e)
        {
            Report(e);
            return false;
        }
    }

    // A full disk or a lock: the pages are still in the log, and a later copy brings them.
    private void Report(SqliteException failure)
    {
        if (failure.SqliteErrorCode == DiskFailed)
        {
            ReportDisk(failure);
        }
        else
        {
            file.Examine(failure);
        }
    }

    // The system tells of a failed write once. A later copy would succeed and let the log start over, without the pages that were lost;
    // the next start copies the whole log again.
    private void ReportDisk(Exception failure) =>
        file.Damaged?.Invoke($"{Path.GetFileName(file.Path)} cannot be written ({failure.Message}); keep its .db-wal");
}
