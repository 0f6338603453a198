namespace Marketplace;

/// <summary>
/// The days of business of a marketplace: which day an instant belongs to and when a day begins. Days are half-open, [start, next start).
/// </summary>
/// <param name="zone">Zone of the marketplace; Asia/Shanghai unless configured otherwise.</param>
public sealed class MarketCalendar(TimeZoneInfo zone)
{
    // Nearly all questions are about the day just asked for; converting an instant costs more than comparing it.
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

    /// <summary>
    /// The first instant of a day, with the zone's offset; the first instant there is where the calendar begins later than the day.
    /// </summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        var offset = zone.GetUtcOffset(local);
        return local.Ticks < offset.Ticks ? DateTimeOffset.MinValue : new DateTimeOffset(local, offset);
    }

    /// <summary>
    /// The first instant after a day; the last instant there is for the last day of the calendar, 9999-12-31, which none follows.
    /// </summary>
    public DateTimeOffset EndOf(DateOnly day) => day == DateOnly.MaxValue ? DateTimeOffset.MaxValue : StartOf(day.AddDays(1));

    private sealed record Bounds(DateOnly Day, DateTimeOffset Start, DateTimeOffset End);
}
