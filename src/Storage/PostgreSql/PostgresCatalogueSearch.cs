using Marketplace.Storage.Catalogue;

namespace Marketplace.Storage.PostgreSql;

/// <summary>The catalogue's words as vectors made without a parser, of which the longest has a GIN index.</summary>
internal sealed class PostgresCatalogueSearch : ICatalogueSearchSql
{
    public string Find =>
        """
            SELECT c.plugin, CASE WHEN c.name_words @@ q.words THEN 0 WHEN c.summary_words @@ q.words THEN 1 ELSE 2 END
            FROM catalogue AS c, (SELECT CAST(@words AS tsquery) AS words) AS q WHERE c.text_words @@ q.words
            """;

    public IReadOnlyList<string> Put(string rows) =>
        [
            "INSERT INTO catalogue (plugin, format, version, revision, entry, name_words, summary_words, text_words) "
                + "SELECT v.column1, @format, v.column2, h.revision - @count + v.column3, v.column4, "
                + $"{Vector("v.column5")}, {Vector("v.column6")}, {Vector("v.column7")} "
                + $"FROM (VALUES {rows}) AS v, catalogue_head AS h ON CONFLICT (plugin) DO UPDATE "
                + "SET format = excluded.format, version = excluded.version, revision = excluded.revision, entry = excluded.entry, "
                + "name_words = excluded.name_words, summary_words = excluded.summary_words, text_words = excluded.text_words "
                + $"WHERE {CatalogueRows.IsNewer}",
        ];

    public (string Name, object? Value)[] Parameters(IReadOnlyCollection<string> words) =>
        [("words", string.Join(" & ", words.Select(static word => $"'{word}'")))];

    private static string Vector(string words) => $"array_to_tsvector(string_to_array({words}, ' '))";
}
