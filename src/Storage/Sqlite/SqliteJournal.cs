using Marketplace.Grains.Ports;
using Marketplace.Journal;
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
                fact.OperationId,
                group.PartOf(part),
                fact.Actor,
                fact.At.ToUnixTimeMilliseconds(),
                fact.Type,
                SqliteInsertCommand.Blob(fact.Payload),
                SqliteInsertCommand.Blob(fact.Hash),
                fact.Address,
                fact.Role,
                fact.Fingerprint
            );
        }
    }
}

/// <param name="reads">Runs the statements.</param>
/// <param name="columns">The columns of a fact in this store; see <see cref="LogSql.FactColumnsOf"/>.</param>
internal sealed class SqliteJournalReader(SqliteReads reads, string columns = LogSql.FactColumns) : IJournalReader
{
    private readonly string _ofEntity = LogSql.JournalOfEntity(columns);
    private readonly string _all = LogSql.JournalAll(columns);

    public IAsyncEnumerable<JournalFact> Read(string entity, long afterVersion, CancellationToken cancellationToken) =>
        SqliteReads.Page<JournalFact>(
            last => reads.List(_ofEntity, FactRow.Read, ("@entity", entity), ("@version", last?.Version ?? afterVersion)),
            cancellationToken
        );

    public Task<bool> HasOperation(string entity, string operationId, CancellationToken cancellationToken) =>
        Task.FromResult(reads.List(LogSql.JournalOperation, static _ => true, ("@entity", entity), ("@operation", operationId)).Count > 0);

    public IAsyncEnumerable<JournalFact> ReadAll(string afterEntity, long afterVersion, CancellationToken cancellationToken) =>
        SqliteReads.Page<JournalFact>(
            last => reads.List(_all, FactRow.Read, ("@entity", last?.Entity ?? afterEntity), ("@version", last?.Version ?? afterVersion)),
            cancellationToken
        );
}
