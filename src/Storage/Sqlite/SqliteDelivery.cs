using Marketplace.Storage.Sync;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>Writes a row and the state it leads to, or only when to look next.</summary>
internal sealed class SqliteDeliveryInsert : ISqliteInsert<DeliveryGroup>
{
    private static readonly string[] StateColumns = ["installation", "no", "hash", "due_at", "state"];

    private SqliteInsertCommand? _row;
    private SqliteInsertCommand? _state;
    private SqliteInsertCommand? _mark;

    public void Prepare(SqliteConnection connection)
    {
        _row = new SqliteInsertCommand(connection, "delivery_log", ["installation", "no", "at", "first_seq", "last_seq", "body", "hash"]);
        _state = new SqliteInsertCommand(
            connection,
            "delivery_state",
            StateColumns,
            "ON CONFLICT (installation) DO UPDATE SET no = excluded.no, hash = excluded.hash, due_at = excluded.due_at, state = excluded.state");
        _mark = new SqliteInsertCommand(
            connection, "delivery_state", StateColumns, "ON CONFLICT (installation) DO UPDATE SET due_at = excluded.due_at");
    }

    public void Insert(DeliveryGroup group)
    {
        if (group.Row is { } row)
        {
            _row!.Run(
                group.Installation,
                row.No,
                row.At.ToUnixTimeMilliseconds(),
                row.FirstSeq,
                row.LastSeq,
                SqliteInsertCommand.Blob(row.Body),
                SqliteInsertCommand.Blob(row.Hash));
        }

        var state = group.State;
        (group.Row is null ? _mark : _state)!.Run(
            group.Installation, state.No, SqliteInsertCommand.Blob(state.Hash), state.DueAt, SqliteInsertCommand.Blob(state.Bytes));
    }
}
