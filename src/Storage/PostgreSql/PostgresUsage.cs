using System.Runtime.InteropServices;
using Marketplace.Billing;
using Marketplace.Grains.Quotas;
using Marketplace.Installations;
using Marketplace.Storage.Quotas;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

internal sealed class PostgresUsageInsert : IPostgresInsert<UsageSignal>
{
    public string Log => "ledger";

    public string Sql => """
        INSERT INTO usage (installation, day, seq, count, cumulative, keyed, body, opening, hash)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    // The hot path: plain loops over arrays of the batch's size.
    public void Bind(ReadOnlySpan<UsageSignal> groups, NpgsqlParameterCollection parameters)
    {
        var count = groups.Length;
        var (installations, days, seqs, counts) = (new string[count], new int[count], new int[count], new int[count]);
        var (cumulatives, keyed) = (new long[count], new bool[count]);
        var (bodies, openings, hashes) = (new byte[]?[count], new byte[]?[count], new byte[]?[count]);
        for (var i = 0; i < count; i++)
        {
            var row = groups[i].Row;
            (installations[i], days[i], seqs[i], counts[i]) = (row.Installation.ToString(), row.Day.DayNumber, row.Seq, row.Count);
            (cumulatives[i], keyed[i]) = (row.Cumulative, row.Keyed);
            (bodies[i], openings[i], hashes[i]) = (row.Body.ToArray(), Columns.OrNull(row.Opening), Whole(row.Hash));
        }

        parameters.Text(installations);
        parameters.Integer(days);
        parameters.Integer(seqs);
        parameters.Integer(counts);
        parameters.Long(cumulatives);
        parameters.Boolean(keyed);
        parameters.Bytes(bodies);
        parameters.Bytes(openings);
        parameters.Bytes(hashes);
    }

    private static byte[] Whole(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment is { Offset: 0, Array: { } array } && array.Length == bytes.Length
            ? array
            : bytes.ToArray();
}

internal sealed class PostgresUsageReader(PostgresReads reads) : IUsageReader
{
    public Task<IReadOnlyList<UsageRow>> ReadDayHeads(
        InstallationId installation, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        Days(LogSql.UsageDayHeads, installation, from, to, cancellationToken);

    public Task<IReadOnlyList<UsageRow>> ReadDayOpenings(
        InstallationId installation, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        Days(LogSql.UsageDayOpenings, installation, from, to, cancellationToken);

    public async Task<UsageRow?> ReadLastBefore(InstallationId installation, DateOnly day, CancellationToken cancellationToken) =>
        (await reads.List(
            LogSql.UsageLastBefore, Row, cancellationToken, ("installation", installation.ToString()), ("day", day.DayNumber))).FirstOrDefault();

    public IAsyncEnumerable<UsageRow> ReadDay(InstallationId installation, DateOnly day, bool keyedOnly, CancellationToken cancellationToken)
    {
        var sql = keyedOnly ? LogSql.KeyedUsageOfDay : LogSql.UsageOfDay;
        return PostgresReads.Page<UsageRow>(
            last => reads.List(
                sql, Row, cancellationToken, ("installation", installation.ToString()), ("day", day.DayNumber), ("seq", last?.Seq ?? 0)),
            cancellationToken);
    }

    public async Task<UsageRow?> ReadRow(InstallationId installation, DateOnly day, int seq, CancellationToken cancellationToken) =>
        (await reads.List(
            LogSql.UsageRowByKey,
            Row,
            cancellationToken,
            ("installation", installation.ToString()),
            ("day", day.DayNumber),
            ("seq", seq))).FirstOrDefault();

    public IAsyncEnumerable<UsageRow> ReadAll(string afterInstallation, DateOnly afterDay, int afterSeq, CancellationToken cancellationToken) =>
        PostgresReads.Page<UsageRow>(
            last => reads.List(
                LogSql.UsageAll,
                Row,
                cancellationToken,
                ("installation", last?.Installation.ToString() ?? afterInstallation),
                ("day", (last?.Day ?? afterDay).DayNumber),
                ("seq", last?.Seq ?? afterSeq)),
            cancellationToken);

    private async Task<IReadOnlyList<UsageRow>> Days(
        string sql, InstallationId installation, DateOnly from, DateOnly to, CancellationToken cancellationToken) => await reads.List(
        sql, Row, cancellationToken, ("installation", installation.ToString()), ("from", from.DayNumber), ("to", to.DayNumber));

    private static UsageRow Row(NpgsqlDataReader row) => new(
        InstallationId.Parse(row.GetString(0), null),
        DateOnly.FromDayNumber(row.GetInt32(1)),
        row.GetInt32(2),
        row.GetInt32(3),
        row.GetInt64(4),
        row.GetBoolean(5),
        PostgresReads.Bytes(row, 6),
        PostgresReads.Bytes(row, 7),
        PostgresReads.Bytes(row, 8));
}
