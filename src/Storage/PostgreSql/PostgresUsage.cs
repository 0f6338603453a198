using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Storage.Quotas;
using Marketplace.Storage.Sql;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

internal sealed class PostgresUsageInsert : IPostgresInsert<UsageSignal>
{
    private List<string> _installation = [];
    private List<int> _day = [];
    private List<int> _seq = [];
    private List<int> _count = [];
    private List<long> _cumulative = [];
    private List<bool> _keyed = [];
    private List<ReadOnlyMemory<byte>> _body = [];
    private List<ReadOnlyMemory<byte>> _opening = [];
    private List<ReadOnlyMemory<byte>> _hash = [];

    public string Log => "ledger";

    public string Sql =>
        """
            INSERT INTO usage (installation, day, seq, count, cumulative, keyed, body, opening, hash)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """;

    public void Prepare(Columns columns)
    {
        (_installation, _day, _seq, _count) = (columns.Text(), columns.Integer(), columns.Integer(), columns.Integer());
        (_cumulative, _keyed) = (columns.Long(), columns.Boolean());
        (_body, _opening, _hash) = (columns.Bytes(), columns.Bytes(), columns.Bytes());
    }

    public void Add(UsageSignal group)
    {
        var row = group.Row;
        _installation.Add(row.Installation.ToString());
        _day.Add(row.Day.DayNumber);
        _seq.Add(row.Seq);
        _count.Add(row.Count);
        _cumulative.Add(row.Cumulative);
        _keyed.Add(row.Keyed);
        _body.Add(row.Body);
        _opening.Add(row.Opening);
        _hash.Add(row.Hash);
    }
}

internal sealed class PostgresUsageReader(PostgresReads reads) : IUsageReader
{
    public Task<IReadOnlyList<UsageRow>> ReadDayHeads(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) => Days(LogSql.UsageDayHeads, installation, from, to, cancellationToken);

    public Task<IReadOnlyList<UsageRow>> ReadDayOpenings(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) => Days(LogSql.UsageDayOpenings, installation, from, to, cancellationToken);

    public async Task<UsageRow?> ReadLastBefore(InstallationId installation, DateOnly day, CancellationToken cancellationToken) =>
        (
            await reads.List(
                LogSql.UsageLastBefore,
                Row,
                cancellationToken,
                ("installation", installation.ToString()),
                ("day", day.DayNumber)
            )
        ).FirstOrDefault();

    public IAsyncEnumerable<UsageRow> ReadDay(
        InstallationId installation,
        DateOnly day,
        bool keyedOnly,
        CancellationToken cancellationToken
    )
    {
        var sql = keyedOnly ? LogSql.KeyedUsageOfDay : LogSql.UsageOfDay;
        return PostgresReads.Page<UsageRow>(
            last =>
                reads.List(
                    sql,
                    Row,
                    cancellationToken,
                    ("installation", installation.ToString()),
                    ("day", day.DayNumber),
                    ("seq", last?.Seq ?? 0)
                ),
            cancellationToken
        );
    }

    public IAsyncEnumerable<UsageRow> ReadDayAfter(
        InstallationId installation,
        DateOnly day,
        int afterSeq,
        CancellationToken cancellationToken
    ) =>
        PostgresReads.Page<UsageRow>(
            last =>
                reads.List(
                    LogSql.UsageOfDay,
                    Row,
                    cancellationToken,
                    ("installation", installation.ToString()),
                    ("day", day.DayNumber),
                    ("seq", last?.Seq ?? afterSeq)
                ),
            cancellationToken
        );

    public async Task<UsageRow?> ReadRow(InstallationId installation, DateOnly day, int seq, CancellationToken cancellationToken) =>
        (
            await reads.List(
                LogSql.UsageRowByKey,
                Row,
                cancellationToken,
                ("installation", installation.ToString()),
                ("day", day.DayNumber),
                ("seq", seq)
            )
        ).FirstOrDefault();

    public IAsyncEnumerable<UsageRow> ReadAll(
        string afterInstallation,
        DateOnly afterDay,
        int afterSeq,
        CancellationToken cancellationToken
    ) =>
        PostgresReads.Page<UsageRow>(
            last =>
                reads.List(
                    LogSql.UsageAll,
                    Row,
                    cancellationToken,
                    ("installation", last?.Installation.ToString() ?? afterInstallation),
                    ("day", (last?.Day ?? afterDay).DayNumber),
                    ("seq", last?.Seq ?? afterSeq)
                ),
            cancellationToken
        );

    private async Task<IReadOnlyList<UsageRow>> Days(
        string sql,
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) =>
        await reads.List(
            sql,
            Row,
            cancellationToken,
            ("installation", installation.ToString()),
            ("from", from.DayNumber),
            ("to", to.DayNumber)
        );

    private static UsageRow Row(NpgsqlDataReader row) =>
        new(
            InstallationId.Parse(row.GetString(0), null),
            DateOnly.FromDayNumber(row.GetInt32(1)),
            row.GetInt32(2),
            row.GetInt32(3),
            row.GetInt64(4),
            row.GetBoolean(5),
            PostgresReads.Bytes(row, 6),
            PostgresReads.Bytes(row, 7),
            PostgresReads.Bytes(row, 8)
        );
}
