using System.Globalization;

namespace Marketplace.Listings;

/// <summary>The refusals around versions of plugins, their reviews and listing.</summary>
public static class ListingRefusals
{
    public const string ListingNotFound = "listing-not-found";
    public const string ListingExists = "listing-exists";
    public const string PluginVersionNotFound = "plugin-version-not-found";
    public const string PluginVersionExists = "plugin-version-exists";
    public const string PluginVersionLimit = "plugin-version-limit";
    public const string ManifestInvalid = "manifest-invalid";
    public const string GateBlocks = "gate-blocks";
    public const string TrackNotOpen = "track-not-open";
    public const string TrackClaimed = "track-claimed";
    public const string TrackNotClaimed = "track-not-claimed";
    public const string TrackDecisionInvalid = "track-decision-invalid";
    public const string RoundInvalid = "round-invalid";
    public const string DeveloperUnverified = "developer-unverified";
    public const string DeveloperFrozen = "developer-frozen";
    public const string PluginNotSubmitted = "plugin-not-submitted";

    private const string Developer = "developer";
    private const string Platform = "platform";

    /// <summary>Also the answer about a plugin of another developer.</summary>
    public static Refusal NotFound() =>
        new(ListingNotFound, "There is no such plugin.", Developer, "Name a plugin of the developer whose person is signed in.");

    public static Refusal Exists() => new(ListingExists, "The plugin's id belongs to another developer.", Developer, "Choose another id.");

    public static Refusal VersionNotFound() =>
        new(PluginVersionNotFound, "The plugin has no such version.", Developer, "Read the plugin's versions.");

    /// <param name="what">What is wrong, without a full stop.</param>
    public static Refusal NoManifest(string what) =>
        new(
            ManifestInvalid,
            $"That is no manifest of the plugin: {what}.",
            Developer,
            "Send a manifest as /schemas/manifest describes it."
        );

    /// <param name="version">The manifest's version.</param>
    public static Refusal VersionExists(string version) =>
        new(
            PluginVersionExists,
            $"Version {version} is not higher than every version added before; a version never changes.",
            Developer,
            "Give the manifest a higher version."
        );

    /// <param name="max">The most versions.</param>
    public static Refusal TooManyVersions(int max) =>
        new(
            PluginVersionLimit,
            string.Create(CultureInfo.InvariantCulture, $"The plugin has {max} versions, which is the most."),
            Developer,
            "Create another plugin."
        );

    /// <param name="blocking">Number of findings that block.</param>
    public static Refusal Blocked(int blocking) =>
        new(
            GateBlocks,
            string.Create(CultureInfo.InvariantCulture, $"The gate has {blocking} blocking findings about this version."),
            Developer,
            "Correct what the report names, then add the next version."
        );

    public static Refusal NotOpen(TrackState state) =>
        new(TrackNotOpen, $"Nothing is to be decided here: the track is {Text(state)}.", Platform, "Take another item of the queue.")
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(Text(state))),
        };

    /// <param name="by">Who claimed it.</param>
    /// <param name="until">When the claim ends.</param>
    public static Refusal Claimed(string by, DateTimeOffset until) =>
        new(TrackClaimed, $"{by} works on this review.", "time", "Take another item of the queue.") { RetryAt = until };

    public static Refusal NotClaimed() =>
        new(TrackNotClaimed, "The review is not claimed by you, or the claim ran out.", Platform, "Claim it first.");

    /// <param name="what">What is wrong, without a full stop.</param>
    public static Refusal Incomplete(string what) =>
        new(TrackDecisionInvalid, $"The decision is incomplete: {what}.", Platform, "Complete the decision.");

    /// <param name="what">What is wrong, without a full stop.</param>
    public static Refusal InvalidRound(string what) =>
        new(RoundInvalid, $"The round cannot be recorded: {what}.", Platform, "Run another round.");

    public static Refusal Unverified() =>
        new(
            DeveloperUnverified,
            "The developer's company is not verified.",
            Developer,
            "Wait for the entity reviewers' decision, or submit the company again."
        );

    public static Refusal Frozen() => new(DeveloperFrozen, "The developer is frozen.", Platform, "Ask the marketplace to lift the freeze.");

    public static Refusal NotSubmitted() =>
        new(
            PluginNotSubmitted,
            "No version of the plugin was submitted to review, so it can have no clients yet.",
            Developer,
            "Submit a version first."
        );

    /// <summary>The state in answers, in kebab case.</summary>
    public static string Text(TrackState state) =>
        state switch
        {
            TrackState.Closed => "closed",
            TrackState.Open => "open",
            TrackState.Approved => "approved",
            TrackState.Rejected => "rejected",
            TrackState.ChangesRequested => "changes-requested",
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };
}
