using System.Data.Common;
using Marketplace.Journal;

namespace Marketplace.Storage.Sql;

/// <summary>A fact as a row of the journal or of a trail.</summary>
internal static class FactRow
{
    /// <summary>The columns in the order in which <see cref="Read"/> reads them.</summary>
    public const string Columns = "entity, version, operation_id, actor, at, type, payload, hash, address, role, fingerprint";

    /// <summary>
    /// As <see cref="Columns"/> where there are no fingerprints: in a trail, and in a journal that no program of schema version 4 has
    /// started on.
    /// </summary>
    public const string ColumnsWithoutFingerprint =
        "entity, version, operation_id, actor, at, type, payload, hash, address, role, NULL AS fingerprint";

    /// <summary>
    /// As <see cref="Columns"/> in a store that no program of schema version 2 has started on: its facts have no origin either.
    /// </summary>
    private const string FirstColumns =
        "entity, version, operation_id, actor, at, type, payload, hash, NULL AS address, NULL AS role, NULL AS fingerprint";

    /// <summary>The columns of a fact in a store that this program or an older one has written.</summary>
    /// <param name="hasColumn">Whether the table <c>journal</c> has a column.</param>
    public static string ColumnsOf(Func<string, bool> hasColumn) =>
        hasColumn("fingerprint") ? Columns
        : hasColumn("role") ? ColumnsWithoutFingerprint
        : FirstColumns;

    public static JournalFact Read(DbDataReader row) =>
        new(
            row.GetString(0),
            row.GetInt64(1),
            OperationId.FromStored(row.GetString(2)),
            ActorId.FromStored(row.GetString(3)),
            StoreSqlValues.Instant(row, 4),
            row.GetString(5),
            StoreSqlValues.Bytes(row, 6),
            StoreSqlValues.Bytes(row, 7),
            StoreSqlValues.Text(row, 8),
            ActorRole.Of(StoreSqlValues.Text(row, 9)),
            StoreSqlValues.Text(row, 10)
        );
}
