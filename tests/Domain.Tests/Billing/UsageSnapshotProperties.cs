using CsCheck;
using Marketplace.Billing;
using Marketplace.Installations;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

public sealed class UsageSnapshotProperties
{
    private static readonly InstallationId Id = InstallationId.Parse("seller-1/label-printer", null);

    [Fact]
    public void However_often_it_is_brought_up_to_date_it_equals_a_count_of_the_whole_ledger() =>
        Gen.Select(History.Any, Gen.Int[0, 100].Array[0, 4])
            .Sample(
                (history, cuts) =>
                {
                    var rows = history.Rows;
                    if (rows.Count == 0)
                    {
                        return;
                    }

                    var today = rows[^1].Day;
                    var now = rows.Max(row => UsageBody.Decode(row.Body, row.Count).Entries.Max(entry => entry.At));
                    var snapshot = UsageSnapshot.None;
                    foreach (var cut in cuts.Order().Append(100))
                    {
                        snapshot = CatchUp(snapshot, Written(rows, cut), today, now);
                    }

                    var statistics = snapshot.ToStatistics(Id, today, now);
                    Assert.Equal(Recount(rows, today), statistics.Operations.Select(Flat));
                }
            );

    [Fact]
    public void A_snapshot_that_knows_more_than_the_ledger_is_told_from_one_that_does_not() =>
        History.Any.Sample(history =>
        {
            var rows = history.Rows;
            if (rows.Count < 2)
            {
                return;
            }

            var today = rows[^1].Day;
            var snapshot = CatchUp(UsageSnapshot.None, rows, today, DateTimeOffset.MaxValue.AddDays(-400));
            var from = snapshot.ReadFrom(today);
            Assert.False(snapshot.IsAheadOf(Days(rows), from));
            Assert.True(snapshot.IsAheadOf(Days([.. rows.SkipLast(1)]), from));
        });

    // The first rows of every day, as if the ledger had been read while they were the last.
    private static IReadOnlyList<UsageRow> Written(IReadOnlyList<UsageRow> rows, int percent) =>
        [.. rows.GroupBy(row => row.Day).SelectMany(day => day.Take(((day.Count() * percent) + 99) / 100))];

    private static CountedDay[] Days(IReadOnlyList<UsageRow> rows) =>
        [.. rows.GroupBy(row => row.Day).Select(day => CountedDay.From(day.Last()))];

    private static UsageSnapshot CatchUp(UsageSnapshot known, IReadOnlyList<UsageRow> rows, DateOnly today, DateTimeOffset now)
    {
        var days = Days([.. rows.Where(row => row.Day >= known.ReadFrom(today))]);
        var found = new Dictionary<(DateOnly, string), DateTimeOffset>();
        foreach (var span in known.Missing(days))
        {
            foreach (var row in rows.Where(row => row.Day == span.Day && row.Seq > span.After && row.Seq <= span.UpTo))
            {
                foreach (var entry in UsageBody.Decode(row.Body, row.Count).Entries)
                {
                    var key = (row.Day, entry.Operation.Value);
                    found[key] = found.TryGetValue(key, out var at) && at > entry.At ? at : entry.At;
                }
            }
        }

        return known.Next(days, found, today, now);
    }

    private static IEnumerable<string> Recount(IReadOnlyList<UsageRow> rows, DateOnly today) =>
        rows.SelectMany(row =>
                UsageBody.Decode(row.Body, row.Count).Entries.Select(entry => (row.Day, Operation: entry.Operation.Value, entry.At))
            )
            .GroupBy(entry => entry.Operation, StringComparer.Ordinal)
            .OrderBy(operation => operation.Key, StringComparer.Ordinal)
            .Select(operation =>
                Flat(
                    new OperationUsage(
                        OperationName.Parse(operation.Key),
                        operation.Where(entry => entry.Day == operation.Max(other => other.Day)).Max(entry => entry.At),
                        System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(
                            operation
                                .Where(entry => entry.Day >= today.AddDays(1 - UsageStatistics.CountedDays))
                                .GroupBy(entry => entry.Day)
                                .Select(day => KeyValuePair.Create(day.Key, (long)day.Count()))
                        )
                    )
                )
            );

    private static string Flat(OperationUsage use) =>
        $"{use.Operation} {use.LastUsedAt:O} {string.Join(',', use.Days.Select(day => $"{day.Key:O}={day.Value}"))}";
}
