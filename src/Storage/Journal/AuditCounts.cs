using Marketplace.Grains.Ports;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage.Journal;

/// <summary>Counts of facts on either store.</summary>
internal sealed class AuditCounts(IStoreSql store) : IAuditCounts
{
    public Task Count(long position, DateOnly day, string kind, CancellationToken cancellationToken) =>
        store.Write(
            ["INSERT INTO audit_counts (position, day, kind) VALUES (@position, @day, @kind) ON CONFLICT (position) DO NOTHING"],
            cancellationToken,
            ("position", position),
            ("day", (long)day.DayNumber),
            ("kind", kind)
        );

    public async Task<IReadOnlyList<KindCount>> Read(DateOnly from, CancellationToken cancellationToken) =>
        await store.Read(
            "SELECT day, kind, count(*) FROM audit_counts WHERE day >= @from GROUP BY day, kind ORDER BY day, kind",
            static row => new KindCount(DateOnly.FromDayNumber((int)row.GetInt64(0)), row.GetString(1), row.GetInt64(2)),
            cancellationToken,
            ("from", (long)from.DayNumber)
        );
}
