using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Enterprises;

/// <summary>
/// Working time in China (R44). A working day is a whole day of Asia/Shanghai, [00:00, 24:00), that is either Monday to Friday and no
/// holiday, or a make-up day (调休). Working time is the time that passes on working days; two working days are 48 hours of it. There are no
/// business hours: a review submitted at 15:00 on a Friday before a plain weekend is due at 15:00 on Tuesday.
/// </summary>
public sealed class WorkingDays
{
    private static readonly TimeSpan WholeDay = TimeSpan.FromDays(1);
    private readonly MarketCalendar _calendar = MarketCalendar.Shanghai;
    private readonly HashSet<DateOnly> _holidays = [];
    private readonly HashSet<DateOnly> _makeUpDays = [];
    private readonly HashSet<int> _years = [];

    private WorkingDays(WorkingDaysFile file)
    {
        foreach (var year in file.Years)
        {
            if (year.Announced)
            {
                _years.Add(year.Year);
            }

            foreach (var holiday in year.Holidays)
            {
                _holidays.UnionWith(Days(holiday));
            }

            _makeUpDays.UnionWith(year.MakeUpDays);
        }

        if (_makeUpDays.Overlaps(_holidays))
        {
            throw new FormatException("The calendar of working days lists a day both as holiday and as make-up day.");
        }
    }

    /// <summary>The calendar shipped with the program.</summary>
    public static WorkingDays Published { get; } = ReadPublished();

    /// <summary>Reads a calendar in the form of <c>working-days.json</c>.</summary>
    /// <exception cref="FormatException">
    /// It is not such a file, a period ends before it begins, or a day is both holiday and make-up day.
    /// </exception>
    public static WorkingDays Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return new WorkingDays(
                JsonSerializer.Deserialize(json, WorkingDaysJson.Default.WorkingDaysFile)
                    ?? throw new FormatException("The calendar of working days is empty.")
            );
        }
        catch (JsonException e)
        {
            throw new FormatException($"The calendar of working days cannot be read: {e.Message}", e);
        }
    }

    /// <summary>True if the year's holidays are known; for any other year only weekends are.</summary>
    public bool IsAnnounced(int year) => _years.Contains(year);

    /// <summary>The day of Asia/Shanghai that contains an instant.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => _calendar.DayOf(instant);

    /// <summary>The first instant of a day of Asia/Shanghai.</summary>
    public DateTimeOffset StartOf(DateOnly day) => _calendar.StartOf(day);

    /// <summary>The first instant after a day of Asia/Shanghai; the maximum instant for 9999-12-31.</summary>
    public DateTimeOffset EndOf(DateOnly day) => _calendar.EndOf(day);

    public bool IsWorkingDay(DateOnly day) =>
        _makeUpDays.Contains(day) || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !_holidays.Contains(day));

    /// <summary>
    /// The instant at which <paramref name="work"/> of working time has passed since <paramref name="from"/>; at most the maximum instant.
    /// </summary>
    /// <param name="from">Any instant.</param>
    /// <param name="work">Not negative.</param>
    public DateTimeOffset Add(DateTimeOffset from, TimeSpan work)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(work, TimeSpan.Zero);
        var at = from.ToOffset(StartOf(DayOf(from)).Offset);
        while (true)
        {
            var (next, left) = (NextDay(at), TimeLeft(at));
            if (work <= left && left > TimeSpan.Zero)
            {
                return at + work;
            }

            if (next == DateTimeOffset.MaxValue)
            {
                return next;
            }

            (at, work) = (next, work - left);
        }
    }

    /// <summary>The working time between one instant and a later one.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        var sum = TimeSpan.Zero;
        for (var at = from; at < to; at = NextDay(at))
        {
            var end = NextDay(at) < to ? NextDay(at) : to;
            sum += IsWorkingDay(DayOf(at)) ? end - at : TimeSpan.Zero;
        }

        return sum;
    }

    /// <summary>Converts working days to working time.</summary>
    public static TimeSpan Days(int days) => days * WholeDay;

    private TimeSpan TimeLeft(DateTimeOffset at) => IsWorkingDay(DayOf(at)) ? NextDay(at) - at : TimeSpan.Zero;

    private DateTimeOffset NextDay(DateTimeOffset at) => EndOf(DayOf(at));

    private static IEnumerable<DateOnly> Days(HolidayPeriod period)
    {
        if (period.To < period.From)
        {
            throw new FormatException($"The calendar of working days has a period that ends before it begins: {period.Name}.");
        }

        for (var day = period.From; day <= period.To; day = day.AddDays(1))
        {
            yield return day;
        }
    }

    private static WorkingDays ReadPublished()
    {
        using var stream = typeof(WorkingDays).Assembly.GetManifestResourceStream("working-days.json")!;
        var json = new byte[stream.Length];
        stream.ReadExactly(json);
        return Parse(json);
    }
}

internal sealed record WorkingDaysFile(string Notice, IReadOnlyList<WorkingYear> Years);

internal sealed record WorkingYear(
    int Year,
    bool Announced,
    string Source,
    IReadOnlyList<HolidayPeriod> Holidays,
    IReadOnlyList<DateOnly> MakeUpDays
);

internal sealed record HolidayPeriod(string Name, DateOnly From, DateOnly To);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(WorkingDaysFile))]
internal sealed partial class WorkingDaysJson : JsonSerializerContext;
