namespace Marketplace;

/// <summary>
/// The business days of a marketplace: the day of an instant, and a day's bounds. Days are half-open, [start, next start).
/// </summary>
/// <param name="zone">Zone of the marketplace; Asia/Shanghai unless configured otherwise.</param>
public sealed class MarketCalendar(TimeZoneInfo zone)
{
    // Nearly all calls are about the same day as the last; comparing an instant is cheaper than converting it.
    private Bounds _last = new(default, DateTimeOffset.MaxValue, DateTimeOffset.MinValue);

    /// <summary>Asia/Shanghai, where most sellers are.</summary>
    public static MarketCalendar Shanghai => new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));

    public DateOnly DayOf(DateTimeOffset instant)
    {
        var bounds = _last;
        if (instant < bounds.Start || instant >= bounds.End)
        {
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
            _last = bounds = new Bounds(day, StartOf(day), EndOf(day));
        }

        return bounds.Day;
    }

    /// <summary>The time of the day of an instant.</summary>
    public TimeOnly TimeOf(DateTimeOffset instant) => TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>
    /// The first instant of a day, with the zone's offset; the minimum instant where the calendar begins later than the day.
    /// </summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        var offset = zone.GetUtcOffset(local);
        return local.Ticks < offset.Ticks ? DateTimeOffset.MinValue : new DateTimeOffset(local, offset);
    }

    /// <summary>The first instant after a day; the maximum instant for the last day of the calendar, 9999-12-31.</summary>
    public DateTimeOffset EndOf(DateOnly day) => day == DateOnly.MaxValue ? DateTimeOffset.MaxValue : StartOf(day.AddDays(1));

    private sealed record Bounds(DateOnly Day, DateTimeOffset Start, DateTimeOffset End);
}
