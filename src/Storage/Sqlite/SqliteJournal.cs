using Marketplace.Storage.Journal;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

internal sealed class SqliteJournalInsert : ISqliteInsert<JournalGroup>
{
    private SqliteStatement? _statement;

    public void Prepare(SqliteConnection connection) =>
        _statement = SqliteStatement.Insert(
            connection,
            "journal",
            ["entity", "version", "operation_id", "part", "actor", "at", "type", "payload", "hash", "address", "role", "fingerprint"]
        );

    public void Insert(JournalGroup group)
    {
        for (var part = 0; part < group.Facts.Count; part++)
        {
            var fact = group.Facts[part];
            _statement!
                .Bind()
                .Add(fact.Entity)
                .Add(fact.Version)
                .Add(fact.OperationId.Value)
                .Add(group.PartOf(part))
                .Add(fact.Actor.Value)
                .Add(fact.At.ToUnixTimeMilliseconds())
                .Add(fact.Type)
                .Add(fact.Payload)
                .Add(fact.Hash)
                .Add(fact.Address)
                .Add(fact.Role.Text)
                .Add(fact.Fingerprint)
                .Run();
        }
    }

    public void Dispose() => _statement?.Dispose();
}
