using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Schemas;

namespace Marketplace.Api.PlatformApi.Schemas;

internal sealed record SchemaListView(IReadOnlyList<SchemaVersionView> Versions);

internal sealed record SchemaVersionView(
    string Version,
    bool Current,
    DateTimeOffset? AnnouncedAt,
    DateTimeOffset? DueAt,
    DateTimeOffset? RetiresAt,
    DateTimeOffset? ServedUntilAtLeast
)
{
    public static SchemaVersionView Of(SchemaVersionStatus status) =>
        new(status.Version, status.Current, status.AnnouncedAt, status.DueAt, status.RetiresAt, status.ServedUntilAtLeast);
}

internal sealed record SchemaBoardView(
    string Version,
    DateTimeOffset? AnnouncedAt,
    DateTimeOffset AsOf,
    int Updated,
    int Pending,
    int Overdue,
    IReadOnlyList<SchemaBoardRowView> Plugins
)
{
    public static SchemaBoardView Of(SchemaBoard board) =>
        new(
            board.Version,
            board.AnnouncedAt,
            board.AsOf,
            board.Count(SchemaProgress.Updated),
            board.Count(SchemaProgress.Pending),
            board.Count(SchemaProgress.Overdue),
            [.. board.Rows.Select(SchemaBoardRowView.Of)]
        );

    public static string Text(SchemaProgress progress) =>
        progress switch
        {
            SchemaProgress.Updated => "updated",
            SchemaProgress.Pending => "pending",
            _ => "overdue",
        };
}

internal sealed record SchemaBoardRowView(
    string Plugin,
    string Name,
    string? Pinned,
    string Status,
    DateTimeOffset? DueAt,
    DateTimeOffset? UpdatedAt,
    bool Late,
    bool Badge
)
{
    public static SchemaBoardRowView Of(SchemaBoardRow row) =>
        new(row.Plugin.Value, row.Name, row.Pinned, SchemaBoardView.Text(row.Progress), row.DueAt, row.UpdatedAt, row.Late, row.Badge);
}

internal sealed record SchemaImpactView(
    string Version,
    ImmutableArray<string> Objects,
    ImmutableArray<string> Operations,
    int Days,
    DateTimeOffset AsOf,
    IReadOnlyList<SchemaImpactPluginView> Plugins
);

/// <summary>A plugin that is concerned; <c>status</c> is how it stands to the version, null if it is not certified.</summary>
internal sealed record SchemaImpactPluginView(
    string Plugin,
    string Name,
    string? Pinned,
    string? Status,
    int Installations,
    [property: JsonPropertyName("calls_30d")] long Calls,
    DateTimeOffset LastReadAt,
    IReadOnlyList<string> Operations
)
{
    public static SchemaImpactPluginView Of(ImpactedPlugin impacted, SchemaBoardRow? row) =>
        new(
            impacted.Plugin.Plugin.Value,
            impacted.Plugin.Name,
            impacted.Plugin.Pinned,
            row is null ? null : SchemaBoardView.Text(row.Progress),
            impacted.Readers.Length,
            impacted.Readers.Sum(reader => reader.Calls),
            impacted.Readers.Max(reader => reader.LastReadAt),
            [.. impacted.Readers.SelectMany(reader => reader.Operations).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
        );
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SchemaIndex))]
[JsonSerializable(typeof(SchemaListView))]
[JsonSerializable(typeof(SchemaVersionView))]
[JsonSerializable(typeof(SchemaBoardView))]
[JsonSerializable(typeof(SchemaImpactView))]
internal sealed partial class SchemaApiJson : JsonSerializerContext
{
    public static SchemaApiJson Readable => field ??= new(Default.Options.Readable());
}
