using System.Data.Common;
using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;

namespace Marketplace.Storage.Sql;

/// <summary>Reads the usage ledger on either store.</summary>
internal class UsageReader(IStoreReads store) : IUsageReader
{
    private const string Columns = "SELECT u.installation, u.day, u.seq, u.count, u.cumulative, u.keyed, u.body, u.opening, u.hash ";

    private const string Usage = Columns + "FROM usage u ";

    private const string ByKey = Usage + "WHERE u.installation = @installation AND u.day = @day AND u.seq = @seq";

    private const string LastBefore =
        Usage + "WHERE u.installation = @installation AND u.day < @day ORDER BY u.day DESC, u.seq DESC LIMIT 1";

    private const string OfDay = Usage + "WHERE u.installation = @installation AND u.day = @day AND u.seq > @seq ORDER BY u.seq";

    private const string KeyedOfDay =
        Usage + "WHERE u.installation = @installation AND u.day = @day AND u.keyed AND u.seq > @seq ORDER BY u.seq";

    private const string All =
        Usage + "WHERE (u.installation, u.day, u.seq) > (@installation, @day, @seq) ORDER BY u.installation, u.day, u.seq";

    // Days are found one by one from the key, so that the cost is in days and not in rows.
    private const string Days = """
        WITH RECURSIVE days (day) AS (
          SELECT max(day) FROM usage WHERE installation = @installation AND day <= @to
          UNION ALL
          SELECT (SELECT max(usage.day) FROM usage WHERE installation = @installation AND usage.day < days.day)
          FROM days WHERE days.day >= @from)

        """;

    private const string DayHeads =
        Days
        + Columns
        + """
            FROM days JOIN usage u ON u.installation = @installation AND u.day = days.day
              AND u.seq = (SELECT max(last.seq) FROM usage last WHERE last.installation = @installation AND last.day = days.day)
            WHERE days.day >= @from ORDER BY u.day
            """;

    private const string DayOpenings =
        Days
        + Columns
        + """
            FROM days JOIN usage u ON u.installation = @installation AND u.day = days.day AND u.seq = 1
            WHERE days.day >= @from ORDER BY u.day
            """;

    public Task<IReadOnlyList<UsageRow>> ReadDayHeads(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) => ReadDays(DayHeads, installation, from, to, cancellationToken);

    public Task<IReadOnlyList<UsageRow>> ReadDayOpenings(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) => ReadDays(DayOpenings, installation, from, to, cancellationToken);

    public async Task<UsageRow?> ReadLastBefore(InstallationId installation, DateOnly day, CancellationToken cancellationToken) =>
        (
            await store.Read(LastBefore, Row, cancellationToken, ("installation", installation.ToString()), ("day", day.DayNumber))
        ).FirstOrDefault();

    public IAsyncEnumerable<UsageRow> ReadDay(
        InstallationId installation,
        DateOnly day,
        bool keyedOnly,
        CancellationToken cancellationToken
    ) => ReadDayAfter(keyedOnly ? KeyedOfDay : OfDay, installation, day, 0, cancellationToken);

    public IAsyncEnumerable<UsageRow> ReadDayAfter(
        InstallationId installation,
        DateOnly day,
        int afterSeq,
        CancellationToken cancellationToken
    ) => ReadDayAfter(OfDay, installation, day, afterSeq, cancellationToken);

    public async Task<UsageRow?> ReadRow(InstallationId installation, DateOnly day, int seq, CancellationToken cancellationToken) =>
        (
            await store.Read(ByKey, Row, cancellationToken, ("installation", installation.ToString()), ("day", day.DayNumber), ("seq", seq))
        ).FirstOrDefault();

    public IAsyncEnumerable<UsageRow> ReadAll(
        string afterInstallation,
        DateOnly afterDay,
        int afterSeq,
        CancellationToken cancellationToken
    ) =>
        store.ReadPages(
            All,
            Row,
            last =>
                [
                    ("installation", last?.Installation.ToString() ?? afterInstallation),
                    ("day", (last?.Day ?? afterDay).DayNumber),
                    ("seq", last?.Seq ?? afterSeq),
                ],
            cancellationToken
        );

    private IAsyncEnumerable<UsageRow> ReadDayAfter(
        string sql,
        InstallationId installation,
        DateOnly day,
        int afterSeq,
        CancellationToken cancellationToken
    ) =>
        store.ReadPages(
            sql,
            Row,
            last => [("installation", installation.ToString()), ("day", day.DayNumber), ("seq", last?.Seq ?? afterSeq)],
            cancellationToken
        );

    private async Task<IReadOnlyList<UsageRow>> ReadDays(
        string sql,
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) =>
        await store.Read(
            sql,
            Row,
            cancellationToken,
            ("installation", installation.ToString()),
            ("from", from.DayNumber),
            ("to", to.DayNumber)
        );

    private static UsageRow Row(DbDataReader row) =>
        new(
            InstallationId.Parse(row.GetString(0), null),
            DateOnly.FromDayNumber(row.GetInt32(1)),
            row.GetInt32(2),
            row.GetInt32(3),
            row.GetInt64(4),
            row.GetBoolean(5),
            StoreSqlValues.Bytes(row, 6),
            StoreSqlValues.Bytes(row, 7),
            StoreSqlValues.Bytes(row, 8)
        );
}
