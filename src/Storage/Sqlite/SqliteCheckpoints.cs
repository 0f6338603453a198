using Marketplace.Storage.Commit;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// Copies a file's write-ahead log into the database beside the writer. A checkpoint ends with a sync of the database, which takes up to
/// half a second; within a commit, as SQLite does it by itself, every call of that time would wait for it. Not thread-safe: called by the
/// writer.
/// </summary>
internal sealed class SqliteCheckpoints(SqliteFile file)
{
    /// <summary>Pages after which SQLite copies within a commit after all, so that the log has a bound: 256 MB.</summary>
    public const int MaxPages = 65_536;

    private const int PageBytes = 4_096;
    private const int PagesOfCommit = 2;
    private const int PagesBetween = 8_192;
    private const string Copy = "PRAGMA wal_checkpoint(PASSIVE)";

    private Task? _copying;
    private long _pages;

    /// <summary>Notes a commit; starts a copy where one is due, and finishes one that has come to its end.</summary>
    public void RecordCommit<TGroup>(SqliteConnection writer, ReadOnlySpan<TGroup> groups)
        where TGroup : CommitGroup
    {
        _pages += PagesOfCommit;
        foreach (var group in groups)
        {
            _pages += 1 + (group.Bytes / PageBytes);
        }

        if (_copying is null && _pages >= PagesBetween)
        {
            _copying = Task.Factory.StartNew(CopyBeside, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        else if (_copying is { IsCompleted: true })
        {
            // Only the commits of a moment are left, and no other comes between: so the whole log is copied and begins anew, at a length
            // that the disk has room for already.
            (_copying, _pages) = (null, 0);
            Execute(writer);
        }
    }

    /// <summary>Waits for a copy that is under way; the file can be closed then.</summary>
    public async ValueTask Stop()
    {
        await (_copying ?? Task.CompletedTask);
        (_copying, _pages) = (null, 0);
    }

    private void CopyBeside()
    {
        try
        {
            using var connection = file.OpenUnpooled(write: true);

            // Twice: the second copies what was committed during the first.
            Execute(connection);
            Execute(connection);
        }
        catch (SqliteException e)
        {
            file.Examine(e);
        }
    }

    // A copy that fails changes nothing: the pages are still in the log, and the next one begins with them.
    private void Execute(SqliteConnection connection)
    {
        try
        {
            SqliteFile.Execute(connection, Copy);
        }
        catch (SqliteException e)
        {
            file.Examine(e);
        }
    }
}
