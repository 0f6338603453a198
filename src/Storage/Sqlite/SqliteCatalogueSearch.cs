using Marketplace.Storage.Catalogue;

namespace Marketplace.Storage.Sqlite;

/// <summary>The catalogue's words in an FTS5 table; its tokenizer only separates at spaces what it is given.</summary>
internal sealed class SqliteCatalogueSearch : ICatalogueSearchSql
{
    public string Find =>
        """
            SELECT c.plugin, min(f.part) FROM (
              SELECT rowid AS id, 0 AS part FROM catalogue_words WHERE catalogue_words MATCH @name
              UNION ALL SELECT rowid, 1 FROM catalogue_words WHERE catalogue_words MATCH @summary
              UNION ALL SELECT rowid, 2 FROM catalogue_words WHERE catalogue_words MATCH @text) AS f
            JOIN catalogue AS c ON c.id = f.id GROUP BY c.plugin
            """;

    public IReadOnlyList<string> Put(string rows)
    {
        // Only of entries that this statement has put: words of an older fact must not replace those of a newer one.
        var put =
            $"catalogue_head AS h, (VALUES {rows}) AS v JOIN catalogue AS c "
            + "ON c.plugin = v.column1 AND c.revision = h.revision - @count + v.column3";
        return
        [
            "INSERT INTO catalogue (plugin, format, version, revision, entry) "
                + "SELECT v.column1, @format, v.column2, h.revision - @count + v.column3, v.column4 "
                + $"FROM (VALUES {rows}) AS v, catalogue_head AS h WHERE true ON CONFLICT (plugin) DO UPDATE "
                + "SET format = excluded.format, version = excluded.version, revision = excluded.revision, entry = excluded.entry "
                + $"WHERE {CatalogueRows.IsNewer}",
            $"DELETE FROM catalogue_words WHERE rowid IN (SELECT c.id FROM {put})",
            $"INSERT INTO catalogue_words (rowid, name, summary, text) SELECT c.id, v.column5, v.column6, v.column7 FROM {put}",
        ];
    }

    public (string Name, object? Value)[] Parameters(IReadOnlyCollection<string> words)
    {
        var all = string.Join(" AND ", words.Select(static word => $"\"{word}\""));
        return [("name", $"name : ({all})"), ("summary", $"summary : ({all})"), ("text", $"text : ({all})")];
    }
}
