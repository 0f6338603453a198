using System.Globalization;

namespace Marketplace.Replay.Dataset;

/// <summary>Parses the dataset's wall-clock instants (America/Sao_Paulo, with Brazil's daylight saving time until 2019).</summary>
internal sealed class SaoPauloTime
{
    private static readonly string[] Formats =
    [
        "M/d/yyyy H:mm",
        "M/d/yyyy H:mm:ss",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-ddTHH:mm:ss",
    ];

    private readonly TimeZoneInfo _zone = Zone();

    /// <summary>Null for an empty text: the step did not happen.</summary>
    /// <exception cref="FormatException">The text is neither empty nor an instant.</exception>
    public DateTimeOffset? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (!DateTime.TryParseExact(text.Trim(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            throw new FormatException($"'{text}' is not an instant of the form M/D/YYYY H:MM");
        }

        // The hour skipped in spring has no instant; use the hour after for midnight of that day (an estimated date, for example).
        var real = _zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        return new DateTimeOffset(real, _zone.GetUtcOffset(real));
    }

    private static TimeZoneInfo Zone()
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");
        }
        catch (TimeZoneNotFoundException)
        {
            throw new UsageException("the time zone America/Sao_Paulo is not known here: install the tzdata package");
        }
    }
}
