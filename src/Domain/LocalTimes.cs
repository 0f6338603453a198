using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace;

/// <summary>
/// Formats instants for people: in the marketplace's zone (Asia/Shanghai), in their language, without seconds. Machines get ISO 8601
/// elsewhere.
/// </summary>
public static partial class LocalTimes
{
    private static readonly BilingualTexts Patterns = BilingualTexts.Load(typeof(LocalTimes));

    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    private static BilingualText WithYear { get; } = Patterns.Get(nameof(WithYear));

    private static BilingualText WithinYear { get; } = Patterns.Get(nameof(WithinYear));

    /// <summary>
    /// For example <c>11月29日 14:05</c> or <c>29 November 14:05 (Beijing time)</c>; with the year if it differs from that of
    /// <paramref name="now"/>.
    /// </summary>
    /// <param name="at">The instant.</param>
    /// <param name="isChinese">False for English.</param>
    /// <param name="now">When it is read; null to include the year always.</param>
    public static string Text(DateTimeOffset at, bool isChinese, DateTimeOffset? now = null)
    {
        var local = Local(at);
        var withYear = now is not { } read || Local(read).Year != local.Year;
        var pattern = withYear ? WithYear : WithinYear;
        return local.ToString(isChinese ? pattern.Zh : pattern.En, CultureInfo.InvariantCulture);
    }

    /// <summary>The instant in both languages; see <see cref="Text"/>.</summary>
    public static BilingualText Both(DateTimeOffset at, DateTimeOffset now) => new(Text(at, true, now), Text(at, false, now));

    /// <summary>Replaces each ISO 8601 instant in a text by its <see cref="Text"/>.</summary>
    public static string Replace(string text, bool isChinese, DateTimeOffset? now = null) =>
        Instant()
            .Replace(text, match =>
                DateTimeOffset.TryParse(match.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                    ? Text(at, isChinese, now)
                    : match.Value
            );

    // Near the limits of the calendar the local time is not representable.
    private static DateTimeOffset Local(DateTimeOffset at) =>
        at.UtcTicks > DateTimeOffset.MaxValue.Ticks - Beijing.Ticks ? at.ToUniversalTime() : at.ToOffset(Beijing);

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})", RegexOptions.CultureInvariant)]
    private static partial Regex Instant();
}
