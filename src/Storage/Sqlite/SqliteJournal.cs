using Marketplace.Storage.Journal;
using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

internal sealed class SqliteJournalInsert : ISqliteInsert<JournalGroup>
{
    private SqliteInsertCommand? _command;

    public void Prepare(SqliteConnection connection) =>
        _command = new SqliteInsertCommand(
            connection,
            "journal",
            ["entity", "version", "operation_id", "part", "actor", "at", "type", "payload", "hash", "address", "role", "fingerprint"]
        );

    public void Insert(JournalGroup group)
    {
        for (var part = 0; part < group.Facts.Count; part++)
        {
            var fact = group.Facts[part];
            _command!.Run(
                fact.Entity,
                fact.Version,
                fact.OperationId.Value,
                group.PartOf(part),
                fact.Actor.Value,
                fact.At.ToUnixTimeMilliseconds(),
                fact.Type,
                StoreSqlValues.Blob(fact.Payload),
                StoreSqlValues.Blob(fact.Hash),
                fact.Address,
                fact.Role.Text,
                fact.Fingerprint
            );
        }
    }
}
