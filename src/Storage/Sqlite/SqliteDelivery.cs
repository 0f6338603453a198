using Marketplace.Storage.Deliveries;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>Writes a row and the resulting state, or only the next wake-up.</summary>
internal sealed class SqliteDeliveryInsert : ISqliteInsert<DeliveryGroup>
{
    private static readonly string[] StateColumns = ["installation", "no", "hash", "due_at", "state"];

    // The parameter after the columns.
    private const string Known = "?6";

    // With two arguments min is a function of one row, and null if one of them is.
    private const string Earlier = "min(coalesce(due_at, excluded.due_at), coalesce(excluded.due_at, due_at))";

    private SqliteStatement? _row;
    private SqliteStatement? _state;
    private SqliteStatement? _mark;
    private SqliteStatement? _putOff;

    public void Prepare(SqliteConnection connection)
    {
        _row = SqliteStatement.Insert(connection, "delivery_log", ["installation", "no", "at", "first_seq", "last_seq", "body", "hash"]);
        _state = SqliteStatement.Insert(
            connection,
            "delivery_state",
            StateColumns,
            "ON CONFLICT (installation) DO UPDATE SET no = excluded.no, hash = excluded.hash, state = excluded.state, due_at = "
                + $"CASE WHEN due_at IS {Known} THEN excluded.due_at ELSE {Earlier} END"
        );
        _mark = SqliteStatement.Insert(
            connection,
            "delivery_state",
            StateColumns,
            "ON CONFLICT (installation) DO UPDATE SET due_at = excluded.due_at"
        );
        _putOff = new SqliteStatement(
            connection,
            "UPDATE delivery_state SET due_at = ?1 WHERE installation = ?2 AND no = ?3 AND due_at = ?4"
        );
    }

    public void Insert(DeliveryGroup group)
    {
        if (group.Known is { } known)
        {
            _putOff!.Bind().Add(group.DueAt).Add(group.Installation).Add(known.No).Add(known.DueAt).Run();
            return;
        }

        if (group.Row is { } row)
        {
            _row!
                .Bind()
                .Add(group.Installation)
                .Add(row.No)
                .Add(row.At.ToUnixTimeMilliseconds())
                .Add(row.FirstSeq)
                .Add(row.LastSeq)
                .Add(row.Body)
                .Add(row.Hash)
                .Run();
        }

        Put(group.Installation, group.State, isMark: group.Row is null);
    }

    public void Dispose()
    {
        _row?.Dispose();
        _state?.Dispose();
        _mark?.Dispose();
        _putOff?.Dispose();
    }

    private void Put(string installation, DeliveryState state, bool isMark)
    {
        var values = (isMark ? _mark! : _state!).Bind().Add(installation).Add(state.No).Add(state.Hash).Add(state.DueAt).Add(state.Bytes);
        if (!isMark)
        {
            values = values.Add(state.Known == DeliveryState.NoWakeUp ? null : state.Known);
        }

        values.Run();
    }
}
