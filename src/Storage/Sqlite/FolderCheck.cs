using Marketplace.Journal;

namespace Marketplace.Storage.Sqlite;

/// <summary>Looks whether the files of a data folder belong together: none is missing, none is older than the others know it.</summary>
internal static class FolderCheck
{
    /// <summary>
    /// What is missing from the folder as it lies there, before anything is opened for writing. Files of a first, broken-off start are no
    /// store yet.
    /// </summary>
    public static IEnumerable<Finding> Files(DataFolder folder)
    {
        var there = folder.Files.Where(file => File.Exists(file.File.Path)).ToArray();
        var isWhole = there.Any(file => IsOfThisSchema(file.File)) && there.Any(file => HasFacts(file.Name, file.File));

        // The identity part makes its own file, later than these.
        var absent = isWhole
            ? folder.Files.Where(file => file.Name != "identity" && !File.Exists(file.File.Path)).Select(file => file.Name)
            : [];
        foreach (var name in absent.Union(StoreHeads.Missing(folder)))
        {
            yield return Of(name, "file-missing", $"{name}.db is not there, though the store has facts");
        }

        foreach (var (name, file) in there)
        {
            if (!folder.HadLog(file) && StoreHeads.IsOpening(file))
            {
                yield return Of(
                    name,
                    "write-ahead-log-missing",
                    $"{name}.db was copied while it was written, without {name}.db-wal, which has the newest rows"
                );
            }
        }
    }

    /// <summary>What the files know of each other and is not so. The tables must be there.</summary>
    public static IEnumerable<Finding> Heads(DataFolder folder)
    {
        foreach (var (name, detail) in StoreHeads.Compare(folder))
        {
            yield return Of(name, "head-missing", detail);
        }

        using var audit = folder.Audit.OpenUnpooled(write: false);
        foreach (var (log, file, queues) in new[] { ("journal", folder.Journal, "audit%"), ("feed", folder.Feed, "sync%") })
        {
            using var connection = file.OpenUnpooled(write: false);
            var head = SqliteFile.Number(connection, $"SELECT coalesce(max(position), 0) FROM {log}");
            var cursor = SqliteFile.Number(audit, $"SELECT coalesce(max(position), 0) FROM stream_cursors WHERE queue LIKE '{queues}'");
            if (cursor > head)
            {
                yield return Of(
                    log,
                    "head-missing",
                    FormattableString.Invariant($"{log}.db has come to {head}, but audit.db has delivered it up to {cursor}")
                );
            }
        }
    }

    private static Finding Of(string file, string code, string detail) => new("store", file, null, 0, code, detail);

    private static bool IsOfThisSchema(SqliteFile file)
    {
        using var connection = file.OpenUnpooled(write: false);
        return SqliteFile.Number(connection, "PRAGMA user_version") >= Schema.Complete;
    }

    private static bool HasFacts(string name, SqliteFile file)
    {
        if (name is not ("journal" or "usage" or "feed"))
        {
            return false;
        }

        using var connection = file.OpenUnpooled(write: false);
        return SqliteFile.HasTable(connection, name) && SqliteFile.Number(connection, $"SELECT EXISTS (SELECT 1 FROM {name})") == 1;
    }
}
