using Marketplace.Storage.Deliveries;
using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>Writes a row and the state it leads to, or only when to look next.</summary>
internal sealed class SqliteDeliveryInsert : ISqliteInsert<DeliveryGroup>
{
    private static readonly string[] StateColumns = ["installation", "no", "hash", "due_at", "state"];

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
            "ON CONFLICT (installation) DO UPDATE SET no = excluded.no, hash = excluded.hash, due_at = excluded.due_at, state "
                + "= excluded.state"
        );
        _mark = new SqliteInsertCommand(
            connection,
            "delivery_state",
            StateColumns,
            "ON CONFLICT (installation) DO UPDATE SET due_at = excluded.due_at"
        );
        _putOff = connection.CreateCommand();
        _putOff.CommandText =
            "UPDATE delivery_state SET due_at = @due_at WHERE installation = @installation AND no = @no AND due_at = @known";
        foreach (var name in (string[])["@due_at", "@installation", "@no", "@known"])
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

        var state = group.State;
        (group.Row is null ? _mark : _state)!.Run(
            group.Installation,
            state.No,
            StoreSqlValues.Blob(state.Hash),
            state.DueAt,
            StoreSqlValues.Blob(state.Bytes)
        );
    }

    private void PutOff(DeliveryGroup group, long no, long known)
    {
        var parameters = _putOff!.Parameters;
        parameters[0].Value = (object?)group.DueAt ?? DBNull.Value;
        (parameters[1].Value, parameters[2].Value, parameters[3].Value) = (group.Installation, no, known);
        _putOff.ExecuteNonQuery();
    }
}
