using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Schemas;

/// <summary>The announcement of a version: starts the upgrade period of every certified plugin that pins an older one (R64).</summary>
/// <param name="Version">The version.</param>
/// <param name="At">When.</param>
/// <param name="DueAt">The plugins' deadline to upgrade.</param>
/// <param name="By">The announcing operator.</param>
/// <param name="OperationId">The announcing operation.</param>
public sealed record SchemaAnnouncement(string Version, DateTimeOffset At, DateTimeOffset DueAt, ActorId By, OperationId OperationId);

/// <summary>All announcements by version: the fold of the facts of the entity <c>schema/all</c>. Immutable.</summary>
public sealed record SchemaAnnouncements(ImmutableSortedDictionary<string, SchemaAnnouncement> All)
{
    /// <summary>The journal type of an announcement.</summary>
    public const string FactType = "version-announced";

    /// <summary>Hours to upgrade after the announcement.</summary>
    public const int Hours = 48;

    /// <summary>Minimum months that an older version is served after the announcement of a newer one.</summary>
    public const int ServedMonths = 12;

    public static SchemaAnnouncements None { get; } =
        new(ImmutableSortedDictionary.Create<string, SchemaAnnouncement>(StringComparer.Ordinal));

    /// <summary>The announcement of a version; null if there is none.</summary>
    public SchemaAnnouncement? Of(string version) => All.GetValueOrDefault(version);

    /// <summary>Decides an announcement: the fact to append, or nothing for a repeat.</summary>
    /// <param name="versions">The served versions.</param>
    /// <param name="version">The version to announce.</param>
    /// <param name="operationId">Made by the caller.</param>
    public Outcome<ImmutableArray<(string Type, ReadOnlyMemory<byte> Payload)>> Decide(
        SchemaVersions versions,
        string version,
        OperationId operationId
    )
    {
        ArgumentNullException.ThrowIfNull(versions);
        if (All.Values.FirstOrDefault(known => known.OperationId == operationId) is { } first)
        {
            return first.Version == version ? ImmutableArray<(string, ReadOnlyMemory<byte>)>.Empty : QuotaRefusals.ReusedKey();
        }

        return versions.Find(version) is null ? SchemaRefusals.Unknown(versions.Names)
            : Of(version) is { } known ? SchemaRefusals.Announced(known.Version, known.At)
            : ImmutableArray.Create((FactType, Encode(version)));
    }

    /// <summary>Folds a fact of the entity; types of newer releases change nothing.</summary>
    /// <exception cref="FormatException">The fact is empty.</exception>
    public SchemaAnnouncements After(JournalFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (fact.Type != FactType)
        {
            return this;
        }

        var wire = JsonSerializer.Deserialize(fact.Payload.Span, SchemaJson.Default.AnnouncementWire)
            ?? throw new FormatException("An announcement's fact is empty.");
        return new(
            All.SetItem(
                wire.Version,
                new SchemaAnnouncement(wire.Version, fact.At, fact.At.AddHours(wire.Hours), fact.Actor, fact.OperationId)
            )
        );
    }

    // Includes the deadline, so that past announcements keep theirs if the period changes.
    private static ReadOnlyMemory<byte> Encode(string version) =>
        JsonSerializer.SerializeToUtf8Bytes(new AnnouncementWire(version, Hours), SchemaJson.Default.AnnouncementWire);
}

internal sealed record AnnouncementWire(string Version, int Hours);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AnnouncementWire))]
internal sealed partial class SchemaJson : JsonSerializerContext;
