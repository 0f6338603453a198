using System.Collections.Immutable;
using Marketplace.Installations;

namespace Marketplace.Billing;

/// <summary>One day's settled calls by operation, as one of its ledger rows leaves them.</summary>
/// <param name="Day">Day of business.</param>
/// <param name="Seq">The row up to which it is counted.</param>
/// <param name="Calls">Calls by operation.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.counted-day")]
public sealed record CountedDay(
    [property: Id(0)] DateOnly Day,
    [property: Id(1)] int Seq,
    [property: Id(2)] ImmutableSortedDictionary<string, long> Calls
)
{
    /// <summary>Reads the day from its last row: the row's tally is the whole day's.</summary>
    /// <exception cref="FormatException">The row cannot be read.</exception>
    public static CountedDay From(UsageRow last) =>
        new(
            last.Day,
            last.Seq,
            UsageBody
                .Decode(last.Body, last.Count)
                .Tallies.GroupBy(tally => tally.Operation, StringComparer.Ordinal)
                .ToImmutableSortedDictionary(
                    operation => operation.Key,
                    operation => operation.Sum(tally => tally.Calls),
                    StringComparer.Ordinal
                )
        );
}

/// <summary>
/// Rows of the ledger that are still to be looked at: those of a day after <paramref name="After"/>, up to <paramref name="UpTo"/>.
/// </summary>
public readonly record struct RowSpan(DateOnly Day, int After, int UpTo);

/// <summary>
/// What is kept of the usage ledger between two readings: a position and the counts up to it. Counts come from the rows' tallies and
/// instants from their calls, so an old snapshot or none leads to the same statistics, only later.
/// </summary>
/// <param name="Days">The counted days, oldest first.</param>
/// <param name="LastUsed">For each operation the latest instant of the latest day that has calls of it.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.usage-snapshot")]
public sealed record UsageSnapshot(
    [property: Id(0)] ImmutableArray<CountedDay> Days,
    [property: Id(1)] ImmutableSortedDictionary<string, DateTimeOffset> LastUsed
)
{
    /// <summary>Nothing is known yet.</summary>
    public static UsageSnapshot None { get; } = new([], ImmutableSortedDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal));

    /// <summary>The first day whose last row must be read: the days that are counted, or all that can matter if nothing is known.</summary>
    public DateOnly ReadFrom(DateOnly today) =>
        today.AddDays(1 - (Days.IsEmpty ? UsageStatistics.LastUseDays : UsageStatistics.CountedDays));

    /// <summary>
    /// True if it knows rows that the ledger does not have: one of the two was put back, so nothing of it can be relied on.
    /// </summary>
    public bool IsAheadOf(IReadOnlyList<CountedDay> days, DateOnly from) =>
        Days.Any(known => known.Day >= from && !days.Any(day => day.Day == known.Day && day.Seq >= known.Seq));

    /// <summary>The rows without which the last uses cannot be told: of an operation's latest day, what was added to it.</summary>
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
    /// <param name="now">Last uses more than 366 days before it are forgotten.</param>
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
            [.. LastUsed.Select(use => new OperationUsage(use.Key, use.Value, CallsOf(use.Key)))],
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
