using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Catalogue;
using Marketplace.Journal;

namespace Marketplace.Listings;

/// <summary>An event of a plugin's listing; each case is one kind of journal fact. Ids are texts: this is the journal's form.</summary>
public abstract record ListingEvent : IJournalEvent
{
    private ListingEvent() { }

    public sealed record Created(string Developer) : ListingEvent;

    public sealed record VersionAdded(VersionSubmission Version) : ListingEvent;

    /// <param name="Hash">The version.</param>
    /// <param name="Track">The track.</param>
    /// <param name="DueAt">First instant that is too late. Fixed here: a later calendar changes no due time.</param>
    public sealed record TrackOpened(string Hash, ReviewTrack Track, DateTimeOffset DueAt) : ListingEvent;

    public sealed record TrackClaimed(string Hash, ReviewTrack Track, string Reviewer, DateTimeOffset Until) : ListingEvent;

    public sealed record TrackReleased(string Hash, ReviewTrack Track, string Reviewer) : ListingEvent;

    public sealed record TrackDecided(
        string Hash,
        ReviewTrack Track,
        TrackVerdict Verdict,
        string Reviewer,
        ImmutableArray<string> Reasons,
        ImmutableSortedDictionary<string, int> Scores,
        string Policy
    ) : ListingEvent;

    public sealed record RoundRecorded(string Hash, SandboxRound Round) : ListingEvent;

    public sealed record CategoryChanged(string Hash, PluginCategory Category) : ListingEvent;

    /// <summary>The version is the one that sellers get: the gate, both tracks and the rounds of this hash are complete.</summary>
    public sealed record Listed(string Hash, string Version) : ListingEvent;

    /// <param name="Hash">The version, which is not listed while it is suspended.</param>
    /// <param name="Notice">The number of the public notice.</param>
    public sealed record VersionSuspended(string Hash, string Notice) : ListingEvent;

    public sealed record VersionReinstated(string Hash) : ListingEvent;

    /// <summary>The listed version has to be reviewed again before it is listed once more.</summary>
    public sealed record Unlisted(string Hash) : ListingEvent;

    /// <summary>A command changed nothing; recorded so that its repeat succeeds, whatever happened since.</summary>
    public sealed record NothingChanged : ListingEvent;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type => Shapes.First(shape => shape.Shape == GetType()).Type;

    /// <summary>Every journal type with its shape.</summary>
    public static IReadOnlyList<(string Type, Type Shape)> Shapes { get; } =
    [
        ("listing-created", typeof(Created)),
        ("listing-version-added", typeof(VersionAdded)),
        ("listing-review-opened", typeof(TrackOpened)),
        ("listing-review-claimed", typeof(TrackClaimed)),
        ("listing-review-released", typeof(TrackReleased)),
        ("listing-review-decided", typeof(TrackDecided)),
        ("listing-round-recorded", typeof(RoundRecorded)),
        ("listing-category-changed", typeof(CategoryChanged)),
        ("listing-version-suspended", typeof(VersionSuspended)),
        ("listing-version-reinstated", typeof(VersionReinstated)),
        ("plugin-listed", typeof(Listed)),
        ("plugin-unlisted", typeof(Unlisted)),
        (JournalFact.NothingChanged, typeof(NothingChanged)),
    ];

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), ListingJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static ListingEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        var shape = Shapes.FirstOrDefault(shape => shape.Type == type).Shape
            ?? throw new FormatException($"The journal contains a listing's event of unknown type '{type}'.");
        return (ListingEvent)JsonSerializer.Deserialize(payload.Span, shape, ListingJson.Default)!;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ListingEvent.Created))]
[JsonSerializable(typeof(ListingEvent.VersionAdded))]
[JsonSerializable(typeof(ListingEvent.TrackOpened))]
[JsonSerializable(typeof(ListingEvent.TrackClaimed))]
[JsonSerializable(typeof(ListingEvent.TrackReleased))]
[JsonSerializable(typeof(ListingEvent.TrackDecided))]
[JsonSerializable(typeof(ListingEvent.RoundRecorded))]
[JsonSerializable(typeof(ListingEvent.CategoryChanged))]
[JsonSerializable(typeof(ListingEvent.VersionSuspended))]
[JsonSerializable(typeof(ListingEvent.VersionReinstated))]
[JsonSerializable(typeof(ListingEvent.Listed))]
[JsonSerializable(typeof(ListingEvent.Unlisted))]
[JsonSerializable(typeof(ListingEvent.NothingChanged))]
internal sealed partial class ListingJson : JsonSerializerContext;
