using System.Text.Json;
using Marketplace.Catalogue.Search;
using Marketplace.Listings;

namespace Marketplace.Api.DeveloperApi;

/// <param name="Plugin">The id: 1–64 characters of <c>A–Z a–z 0–9 . _ -</c>.</param>
internal sealed record NewPluginRequest(string? Plugin);

/// <param name="Manifest">As <c>/schemas/manifest</c> says.</param>
/// <param name="Scan">A SARIF 2.1.0 file; may be left out.</param>
internal sealed record VersionRequest(JsonElement Manifest, JsonElement? Scan = null);

/// <param name="Category">order-processing, logistics, compliance-localisation or data-dashboard.</param>
internal sealed record CategoryRequest(string? Category);

/// <summary>A plugin of a developer.</summary>
internal sealed record ListingView(string Plugin, string Developer, string? ListedHash, IReadOnlyList<VersionView> Versions)
{
    public static ListingView Of(Listing listing) =>
        new(listing.Plugin.Value, listing.Developer.Value, listing.ListedHash, [.. listing.Versions.Select(VersionView.Of)]);
}

/// <summary>One version and what is still missing for it to be listed.</summary>
internal sealed record VersionView(
    string Hash,
    string Version,
    string Category,
    DateTimeOffset AddedAt,
    GateView Gate,
    TrackView Security,
    TrackView Business,
    int Rounds,
    int RoundsNeeded
)
{
    public static VersionView Of(PluginVersion version) =>
        new(
            version.Hash,
            version.Submission.Version,
            version.Category.Text(),
            version.SubmittedAt,
            GateView.Of(version.Submission.Gate),
            TrackView.Of(version.Security),
            TrackView.Of(version.Business),
            version.IndependentRounds,
            PluginVersion.RoundsNeeded
        );
}

/// <param name="VerdictHash">The same as tools/Gate gives for the same files and day.</param>
/// <param name="Policy">The version of the access specification.</param>
/// <param name="AsOf">The day for which dates were judged.</param>
/// <param name="Blocking">Number of findings that block.</param>
internal sealed record GateView(string VerdictHash, string Policy, DateOnly AsOf, int Blocking)
{
    public static GateView Of(GateOutcome gate) => new(gate.VerdictHash, gate.Policy, gate.AsOf, gate.Blocking);
}

/// <summary>One track of a version's review.</summary>
internal sealed record TrackView(string State, DateTimeOffset? OpenedAt, DateTimeOffset? DueAt, TrackDecisionView? Decision)
{
    public static TrackView Of(TrackReview review) =>
        new(
            ListingRefusals.Text(review.State),
            review.OpenedAt,
            review.DueAt,
            review.Decision is { } decision ? TrackDecisionView.Of(decision) : null
        );
}

/// <param name="Verdict">approve, reject or request-changes.</param>
/// <param name="Reasons">Why, and what to change.</param>
/// <param name="Scores">Points by criterion, for the business track.</param>
/// <param name="Policy">The version of the policy under which it was judged.</param>
/// <param name="At">When.</param>
internal sealed record TrackDecisionView(
    string Verdict,
    IReadOnlyList<string> Reasons,
    IReadOnlyDictionary<string, int> Scores,
    string Policy,
    DateTimeOffset At
)
{
    public static TrackDecisionView Of(TrackDecision decision) =>
        new(VerdictNames.Text(decision.Verdict), decision.Reasons, decision.Scores, decision.Policy, decision.At);
}

/// <summary>The verdicts as requests and answers name them.</summary>
internal static class VerdictNames
{
    public static string Text(TrackVerdict verdict) =>
        verdict switch
        {
            TrackVerdict.Approve => "approve",
            TrackVerdict.Reject => "reject",
            TrackVerdict.RequestChanges => "request-changes",
            _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
        };

    /// <summary>Null for an unknown name.</summary>
    public static TrackVerdict? Parse(string? name) =>
        name switch
        {
            "approve" => TrackVerdict.Approve,
            "reject" => TrackVerdict.Reject,
            "request-changes" => TrackVerdict.RequestChanges,
            _ => null,
        };
}
