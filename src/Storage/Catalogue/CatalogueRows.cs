using System.Data.Common;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Grains.Ports;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Catalogue;

/// <summary>The statements in which the stores' full-text indexes differ.</summary>
internal interface ICatalogueSearchSql
{
    /// <summary>
    /// Puts the rows <c>v</c>: plugin, version, number from 1, entry, and the words of name, summary and text, each separated by spaces.
    /// </summary>
    IReadOnlyList<string> Put(string rows);

    /// <summary>Finds plugins and the part in which they have all words, 0 for the name.</summary>
    string Find { get; }

    (string Name, object? Value)[] Parameters(IReadOnlyCollection<string> words);
}

/// <summary>Catalogue entries on either store.</summary>
internal sealed class CatalogueRows(IStoreSql store, ICatalogueSearchSql search) : ICatalogueIndex
{
    /// <summary>An older fact that comes late must not replace what a newer one has made.</summary>
    public const string IsNewer =
        "excluded.version > catalogue.version OR (excluded.version = catalogue.version AND excluded.format > catalogue.format)";

    private const string Columns = "SELECT entry, measures, format, version, revision, plugin FROM catalogue";

    // Its lock is held to the end of the transaction: revisions become visible in their order, so that no reader passes one over.
    private const string NextRevisions = "UPDATE catalogue_head SET revision = revision + @count";

    public Task Put(IReadOnlyList<NewCatalogueEntry> entries, CancellationToken cancellationToken)
    {
        var rows = StoreSqlValues.NumberedRows(entries.Count, "(@p#, @v#, @n#, @e#, @a#, @b#, @c#)");
        return store.Write(
            [NextRevisions, .. search.Put(rows)],
            cancellationToken,
            [
                .. StoreSqlValues.Numbered("p", entries.Select(static entry => entry.Entry.Plugin.Value)),
                ("count", (long)entries.Count),
                ("format", CatalogueEntry.Format),
                .. StoreSqlValues.Numbered("v", entries.Select(static entry => entry.Version)),
                .. StoreSqlValues.Numbered("n", Enumerable.Range(1, entries.Count).Select(static number => (long)number)),
                .. StoreSqlValues.Numbered("e", entries.Select(static entry => StoreSqlValues.Blob(entry.Entry.Encode()))),
                .. StoreSqlValues.Numbered("a", entries.Select(static entry => string.Join(' ', entry.Words.Name))),
                .. StoreSqlValues.Numbered("b", entries.Select(static entry => string.Join(' ', entry.Words.Summary))),
                .. StoreSqlValues.Numbered("c", entries.Select(static entry => string.Join(' ', entry.Words.Text))),
            ]
        );
    }

    public Task Measure(IReadOnlyDictionary<PluginId, PluginMeasures> measures, CancellationToken cancellationToken)
    {
        var rows = StoreSqlValues.NumberedRows(measures.Count, "(@p#, @n#, @m#)");
        return store.Write(
            [
                NextRevisions,
                "UPDATE catalogue SET measures = v.column3, revision = h.revision - @count + v.column2 "
                    + $"FROM (VALUES {rows}) AS v, catalogue_head AS h WHERE catalogue.plugin = v.column1",
            ],
            cancellationToken,
            [
                .. StoreSqlValues.Numbered("p", measures.Keys.Select(static plugin => plugin.Value)),
                ("count", (long)measures.Count),
                .. StoreSqlValues.Numbered("n", Enumerable.Range(1, measures.Count).Select(static number => (long)number)),
                .. StoreSqlValues.Numbered("m", measures.Values.Select(static measured => StoreSqlValues.Blob(measured.Encode()))),
            ]
        );
    }

    public async Task<IReadOnlyList<CatalogueRow>> ReadChanges(long afterRevision, int limit, CancellationToken cancellationToken) =>
        await store.Read(
            $"{Columns} WHERE revision > @after ORDER BY revision LIMIT @limit",
            Row,
            cancellationToken,
            ("after", afterRevision),
            ("limit", limit)
        );

    public async Task<IReadOnlyList<CatalogueRow>> Read(IReadOnlyCollection<PluginId> plugins, CancellationToken cancellationToken) =>
        await store.Read(
            $"{Columns} WHERE plugin IN ({StoreSqlValues.NumberedRows(plugins.Count, "@p#")})",
            Row,
            cancellationToken,
            [.. StoreSqlValues.Numbered("p", plugins.Select(static plugin => plugin.Value))]
        );

    public async Task<IReadOnlyDictionary<string, CatalogueMatch>> Find(
        IReadOnlyCollection<string> words,
        CancellationToken cancellationToken
    )
    {
        var found = await store.Read(
            search.Find,
            static row => (Plugin: row.GetString(0), Match: (CatalogueMatch)row.GetInt32(1)),
            cancellationToken,
            search.Parameters(words)
        );
        return found.ToDictionary(row => row.Plugin, row => row.Match, StringComparer.Ordinal);
    }

    private static CatalogueRow Row(DbDataReader row)
    {
        // Rows of an earlier format are made again; until then this release may not be able to read them.
        var format = row.GetInt32(2);
        return new CatalogueRow(
            format < CatalogueEntry.Format
                ? CatalogueEntry.Unread(PluginId.Parse(row.GetString(5), null))
                : CatalogueEntry.Decode(StoreSqlValues.Bytes(row, 0)),
            PluginMeasures.Decode(StoreSqlValues.Bytes(row, 1)),
            format,
            row.GetInt64(3),
            row.GetInt64(4)
        );
    }
}
