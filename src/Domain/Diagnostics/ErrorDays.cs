namespace Marketplace.Diagnostics;

/// <summary>Number of errors in each of the last days of business; also of those that no longer fit into the log.</summary>
public sealed class ErrorDays
{
    /// <summary>Days kept, the current one included.</summary>
    public const int Kept = 100;

    private readonly SortedDictionary<DateOnly, long> _days = [];

    public ErrorDays(IEnumerable<DayErrorCount> days)
    {
        ArgumentNullException.ThrowIfNull(days);
        foreach (var known in days)
        {
            _days[known.Day] = _days.GetValueOrDefault(known.Day) + known.Count;
        }
    }

    /// <summary>Counts an error of a day, and drops days that are older than those kept.</summary>
    public void Add(DateOnly day)
    {
        _days[day] = _days.GetValueOrDefault(day) + 1;
        var newest = _days.Keys.Last();
        while (_days.Keys.First() is var oldest && oldest.DayNumber <= newest.DayNumber - Kept)
        {
            _days.Remove(oldest);
        }
    }

    /// <summary>The counts, oldest day first.</summary>
    public IEnumerable<DayErrorCount> All => _days.Select(static day => new DayErrorCount(day.Key, day.Value));
}

/// <summary>Errors of one day of business.</summary>
/// <param name="Day">The day.</param>
/// <param name="Count">Number of errors.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.day-errors")]
public readonly record struct DayErrorCount([property: Id(0)] DateOnly Day, [property: Id(1)] long Count);
