using Marketplace.Catalogue;

namespace Marketplace.Installations;

/// <summary>The refusals of an installation's life cycle.</summary>
public static class InstallationRefusals
{
    public const string InstallationNotFound = "installation-not-found";
    public const string InstallationPaused = "installation-paused";
    public const string PluginNotFound = "plugin-not-found";
    public const string PluginNotCertified = "plugin-not-certified";
    public const string ScopeNotCertifiedCode = "scope-not-certified";
    public const string SettingInvalid = "setting-invalid";

    public static Refusal NotFound() => new(
        InstallationNotFound, "The seller has not enabled this plugin.", "seller", "Enable the plugin in the App Center.");

    public static Refusal Paused(SellerPause pause) => new(
        InstallationPaused, $"The seller paused the installation{(pause.Reason is null ? "." : $": {pause.Reason}")}", "seller", "Resume the installation.")
    {
        Evidence = new Dictionary<string, string> { ["paused_since"] = pause.Since.ToString("O", System.Globalization.CultureInfo.InvariantCulture) },
    };

    public static Refusal UnknownPlugin(PluginId plugin) => new(
        PluginNotFound, $"There is no plugin {plugin}.", "seller", "Choose a plugin of the plugin market.");

    /// <summary>R01: only certified plugins are installable.</summary>
    public static Refusal NotCertified(PluginId plugin) => new(
        PluginNotCertified, $"The plugin {plugin} is not certified, so it cannot be enabled.", "developer", "Have the plugin certified.");

    /// <summary>R07, R18: a grant lies within the certified scopes.</summary>
    public static Refusal ScopeNotCertified(string scope, PluginId plugin) => new(
        ScopeNotCertifiedCode, $"The plugin {plugin} is not certified for the scope '{scope}'.", "seller", "Grant certified scopes only.")
    {
        Evidence = new Dictionary<string, string> { ["scope"] = scope },
    };

    public static Refusal Setting(string name, string bounds) => new(
        SettingInvalid, $"{name} must be {bounds}.", "seller", "Send a value within the bounds.")
    {
        Evidence = new Dictionary<string, string> { ["setting"] = name },
    };
}
