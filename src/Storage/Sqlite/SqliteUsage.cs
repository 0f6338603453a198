using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Storage.Quotas;
using Marketplace.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

internal sealed class SqliteUsageInsert : ISqliteInsert<UsageSignal>
{
    private SqliteInsertCommand? _command;

    public void Prepare(SqliteConnection connection) =>
        _command = new SqliteInsertCommand(
            connection,
            "usage",
            ["installation", "day", "seq", "count", "cumulative", "keyed", "body", "opening", "hash"]
        );

    public void Insert(UsageSignal group)
    {
        var row = group.Row;
        _command!.Run(
            row.Installation.ToString(),
            row.Day.DayNumber,
            row.Seq,
            row.Count,
            row.Cumulative,
            row.Keyed,
            SqliteInsertCommand.Blob(row.Body),
            SqliteInsertCommand.OrNull(row.Opening),
            SqliteInsertCommand.Blob(row.Hash)
        );
    }
}

internal sealed class SqliteUsageReader(SqliteReads reads) : IUsageReader
{
    public Task<IReadOnlyList<UsageRow>> ReadDayHeads(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) => Days(LogSql.UsageDayHeads, installation, from, to);

    public Task<IReadOnlyList<UsageRow>> ReadDayOpenings(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) => Days(LogSql.UsageDayOpenings, installation, from, to);

    public Task<UsageRow?> ReadLastBefore(InstallationId installation, DateOnly day, CancellationToken cancellationToken) =>
        Task.FromResult(
            reads.List(LogSql.UsageLastBefore, Row, ("@installation", installation.ToString()), ("@day", day.DayNumber)).FirstOrDefault()
        );

    public IAsyncEnumerable<UsageRow> ReadDay(
        InstallationId installation,
        DateOnly day,
        bool keyedOnly,
        CancellationToken cancellationToken
    )
    {
        var sql = keyedOnly ? LogSql.KeyedUsageOfDay : LogSql.UsageOfDay;
        return SqliteReads.Page<UsageRow>(
            last => reads.List(sql, Row, ("@installation", installation.ToString()), ("@day", day.DayNumber), ("@seq", last?.Seq ?? 0)),
            cancellationToken
        );
    }

    public IAsyncEnumerable<UsageRow> ReadDayAfter(
        InstallationId installation,
        DateOnly day,
        int afterSeq,
        CancellationToken cancellationToken
    ) =>
        SqliteReads.Page<UsageRow>(
            last =>
                reads.List(
                    LogSql.UsageOfDay,
                    Row,
                    ("@installation", installation.ToString()),
                    ("@day", day.DayNumber),
                    ("@seq", last?.Seq ?? afterSeq)
                ),
            cancellationToken
        );

    public Task<UsageRow?> ReadRow(InstallationId installation, DateOnly day, int seq, CancellationToken cancellationToken) =>
        Task.FromResult(
            reads
                .List(LogSql.UsageRowByKey, Row, ("@installation", installation.ToString()), ("@day", day.DayNumber), ("@seq", seq))
                .FirstOrDefault()
        );

    public IAsyncEnumerable<UsageRow> ReadAll(
        string afterInstallation,
        DateOnly afterDay,
        int afterSeq,
        CancellationToken cancellationToken
    ) =>
        SqliteReads.Page<UsageRow>(
            last =>
                reads.List(
                    LogSql.UsageAll,
                    Row,
                    ("@installation", last?.Installation.ToString() ?? afterInstallation),
                    ("@day", (last?.Day ?? afterDay).DayNumber),
                    ("@seq", last?.Seq ?? afterSeq)
                ),
            cancellationToken
        );

    private Task<IReadOnlyList<UsageRow>> Days(string sql, InstallationId installation, DateOnly from, DateOnly to) =>
        Task.FromResult<IReadOnlyList<UsageRow>>(
            reads.List(sql, Row, ("@installation", installation.ToString()), ("@from", from.DayNumber), ("@to", to.DayNumber))
        );

    private static UsageRow Row(SqliteDataReader row) =>
        new(
            InstallationId.Parse(row.GetString(0), null),
            DateOnly.FromDayNumber(row.GetInt32(1)),
            row.GetInt32(2),
            row.GetInt32(3),
            row.GetInt64(4),
            row.GetBoolean(5),
            SqliteReads.Bytes(row, 6),
            SqliteReads.Bytes(row, 7),
            SqliteReads.Bytes(row, 8)
        );
}
