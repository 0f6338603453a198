using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// How far each log had come, noted in every file of the folder: at the start, at the stop and in a backup. Nothing is deleted from the
/// logs, so a file that has less than another one knows of is an earlier copy, or was emptied or cut off.
/// </summary>
internal static class StoreHeads
{
    /// <summary>The file was closed in order, or is a backup: all is in it.</summary>
    public const long Closed = 0;

    /// <summary>A writer has opened the file; what came later is in the write-ahead log beside the file.</summary>
    public const long Opening = 1;

    /// <summary>As <see cref="Opening"/>, and this very row was in the write-ahead log.</summary>
    public const long Open = 2;

    private const string OpenRow = "open";
    private const string Presence = "has-";

    private const string Table = "CREATE TABLE IF NOT EXISTS store_head (file TEXT PRIMARY KEY, reached INTEGER NOT NULL) WITHOUT ROWID;";

    // What only ever grows: positions, rows, numbers of rows.
    private static readonly (string File, string Table, string Sql)[] Measures =
    [
        ("journal", "journal", "SELECT coalesce(max(position), 0) FROM journal"),
        ("feed", "feed", "SELECT coalesce(max(position), 0) FROM feed"),
        ("usage", "usage_head", "SELECT rows FROM usage_head"),
        ("sync", "delivery_state", "SELECT coalesce(sum(no), 0) FROM delivery_state"),
    ];

    /// <summary>Reads how far the logs have come.</summary>
    public static Dictionary<string, long> Read(DataFolder folder)
    {
        var heads = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, table, sql) in Measures)
        {
            // A file that was emptied has come to nothing.
            using var connection = folder.File(name).OpenUnpooled(write: false);
            heads[name] = SqliteFile.HasTable(connection, table) ? SqliteFile.Number(connection, sql) : Counted(name, connection);
        }

        return heads;
    }

    // A ledger that no program has started on since it counts its rows by itself.
    private static long Counted(string name, SqliteConnection connection) =>
        name == "usage" && SqliteFile.HasTable(connection, "usage") ? SqliteFile.Number(connection, "SELECT count(*) FROM usage") : 0;

    /// <summary>Notes the heads in all files that are there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="state"><see cref="Closed"/>; null leaves what stands there.</param>
    public static void Record(DataFolder folder, long? state)
    {
        var there = folder.Files.Where(file => File.Exists(file.File.Path)).ToArray();
        var rows = Read(folder)
            .Select(head => PutText(head.Key, head.Value))
            .Concat(there.Select(file => PutText(Presence + file.Name, 1)))
            .ToArray();
        foreach (var (_, file) in there)
        {
            using var connection = file.OpenWriter();
            SqliteFile.Execute(
                connection,
                $"BEGIN IMMEDIATE; {Table} {string.Concat(rows)} "
                    + $"{(state is { } known ? PutText(OpenRow, known) : string.Empty)} COMMIT; PRAGMA wal_checkpoint(TRUNCATE);"
            );
        }
    }

    /// <summary>Records that a writer is about to open the file; call it when the write-ahead log is empty.</summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="probe">The write that comes next. Written here, too, and the log kept at its length, it finds its room even on a full
    /// disk.</param>
    public static void RecordOpening(SqliteConnection connection, string probe) =>
        SqliteFile.Execute(
            connection,
            $"BEGIN IMMEDIATE; {Table} {probe} {PutText(OpenRow, Opening)} COMMIT; PRAGMA wal_checkpoint(RESTART);"
        );

    /// <summary>Takes <see cref="RecordOpening"/> back: nothing was written, and the log goes with the last connection.</summary>
    public static void RecordNotOpened(SqliteFile file)
    {
        using var connection = file.OpenWriter();
        SqliteFile.Execute(connection, $"BEGIN IMMEDIATE; {Table} {PutText(OpenRow, Closed)} COMMIT;");
    }

    /// <summary>The statement that notes that the file is open, for the first transaction that stays in the write-ahead log.</summary>
    public static string NoteOpen => PutText(OpenRow, Open);

    /// <summary>What is wrong with the heads: for each file that has less than another knows of, one sentence.</summary>
    public static IEnumerable<(string File, string Detail)> Compare(DataFolder folder)
    {
        var actual = Read(folder);
        var known = new Dictionary<string, (long Reached, string Holder)>(StringComparer.Ordinal);
        foreach (var (holder, file) in folder.Files.Where(file => File.Exists(file.File.Path)))
        {
            foreach (var (name, reached) in ReadHeads(file))
            {
                if (actual.ContainsKey(name) && (!known.TryGetValue(name, out var best) || reached > best.Reached))
                {
                    known[name] = (reached, holder);
                }
            }
        }

        return known
            .Where(head => actual[head.Key] < head.Value.Reached)
            .Select(head =>
                (
                    head.Key,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{head.Key}.db has come to {actual[head.Key]}, but {head.Value.Holder}.db knows that it had come to "
                            + $"{head.Value.Reached}"
                    )
                )
            );
    }

    /// <summary>Names of files that were there when another noted its heads, and are not there now.</summary>
    public static IEnumerable<string> Missing(DataFolder folder)
    {
        var there = folder.Files.Where(file => File.Exists(file.File.Path)).ToArray();
        return there
            .SelectMany(file => ReadHeads(file.File))
            .Where(row => row.Name.StartsWith(Presence, StringComparison.Ordinal))
            .Select(row => row.Name[Presence.Length..])
            .Except(there.Select(file => file.Name));
    }

    /// <summary>True if the file says that its newest rows are in a write-ahead log.</summary>
    public static bool IsOpening(SqliteFile file) => ReadHeads(file, all: true).Any(row => row is { Name: OpenRow, Reached: Opening });

    private static List<(string Name, long Reached)> ReadHeads(SqliteFile file, bool all = false)
    {
        using var connection = file.OpenUnpooled(write: false);
        var rows = new List<(string, long)>();
        if (!SqliteFile.HasTable(connection, "store_head"))
        {
            return rows;
        }

        using var command = connection.CreateCommand();
        command.CommandText = "SELECT file, reached FROM store_head";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (all || reader.GetString(0) != OpenRow)
            {
                rows.Add((reader.GetString(0), reader.GetInt64(1)));
            }
        }

        return rows;
    }

    private static string PutText(string name, long value) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"INSERT INTO store_head (file, reached) VALUES ('{name}', {value}) ON CONFLICT (file) DO UPDATE SET reached = "
                + $"excluded.reached;"
        );
}
