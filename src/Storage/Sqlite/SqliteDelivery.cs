using Marketplace.Storage.Deliveries;
using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>Writes a row and the resulting state, or only the next wake-up.</summary>
internal sealed class SqliteDeliveryInsert : ISqliteInsert<DeliveryGroup>
{
    private static readonly string[] StateColumns = ["installation", "no", "hash", "due_at", "state"];

    private const string Known = "@known";

    // With two arguments min is a function of one row, and null if one of them is.
    private const string Earlier = "min(coalesce(due_at, excluded.due_at), coalesce(excluded.due_at, due_at))";

    private SqliteInsertCommand? _row;
    private SqliteInsertCommand? _state;
    private SqliteInsertCommand? _mark;
    private SqliteCommand? _putOff;

    public void Prepare(SqliteConnection connection)
    {
        _row = new SqliteInsertCommand(connection, "delivery_log", ["installation", "no", "at", "first_seq", "last_seq", "body", "hash"]);
        _state = new SqliteInsertCommand(
            connection,
            "delivery_state",
            StateColumns,
            "ON CONFLICT (installation) DO UPDATE SET no = excluded.no, hash = excluded.hash, state = excluded.state, due_at = "
                + $"CASE WHEN due_at IS {Known} THEN excluded.due_at ELSE {Earlier} END",
            [Known]
        );
        _mark = new SqliteInsertCommand(
            connection,
            "delivery_state",
            StateColumns,
            "ON CONFLICT (installation) DO UPDATE SET due_at = excluded.due_at"
        );
        _putOff = connection.CreateCommand();
        _putOff.CommandText =
            $"UPDATE delivery_state SET due_at = @due_at WHERE installation = @installation AND no = @no AND due_at = {Known}";
        foreach (var name in (string[])["@due_at", "@installation", "@no", Known])
        {
            _putOff.Parameters.Add(new SqliteParameter(name, null));
        }

        _putOff.Prepare();
    }

    public void Insert(DeliveryGroup group)
    {
        if (group.Known is { } known)
        {
            PutOff(group, known.No, known.DueAt);
            return;
        }

        if (group.Row is { } row)
        {
            _row!.Run(
                group.Installation,
                row.No,
                row.At.ToUnixTimeMilliseconds(),
                row.FirstSeq,
                row.LastSeq,
                StoreSqlValues.Blob(row.Body),
                StoreSqlValues.Blob(row.Hash)
            );
        }

        Put(group.Installation, group.State, isMark: group.Row is null);
    }

    private void Put(string installation, DeliveryState state, bool isMark)
    {
        var (hash, bytes) = (StoreSqlValues.Blob(state.Hash), StoreSqlValues.Blob(state.Bytes));
        if (isMark)
        {
            _mark!.Run(installation, state.No, hash, state.DueAt, bytes);
            return;
        }

        long? known = state.Known == DeliveryState.NoWakeUp ? null : state.Known;
        _state!.Run(installation, state.No, hash, state.DueAt, bytes, known);
    }

    private void PutOff(DeliveryGroup group, long no, long known)
    {
        var parameters = _putOff!.Parameters;
        parameters[0].Value = (object?)group.DueAt ?? DBNull.Value;
        (parameters[1].Value, parameters[2].Value, parameters[3].Value) = (group.Installation, no, known);
        _putOff.ExecuteNonQuery();
    }
}
