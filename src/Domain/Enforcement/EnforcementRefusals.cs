using Marketplace.Listings;

namespace Marketplace.Enforcement;

/// <summary>The refusals of enforcement, and of calls that it stops.</summary>
public static class EnforcementRefusals
{
    public const string PluginDelisted = "plugin-delisted";
    public const string PluginVersionSuspended = "plugin-version-suspended";
    public const string EnforcementNotFound = "enforcement-not-found";
    public const string EnforcementInvalid = "enforcement-invalid";
    public const string EnforcementConflict = "enforcement-conflict";
    public const string EnforcementStateConflict = "enforcement-state-conflict";
    public const string SecondOperatorNeeded = "second-operator-needed";
    public const string PersonNeeded = "person-needed";

    private const string Platform = "platform";

    /// <summary>Why calls and new installations of a stopped plugin are refused.</summary>
    public static Refusal Stopped(PluginBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return block.Kind switch
        {
            PluginBlockKind.DeveloperFrozen => Frozen(block),
            PluginBlockKind.Delisted => Delisted(block),
            PluginBlockKind.VersionSuspended => VersionSuspended(block),
            _ => throw new InvalidOperationException($"No refusal for {block.Kind}."),
        };
    }

    /// <summary>The developer of the plugin is frozen.</summary>
    public static Refusal Frozen(PluginBlock block) => Of(ListingRefusals.DeveloperFrozen, "The plugin's developer is frozen", block);

    /// <summary>The plugin is delisted.</summary>
    public static Refusal Delisted(PluginBlock block) => Of(PluginDelisted, "The plugin is delisted", block);

    /// <summary>The version in use is suspended.</summary>
    public static Refusal VersionSuspended(PluginBlock block) =>
        Of(PluginVersionSuspended, "The plugin's version in use is suspended", block);

    public static Refusal NotFound() =>
        new(EnforcementNotFound, "There is no such action.", Platform, "List the actions: GET /platform/v1/enforcement.");

    /// <summary>For a developer's person, actions against others do not exist.</summary>
    public static Refusal NoNotice() =>
        new(EnforcementNotFound, "There is no such notice about the developer.", "developer", "Name a notice about the developer.");

    /// <param name="what">What is wrong, without a full stop.</param>
    public static Refusal Invalid(string what) => new(EnforcementInvalid, $"{what}.", Platform, "Correct what is named and send it again.");

    /// <param name="number">The action that is there already.</param>
    public static Refusal Conflict(int number) =>
        new(
            EnforcementConflict,
            FormattableString.Invariant($"Action {number} of the same kind is proposed or in force against the same."),
            Platform,
            "Lift or withdraw that action first."
        );

    /// <param name="state">Where the action stands, as in answers.</param>
    public static Refusal State(string state) =>
        new(EnforcementStateConflict, $"The action is {state}.", Platform, "Read the action, then decide again.")
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(state)),
        };

    public static Refusal SamePerson() =>
        new(SecondOperatorNeeded, "Who proposed a freeze cannot confirm it.", Platform, "Let another operator confirm it.");

    public static Refusal NoPerson() =>
        new(
            PersonNeeded,
            "A freeze needs two operators, so each of them must be signed in as a person.",
            Platform,
            "Sign in as a person: the token of a client does not tell who uses it."
        );

    /// <summary>The state in answers, in kebab case.</summary>
    public static string Text(EnforcementState state) =>
        state switch
        {
            EnforcementState.Proposed => "proposed",
            EnforcementState.InForce => "in-force",
            EnforcementState.Lifted => "lifted",
            EnforcementState.Withdrawn => "withdrawn",
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        };

    /// <summary>The kind in requests and answers, in kebab case.</summary>
    public static string Text(EnforcementKind kind) =>
        kind switch
        {
            EnforcementKind.Warning => "warning",
            EnforcementKind.VersionSuspension => "version-suspension",
            EnforcementKind.Delisting => "delisting",
            EnforcementKind.Freeze => "freeze",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    private static Refusal Of(string code, string reason, PluginBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return new Refusal(
            code,
            $"{reason} (notice {block.Notice}).",
            Platform,
            $"Read the public notice: GET /catalogue/v1/notices?notice={block.Notice}."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Notice.Of(block.Notice), RefusalFacts.StoppedSince.Of(block.Since)),
        };
    }
}
