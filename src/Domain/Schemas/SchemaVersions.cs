using System.Collections.Immutable;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Schemas;

/// <summary>One version of what plugins are answered with (orders, products, waybills).</summary>
/// <param name="Version">Its name, the month of its first day: <c>2026-11</c>.</param>
/// <param name="RetiresAt">First instant at which it is no longer served; null while no end is set.</param>
public sealed record SchemaVersion(string Version, DateTimeOffset? RetiresAt);

/// <summary>What is known of a plugin's schema version.</summary>
public enum SchemaStanding
{
    /// <summary>It is the newest, or the plugin pins none and gets the newest.</summary>
    Current,

    /// <summary>It is still served, but its end is set.</summary>
    Behind,

    /// <summary>It is served no more, or never was.</summary>
    Retired,
}

/// <summary>The versions in the order of their coming; the last is the current one.</summary>
public sealed record SchemaVersions(ImmutableArray<SchemaVersion> All)
{
    /// <summary>What this release serves.</summary>
    public static SchemaVersions Standard { get; } =
        new([.. PayloadSchemas.Standard.Versions.Select(schema => new SchemaVersion(schema.Version, null))]);

    public SchemaVersion Current => All[^1];

    /// <summary>Their names.</summary>
    public ImmutableArray<string> Names => [.. All.Select(known => known.Version)];

    public SchemaVersion? Find(string version) => All.FirstOrDefault(known => known.Version == version);

    /// <summary>
    /// Since when a version is not the newest: the first day of the month of the next one; null for the current one, and for what is not
    /// among them.
    /// </summary>
    public DateTimeOffset? DeprecatedAt(string version)
    {
        var place = 0;
        while (place < All.Length && All[place].Version != version)
        {
            place++;
        }

        return place < All.Length - 1 ? SchemaSupport.FirstDay(All[place + 1].Version) : null;
    }

    /// <summary>
    /// The version that a plugin is answered with: the one it pins while that is served, the newest if it pins none. Of a version that is
    /// served no more, or never was, the next later one that is: it has everything the pinned one had, and adds the least. No plugin is cut
    /// off for its version.
    /// </summary>
    /// <param name="pinned">As its manifest says; null if it pins none.</param>
    /// <param name="now">The instant.</param>
    public string ServedTo(string? pinned, DateTimeOffset now)
    {
        if (pinned is not null)
        {
            foreach (var known in All)
            {
                if (string.CompareOrdinal(known.Version, pinned) >= 0 && !(known.RetiresAt <= now))
                {
                    return known.Version;
                }
            }
        }

        return Current.Version;
    }

    /// <summary>Judges the version that a plugin was built for.</summary>
    /// <param name="pinned">As its manifest says; null if it pins none.</param>
    /// <param name="now">The instant.</param>
    public SchemaStanding Judge(string? pinned, DateTimeOffset now) =>
        pinned is null || pinned == Current.Version ? SchemaStanding.Current
        : Find(pinned) is not { } known || known.RetiresAt <= now ? SchemaStanding.Retired
        : known.RetiresAt is null ? SchemaStanding.Current
        : SchemaStanding.Behind;
}
