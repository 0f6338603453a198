using System.Collections.Immutable;
using System.Globalization;

namespace Marketplace.Schemas;

/// <summary>
/// The minimum support period of older versions (R64). Versions are named by month, without a day, so the twelve months count from the end
/// of that month. Pure.
/// </summary>
public static class SchemaSupport
{
    /// <summary>The first day of a version's month.</summary>
    public static DateTimeOffset FirstDay(string version) =>
        new(DateOnly.ParseExact(version, "yyyy-MM", CultureInfo.InvariantCulture), TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>The earliest end of support for the version before the given one.</summary>
    /// <param name="next">The version released after it.</param>
    public static DateTimeOffset ServedUntil(string next) =>
        FirstDay(next) is var day && day.Year >= DateTime.MaxValue.Year - 1
            ? DateTimeOffset.MaxValue
            : day.AddMonths(1 + SchemaAnnouncements.ServedMonths);

    /// <summary>Versions ended or left out too early, each with the earliest permitted instant; empty without any.</summary>
    /// <param name="served">The versions to serve.</param>
    /// <param name="published">All versions ever published.</param>
    /// <param name="now">The instant; versions left out end then.</param>
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
