using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.DeveloperApi;
using Marketplace.Api.Http;
using Marketplace.Catalogue.Search;
using Marketplace.Listings;

namespace Marketplace.Api.ReviewApi;

/// <param name="Verdict">approve, reject or request-changes.</param>
/// <param name="Reasons">At most 20 texts of 1–500 characters; at least one unless it is an approval.</param>
/// <param name="Scores">For the business track: 0–5 points for each criterion of the version's category.</param>
internal sealed record VerdictRequest(string? Verdict, IReadOnlyList<string>? Reasons, Dictionary<string, int>? Scores);

/// <summary>Versions that wait for a decision of a track.</summary>
internal sealed record TrackItems(IReadOnlyList<TrackItem> Items);

/// <summary>One version that waits.</summary>
internal sealed record TrackItem(
    string Plugin,
    string Developer,
    string Hash,
    string Version,
    string Category,
    DateTimeOffset? OpenedAt,
    DateTimeOffset? DueAt,
    string? ClaimedBy,
    DateTimeOffset? ClaimedUntil
)
{
    public static IEnumerable<TrackItem> Of(Listing listing, ReviewTrack track) =>
        from version in listing.Versions
        let review = version.Track(track)
        where review.State == TrackState.Open
        select new TrackItem(
            listing.Plugin.Value,
            listing.Developer.Value,
            version.Hash,
            version.Submission.Version,
            version.Category.Text(),
            review.OpenedAt,
            review.DueAt,
            review.ClaimedBy,
            review.ClaimedUntil
        );
}

/// <summary>A version as its reviewers see it.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Developer">Its owner.</param>
/// <param name="Version">Where it stands.</param>
/// <param name="Criteria">The criteria of the business track's rubric with their weights, which sum up to 100.</param>
/// <param name="Manifest">The canonical manifest.</param>
/// <param name="Report">The gate's report.</param>
/// <param name="RoundFindings">What its sandbox rounds say against it.</param>
internal sealed record ReviewedVersion(
    string Plugin,
    string Developer,
    VersionView Version,
    IReadOnlyDictionary<string, int> Criteria,
    JsonElement Manifest,
    JsonElement Report,
    IReadOnlyList<RoundFindingView> RoundFindings
)
{
    public static ReviewedVersion Of(Listing listing, PluginVersion version, VersionDocument document) =>
        new(
            listing.Plugin.Value,
            listing.Developer.Value,
            VersionView.Of(version),
            BusinessRubric.Of(version.Category),
            JsonElement.Parse(document.Manifest),
            JsonElement.Parse(document.Report),
            [.. version.RoundFindings.Select(RoundFindingView.Of)]
        );
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(VerdictRequest))]
[JsonSerializable(typeof(TrackItems))]
[JsonSerializable(typeof(ReviewedVersion))]
internal sealed partial class TrackJson : JsonSerializerContext
{
    public static TrackJson Readable => field ??= new(Default.Options.Readable());
}
