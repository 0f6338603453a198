using System.Collections.Immutable;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Schemas;

/// <summary>One version of the answers to plugins (orders, products, waybills).</summary>
/// <param name="Version">Its name, the month of its first day: <c>2026-11</c>.</param>
/// <param name="RetiresAt">First instant at which it is no longer served; null while no end is scheduled.</param>
public sealed record SchemaVersion(string Version, DateTimeOffset? RetiresAt);

/// <summary>The support state of a plugin's schema version.</summary>
public enum SchemaStatus
{
    /// <summary>It is the newest, or the plugin pins none and gets the newest.</summary>
    Current,

    /// <summary>Still served, with a scheduled end.</summary>
    Behind,

    /// <summary>No longer served, or never existed.</summary>
    Retired,
}

/// <summary>The versions in release order; the last one is current.</summary>
public sealed record SchemaVersions(ImmutableArray<SchemaVersion> All)
{
    /// <summary>The versions served by this release.</summary>
    public static SchemaVersions Standard { get; } =
        new([.. PayloadSchemas.Standard.Versions.Select(schema => new SchemaVersion(schema.Version, null))]);

    public SchemaVersion Current => All[^1];

    /// <summary>Their names.</summary>
    public ImmutableArray<string> Names => [.. All.Select(known => known.Version)];

    public SchemaVersion? Find(string version) => All.FirstOrDefault(known => known.Version == version);

    /// <summary>
    /// Since when a version is no longer the newest: the first day of the next one's month; null for the current one and unknown ones.
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
    /// The version used to answer a plugin: its pinned one while served, the newest if it pins none. For a version no longer served, or one
    /// that never existed, the next later version: it has everything the pinned one had and adds the least. No plugin is cut off because of
    /// its version.
    /// </summary>
    /// <param name="pinned">The version in its manifest; null if it pins none.</param>
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

    /// <summary>The support state of the version a plugin was built for.</summary>
    /// <param name="pinned">The version in its manifest; null if it pins none.</param>
    /// <param name="now">The instant.</param>
    public SchemaStatus Judge(string? pinned, DateTimeOffset now) =>
        pinned is null || pinned == Current.Version ? SchemaStatus.Current
        : Find(pinned) is not { } known || known.RetiresAt <= now ? SchemaStatus.Retired
        : known.RetiresAt is null ? SchemaStatus.Current
        : SchemaStatus.Behind;
}
