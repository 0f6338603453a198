using Marketplace.Audit;
using Marketplace.Grains.Audit;
using Marketplace.Storage.Audit;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

internal sealed class PostgresJournalInsert : IPostgresInsert<JournalGroup>
{
    public string Log => "journal";

    public string Sql => """
        INSERT INTO journal (entity, version, operation_id, part, actor, at, type, payload, hash)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    public void Bind(ReadOnlySpan<JournalGroup> groups, NpgsqlParameterCollection parameters)
    {
        var rows = new List<(JournalFact Fact, int Part)>();
        foreach (var group in groups)
        {
            rows.AddRange(group.Facts.Select((fact, part) => (fact, part)));
        }

        parameters.Text([.. rows.Select(row => row.Fact.Entity)]);
        parameters.Long([.. rows.Select(row => row.Fact.Version)]);
        parameters.Text([.. rows.Select(row => row.Fact.OperationId)]);
        parameters.Integer([.. rows.Select(row => row.Part)]);
        parameters.Text([.. rows.Select(row => row.Fact.Actor)]);
        parameters.Long([.. rows.Select(row => row.Fact.At.ToUnixTimeMilliseconds())]);
        parameters.Text([.. rows.Select(row => row.Fact.Type)]);
        parameters.Bytes([.. rows.Select(row => row.Fact.Payload.ToArray())]);
        parameters.Bytes([.. rows.Select(row => row.Fact.Hash.ToArray())]);
    }
}

internal sealed class PostgresJournalReader(PostgresReads reads) : IJournalReader
{
    public IAsyncEnumerable<JournalFact> Read(string entity, long afterVersion, CancellationToken cancellationToken) =>
        PostgresReads.Page<JournalFact>(
            last => reads.List(
                LogSql.JournalOfEntity, Fact, cancellationToken, ("entity", entity), ("version", last?.Version ?? afterVersion)),
            cancellationToken);

    public IAsyncEnumerable<JournalFact> ReadAll(string afterEntity, long afterVersion, CancellationToken cancellationToken) =>
        PostgresReads.Page<JournalFact>(
            last => reads.List(
                LogSql.JournalAll,
                Fact,
                cancellationToken,
                ("entity", last?.Entity ?? afterEntity),
                ("version", last?.Version ?? afterVersion)),
            cancellationToken);

    private static JournalFact Fact(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1),
        row.GetString(2),
        row.GetString(3),
        PostgresReads.Instant(row, 4),
        row.GetString(5),
        PostgresReads.Bytes(row, 6),
        PostgresReads.Bytes(row, 7));
}
