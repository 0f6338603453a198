using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Billing;

/// <summary>One day's settled calls by operation, as of one of its ledger rows.</summary>
/// <param name="Day">Day of business.</param>
/// <param name="Seq">The last row counted.</param>
/// <param name="Calls">Calls by operation.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.counted-day")]
public sealed record CountedDay(
    [property: Id(0)] DateOnly Day,
    [property: Id(1)] int Seq,
    [property: Id(2)] ImmutableSortedDictionary<string, long> Calls
)
{
    /// <summary>Reads the day from its last row: that row's tally covers the whole day.</summary>
    /// <exception cref="FormatException">The row cannot be read.</exception>
    public static CountedDay From(UsageRow last) =>
        new(
            last.Day,
            last.Seq,
            UsageBody
                .Decode(last.Body, last.Count)
                .Tallies.GroupBy(tally => tally.Operation.Value, StringComparer.Ordinal)
                .ToImmutableSortedDictionary(
                    operation => operation.Key,
                    operation => operation.Sum(tally => tally.Calls),
                    StringComparer.Ordinal
                )
        );
}

/// <summary>Ledger rows still to be read: those of a day after <paramref name="After"/>, up to <paramref name="UpTo"/>.</summary>
public readonly record struct RowSpan(DateOnly Day, int After, int UpTo);

/// <summary>
/// A cache of the usage ledger between two reads: a position and the counts up to it. Counts come from the rows' tallies and instants from
/// their calls, so an old snapshot, or none, gives the same statistics, only slower.
/// </summary>
/// <param name="Days">The counted days, oldest first.</param>
/// <param name="LastUsed">For each operation the latest instant of the latest day that has calls of it.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.usage-snapshot")]
public sealed record UsageSnapshot(
    [property: Id(0)] ImmutableArray<CountedDay> Days,
    [property: Id(1)] ImmutableSortedDictionary<string, DateTimeOffset> LastUsed
)
{
    /// <summary>The empty snapshot.</summary>
    public static UsageSnapshot None { get; } = new([], ImmutableSortedDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal));

    /// <summary>The first day whose last row must be read: the counted days, or every day in range for an empty snapshot.</summary>
    public DateOnly ReadFrom(DateOnly today) =>
        today.AddDays(1 - (Days.IsEmpty ? UsageStatistics.LastUseDays : UsageStatistics.CountedDays));

    /// <summary>
    /// True if the snapshot contains rows missing from the ledger. One of the two was restored from a backup, so the snapshot is unusable.
    /// </summary>
    public bool IsAheadOf(IReadOnlyList<CountedDay> days, DateOnly from) =>
        Days.Any(known => known.Day >= from && !days.Any(day => day.Day == known.Day && day.Seq >= known.Seq));

    /// <summary>The rows needed to determine last uses: for each operation, those added to its latest day.</summary>
    /// <param name="days">The days as the ledger has them now, oldest first.</param>
    public IReadOnlyList<RowSpan> Missing(IReadOnlyList<CountedDay> days)
    {
        var known = Latest(Days);
        return
        [
            .. Latest(days)
                .Where(use =>
                    !known.TryGetValue(use.Key, out var before)
                    || before.Day != use.Value.Day
                    || before.Calls[use.Key] != use.Value.Calls[use.Key]
                )
                .Select(use => use.Value)
                .DistinctBy(day => day.Day)
                .Select(day => new RowSpan(day.Day, SeqOf(day.Day), day.Seq)),
        ];
    }

    /// <summary>The snapshot at the ledger's end.</summary>
    /// <param name="days">The days as the ledger has them now, oldest first.</param>
    /// <param name="found">Latest instants in the rows that were <see cref="Missing"/>, by day and operation.</param>
    /// <param name="today">The current day.</param>
    /// <param name="now">Last uses more than 366 days earlier are dropped.</param>
    public UsageSnapshot Next(
        IReadOnlyList<CountedDay> days,
        IReadOnlyDictionary<(DateOnly Day, string Operation), DateTimeOffset> found,
        DateOnly today,
        DateTimeOffset now
    )
    {
        var (known, lastUsed) = (Latest(Days), LastUsed.ToBuilder());
        foreach (var (operation, day) in Latest(days))
        {
            if (found.TryGetValue((day.Day, operation), out var at))
            {
                var sameDay = known.TryGetValue(operation, out var before) && before.Day == day.Day;
                lastUsed[operation] = sameDay && lastUsed[operation] > at ? lastUsed[operation] : at;
            }
        }

        var oldest = now.AddDays(-UsageStatistics.LastUseDays);
        lastUsed.RemoveRange([.. lastUsed.Where(use => use.Value < oldest).Select(use => use.Key)]);
        var counted = today.AddDays(1 - UsageStatistics.CountedDays);
        return new UsageSnapshot([.. days.Where(day => day.Day >= counted)], lastUsed.ToImmutable());
    }

    /// <summary>The statistics as of this snapshot.</summary>
    public UsageStatistics ToStatistics(InstallationId installation, DateOnly today, DateTimeOffset now) =>
        new(
            installation,
            today.AddDays(1 - UsageStatistics.CountedDays),
            Days.IsEmpty || Days[^1].Day < today ? today : Days[^1].Day,
            [.. LastUsed.Select(use => new OperationUsage(OperationName.FromStored(use.Key), use.Value, CallsOf(use.Key)))],
            now
        );

    private static Dictionary<string, CountedDay> Latest(IEnumerable<CountedDay> days)
    {
        var latest = new Dictionary<string, CountedDay>(StringComparer.Ordinal);
        foreach (var day in days)
        {
            foreach (var operation in day.Calls.Keys)
            {
                latest[operation] = day;
            }
        }

        return latest;
    }

    private int SeqOf(DateOnly day) => Days.FirstOrDefault(known => known.Day == day)?.Seq ?? 0;

    private ImmutableSortedDictionary<DateOnly, long> CallsOf(string operation) =>
        Days.Where(day => day.Calls.ContainsKey(operation)).ToImmutableSortedDictionary(day => day.Day, day => day.Calls[operation]);
}
