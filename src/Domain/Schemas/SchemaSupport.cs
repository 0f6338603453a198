using System.Collections.Immutable;
using System.Globalization;

namespace Marketplace.Schemas;

/// <summary>
/// How long an older version is served at least (R64). A version comes in the month that it is named by; on which day is not asked, so
/// twelve months count from the end of that month. Pure.
/// </summary>
public static class SchemaSupport
{
    /// <summary>The first day of a version's month.</summary>
    public static DateTimeOffset FirstDay(string version) =>
        new(DateOnly.ParseExact(version, "yyyy-MM", CultureInfo.InvariantCulture), TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>Before it, the version before this one is not ended.</summary>
    /// <param name="next">The version that came after it.</param>
    public static DateTimeOffset ServedUntil(string next) =>
        FirstDay(next) is var day && day.Year >= DateTime.MaxValue.Year - 1
            ? DateTimeOffset.MaxValue
            : day.AddMonths(1 + SchemaAnnouncements.ServedMonths);

    /// <summary>What is ended or left out too early, with the first instant at which it may be; empty if nothing is.</summary>
    /// <param name="served">What is to be served.</param>
    /// <param name="published">All versions that there ever were.</param>
    /// <param name="now">The instant; what is left out ends with it.</param>
    public static ImmutableArray<(string Version, DateTimeOffset Until)> EndedTooEarly(
        SchemaVersions served,
        IEnumerable<string> published,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(served);
        var all = published.Union(served.Names, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return
        [
            .. all.Zip(all.Skip(1), (version, next) => (Version: version, Until: ServedUntil(next)))
                .Where(older => EndOf(older.Version) < older.Until),
        ];

        DateTimeOffset? EndOf(string version) => served.Find(version) is { } known ? known.RetiresAt : now;
    }
}
