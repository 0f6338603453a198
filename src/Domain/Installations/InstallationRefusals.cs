using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Catalogue;

namespace Marketplace.Installations;

/// <summary>The refusals of an installation's life cycle.</summary>
public static class InstallationRefusals
{
    public const string InstallationNotFound = "installation-not-found";
    public const string InstallationPaused = "installation-paused";
    public const string InstallationSuspended = "installation-suspended";
    public const string InstallationDisabled = "installation-disabled";
    public const string ConsentMissing = "consent-missing";
    public const string EntityUnverified = "entity-unverified";
    public const string AuthorisationExpired = "authorisation-expired";
    public const string StateForbidsCode = "state-forbids";
    public const string AgreementChangedCode = "agreement-changed";
    public const string PriceChangedCode = "price-changed";
    public const string ScopeRequired = "scope-required";
    public const string BroaderGrantCode = "broader-grant";
    public const string ScopeInUseCode = "scope-in-use";
    public const string PluginNotFound = "plugin-not-found";
    public const string PluginNotCertified = "plugin-not-certified";
    public const string ScopeNotCertifiedCode = "scope-not-certified";
    public const string SettingInvalid = "setting-invalid";

    public static Refusal NotFound() =>
        new(InstallationNotFound, "The seller has not enabled this plugin.", "seller", "Enable the plugin in the App Center.");

    public static Refusal Paused(SellerPause pause) =>
        new(
            InstallationPaused,
            $"The seller paused the installation{(pause.Reason is null ? "." : $": {pause.Reason}")}",
            "seller",
            "Resume the installation."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.PausedSince.Of(pause.Since)),
        };

    public static Refusal Suspended(PlatformSuspension suspension) =>
        new(
            InstallationSuspended,
            $"The platform suspended the installation: {suspension.Reason}",
            "platform",
            "Ask the platform; it lifts the suspension once the cause is gone."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.SuspendedSince.Of(suspension.Since)),
        };

    public static Refusal Disabled(SellerDisabling disabling) =>
        new(InstallationDisabled, "The seller disabled the installation.", "seller", "Enable the plugin again in the App Center.")
        {
            Evidence = RefusalFact.All(RefusalFacts.DisabledSince.Of(disabling.Since)),
        };

    /// <summary>R42: nothing runs without the seller's consent.</summary>
    public static Refusal NoConsent() =>
        new(
            ConsentMissing,
            "The seller has not consented to the plugin's scopes and agreement.",
            "seller",
            "Give the consent: POST …/consent."
        );

    /// <summary>R43: nothing runs without a verified enterprise.</summary>
    public static Refusal Unverified(string? problem) =>
        new(
            EntityUnverified,
            $"The seller's enterprise is not verified{(problem is null ? "." : $": {problem}")}",
            "seller",
            "Submit the enterprise's documents, and wait for the review."
        );

    public static Refusal Expired(DateTimeOffset since) =>
        new(AuthorisationExpired, $"The seller's authorisation ended at {Text(since)}.", "seller", "Consent again: POST …/consent.")
        {
            Evidence = RefusalFact.All(RefusalFacts.ExpiredAt.Of(since)),
        };

    /// <summary>The command is not allowed in this state; names those that are.</summary>
    public static Refusal StateForbids(string command, InstallationPhase phase, ImmutableArray<string> allowed) =>
        new(
            StateForbidsCode,
            $"'{command}' is not possible while the installation is {InstallationStates.NameOf(phase)}; possible are: "
                + $"{string.Join(", ", allowed)}.",
            "seller",
            $"Choose one of: {string.Join(", ", allowed)}."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Phase.Of(InstallationStates.NameOf(phase)), RefusalFacts.AllowedCommands.Of(allowed)),
        };

    public static Refusal AgreementChanged(Agreement current) =>
        new(
            AgreementChangedCode,
            $"The plugin's agreement is {current.Version} now, which is not what was accepted.",
            "seller",
            "Read the consent document again and consent to it."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.AgreementVersion.Of(current.Version), RefusalFacts.AgreementHash.Of(current.Hash)),
        };

    public static Refusal PriceChanged(int current) =>
        new(
            PriceChangedCode,
            FormattableString.Invariant($"Price version {current} is in force now, which is not the one that was accepted."),
            "seller",
            "Read the consent document again and consent to it."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.PriceVersion.Of(current)),
        };

    public static Refusal ScopesRequired(ImmutableArray<string> missing) =>
        new(
            ScopeRequired,
            $"The plugin cannot work without {string.Join(", ", missing)}.",
            "seller",
            "Grant the required scopes, or do not enable the plugin."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Scopes.Of(missing)),
        };

    /// <summary>R69: granting more than the plugin requires needs a second, explicit step.</summary>
    public static Refusal BroaderGrant(ImmutableArray<string> beyond, string confirmation) =>
        new(
            BroaderGrantCode,
            $"The plugin works without {string.Join(", ", beyond)}: granting more than it needs puts the shop at risk.",
            "seller",
            "Leave these scopes out, or repeat the request with this confirmation."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Scopes.Of(beyond), RefusalFacts.Confirmation.Of(confirmation)),
        };

    /// <summary>R71: closing a scope used in the last 30 days must be confirmed.</summary>
    public static Refusal ScopeInUse(ImmutableArray<string> used) =>
        new(
            ScopeInUseCode,
            $"The plugin used {string.Join(", ", used)} in the last 30 days.",
            "seller",
            "Keep these scopes, or repeat the request with close_used."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Scopes.Of(used)),
        };

    public static Refusal UnknownPlugin(PluginId plugin) =>
        new(PluginNotFound, $"There is no plugin {plugin}.", "seller", "Choose a plugin of the plugin market.");

    /// <summary>R01: only certified plugins are installable.</summary>
    public static Refusal NotCertified(PluginId plugin) =>
        new(
            PluginNotCertified,
            $"The plugin {plugin} is not certified, so it cannot be enabled.",
            "developer",
            "Have the plugin certified."
        );

    /// <summary>R07, R18: only certified scopes can be granted.</summary>
    public static Refusal ScopeNotCertified(string scope, PluginId plugin) =>
        new(
            ScopeNotCertifiedCode,
            $"The plugin {plugin} is not certified for the scope '{scope}'.",
            "seller",
            "Grant certified scopes only."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Scope.Of(scope)),
        };

    public static Refusal Setting(string name, string bounds) =>
        new(SettingInvalid, $"{name} must be {bounds}.", "seller", "Send a value within the bounds.")
        {
            Evidence = RefusalFact.All(RefusalFacts.Setting.Of(name)),
        };

    private static string Text(DateTimeOffset instant) => instant.ToString("O", CultureInfo.InvariantCulture);
}
