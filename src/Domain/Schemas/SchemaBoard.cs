using System.Collections.Immutable;
using Marketplace.Catalogue;

namespace Marketplace.Schemas;

/// <summary>A plugin's progress towards a version.</summary>
public enum SchemaProgress
{
    /// <summary>It pins the version or a later one, or always gets the newest.</summary>
    Updated,

    /// <summary>It pins an older one, within its deadline.</summary>
    Pending,

    /// <summary>It pins an older one, past its deadline: it loses priority and badge, but is served as before.</summary>
    Overdue,
}

/// <summary>One certified plugin on a version's board.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Name">Shown to sellers.</param>
/// <param name="Pinned">The version in its manifest; null for the newest.</param>
/// <param name="Progress">Its progress.</param>
/// <param name="DueAt">Its deadline; null while the version is not announced, and for plugins that needed no upgrade.</param>
/// <param name="UpdatedAt">Since when its manifest has the version or a later one; null while it does not.</param>
/// <param name="Late">True if it upgraded, or has not upgraded, after its deadline.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.schema.row")]
public sealed record SchemaBoardRow(
    [property: Id(0)] PluginId Plugin,
    [property: Id(1)] string Name,
    [property: Id(2)] string? Pinned,
    [property: Id(3)] SchemaProgress Progress,
    [property: Id(4)] DateTimeOffset? DueAt,
    [property: Id(5)] DateTimeOffset? UpdatedAt,
    [property: Id(6)] bool Late
)
{
    /// <summary>True if the plugin may show the up-to-date badge.</summary>
    public bool Badge => Progress != SchemaProgress.Overdue;
}

/// <summary>The progress of all certified plugins towards a version.</summary>
/// <param name="Version">The version.</param>
/// <param name="AnnouncedAt">Null if it is not announced: then there are no deadlines.</param>
/// <param name="Rows">By plugin id.</param>
/// <param name="AsOf">The instant of evaluation.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.schema.board")]
public sealed record SchemaBoard(
    [property: Id(0)] string Version,
    [property: Id(1)] DateTimeOffset? AnnouncedAt,
    [property: Id(2)] ImmutableArray<SchemaBoardRow> Rows,
    [property: Id(3)] DateTimeOffset AsOf
)
{
    /// <summary>The board of a version. Pure.</summary>
    /// <param name="version">The version.</param>
    /// <param name="announced">Its announcement; null if there is none.</param>
    /// <param name="plugins">All plugins; uncertified ones are left out.</param>
    /// <param name="now">The instant.</param>
    public static SchemaBoard Of(string version, SchemaAnnouncement? announced, IEnumerable<PluginStatus> plugins, DateTimeOffset now) =>
        new(
            version,
            announced?.At,
            [
                .. plugins
                    .Where(plugin => plugin.CertifiedSince is not null)
                    .OrderBy(plugin => plugin.Plugin.Value, StringComparer.Ordinal)
                    .Select(plugin => Row(version, announced, plugin, now)),
            ],
            now
        );

    /// <summary>Number of plugins by progress.</summary>
    public int Count(SchemaProgress progress) => Rows.Count(row => row.Progress == progress);

    private static SchemaBoardRow Row(string version, SchemaAnnouncement? announced, PluginStatus plugin, DateTimeOffset now)
    {
        var updatedAt = UpdatedAt(version, plugin);
        var due = updatedAt <= announced?.At || updatedAt <= plugin.CertifiedSince ? null : DueAt(announced, plugin);
        var progress =
            updatedAt is not null ? SchemaProgress.Updated
            : due <= now ? SchemaProgress.Overdue
            : SchemaProgress.Pending;
        return new SchemaBoardRow(
            plugin.Plugin,
            plugin.Name,
            plugin.Pinned,
            progress,
            due,
            updatedAt,
            due is { } end && (updatedAt ?? now) >= end
        );
    }

    // A plugin certified after the announcement gets the whole period from then on.
    private static DateTimeOffset? DueAt(SchemaAnnouncement? announced, PluginStatus plugin) =>
        announced is null ? null
        : plugin.CertifiedSince > announced.At ? plugin.CertifiedSince + (announced.DueAt - announced.At)
        : announced.DueAt;

    /// <summary>Since when every pin is the version or a later one; null if the one in force is older.</summary>
    private static DateTimeOffset? UpdatedAt(string version, PluginStatus plugin)
    {
        DateTimeOffset? since = null;
        for (var i = plugin.Pins.Length - 1; i >= 0 && Has(plugin.Pins[i].Schema, version); i--)
        {
            since = plugin.Pins[i].Since;
        }

        return since;
    }

    private static bool Has(string? pinned, string version) => pinned is null || string.CompareOrdinal(pinned, version) >= 0;
}
