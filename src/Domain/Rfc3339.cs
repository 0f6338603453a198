namespace Marketplace;

/// <summary>
/// Parses RFC 3339 instants (section 5.6): <c>T</c> and <c>Z</c> in either case, fractions of any length, any offset, leap seconds. Refuses
/// texts without a zone, which are ambiguous. Every instant from outside is parsed here.
/// </summary>
public static class Rfc3339
{
    /// <summary>The expected format, for refusals.</summary>
    public const string Form = "an RFC 3339 instant with its zone, such as 2026-11-23T10:15:00Z or 2026-11-23T10:15:00+08:00";

    private const int DateAndTime = 19;
    private const int OffsetLength = 6;
    private const int TickDigits = 7;

    /// <param name="text">The whole text, without surrounding whitespace.</param>
    /// <param name="at">The instant in UTC, truncated to 100 ns. A leap second becomes the following second.</param>
    /// <returns>False if it is not RFC 3339, or outside the years 1–9999.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset at)
    {
        at = default;
        if (
            text.Length <= DateAndTime
            || text[4] != '-'
            || text[7] != '-'
            || text[10] is not ('T' or 't')
            || text[13] != ':'
            || text[16] != ':'
        )
        {
            return false;
        }

        if (
            !Number(text[..4], 1, 9999, out var year)
            || !Number(text[5..7], 1, 12, out var month)
            || !Number(text[8..10], 1, DateTime.DaysInMonth(year, month), out var day)
            || !Number(text[11..13], 0, 23, out var hour)
            || !Number(text[14..16], 0, 59, out var minute)
            || !Number(text[17..19], 0, 60, out var second)
        )
        {
            return false;
        }

        var rest = text[DateAndTime..];
        if (!ReadFraction(ref rest, out var fraction) || !TryOffset(rest, out var offset))
        {
            return false;
        }

        var whole = new DateTime(year, month, day, hour, minute, Math.Min(second, 59), DateTimeKind.Utc);
        return (second < 60 || IsLastMinuteOfDay(whole.Ticks, offset))
            && TryUtc(whole.Ticks + fraction + (second == 60 ? TimeSpan.TicksPerSecond : 0) - offset, out at);
    }

    // Leap seconds are inserted at the end of a UTC day.
    private static bool IsLastMinuteOfDay(long ticks, long offset) =>
        TryUtc(ticks - offset, out var utc) && utc is { Hour: 23, Minute: 59 };

    private static bool TryUtc(long ticks, out DateTimeOffset at)
    {
        var isInRange = ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks;
        at = isInRange ? new DateTimeOffset(ticks, TimeSpan.Zero) : default;
        return isInRange;
    }

    private static bool ReadFraction(ref ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (rest is not ['.', .. var digits])
        {
            return true;
        }

        var length = 0;
        while (length < digits.Length && char.IsAsciiDigit(digits[length]))
        {
            ticks = length < TickDigits ? (ticks * 10) + (digits[length] - '0') : ticks;
            length++;
        }

        for (var place = length; place < TickDigits; place++)
        {
            ticks *= 10;
        }

        rest = digits[length..];
        return length > 0;
    }

    private static bool TryOffset(ReadOnlySpan<char> zone, out long ticks)
    {
        ticks = 0;
        if (zone is ['Z' or 'z'])
        {
            return true;
        }

        if (
            zone.Length != OffsetLength
            || zone[0] is not ('+' or '-')
            || zone[3] != ':'
            || !Number(zone[1..3], 0, 23, out var hours)
            || !Number(zone[4..], 0, 59, out var minutes)
        )
        {
            return false;
        }

        ticks = ((hours * 60) + minutes) * (zone[0] == '-' ? -TimeSpan.TicksPerMinute : TimeSpan.TicksPerMinute);
        return true;
    }

    private static bool Number(ReadOnlySpan<char> digits, int min, int max, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return number >= min && number <= max;
    }
}
