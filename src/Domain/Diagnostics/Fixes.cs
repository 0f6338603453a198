using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Diagnostics;

/// <summary>The repairs, each with the call that carries it out where there is one (docs/http-api.md).</summary>
internal static class Fixes
{
    public const string Seller = "seller";
    public const string Plugin = "plugin";
    public const string Developer = "developer";
    public const string Platform = "platform";
    public const string Reviewer = "reviewer";
    public const string Upstream = "upstream";
    public const string Time = "time";

    public static Fix Wait(string zh, string en) => new(Time, new BilingualText(zh, en));

    public static Fix By(string by, string zh, string en) => new(by, new BilingualText(zh, en));

    public static Fix Resume(InstallationId id) => new(Seller, new BilingualText("恢复该插件", "Resume the installation."), "POST", Of(id, "resume"), "{}");

    public static Fix Enable(InstallationId id) => new(
        Seller,
        new BilingualText("重新启用该插件并授权", "Enable the plugin again, then consent."),
        "POST",
        "/seller/v1/installations",
        $$"""{"seller":{{Json(id.Seller.Value)}},"plugin":{{Json(id.Plugin.Value)}}}""");

    public static Fix Submit(SellerId seller, BilingualText action) => new(
        Seller, action, "POST", "/seller/v1/enterprise/submit", $$"""{"seller":{{Json(seller.Value)}}}""");

    public static Fix Apply(InstallationId id, int wanted) => new(
        Seller,
        new BilingualText("店主申请增加子账号（AE-DOC-2024-008）", "The shop's owner applies for more sub-accounts (AE-DOC-2024-008)."),
        "POST",
        "/seller/v1/enterprise/sub-account-applications",
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"seller":{{Json(id.Seller.Value)}},"plugin":{{Json(id.Plugin.Value)}},"wanted":{{wanted}},"reason":{{Json("子账号不足 (from a diagnosis)")}}}"""));

    public static Fix Hold(InstallationId id, string hold, string decision, BilingualText action) =>
        new(Seller, action, "POST", Of(id, $"holds/{hold}/{decision}"), "{}");

    public static Fix Lift(InstallationId id) => new(
        Platform, new BilingualText("平台解除冻结", "The platform lifts the suspension."), "POST", $"/platform/v1/installations/{id}/lift", "{}");

    /// <summary>Consent to what the plugin cannot work without and what was granted before; scopes beyond the former are confirmed once more (R69).</summary>
    public static Fix Consent(InstallationId id, PluginProfile? plugin, ImmutableArray<string> granted)
    {
        var action = new BilingualText("店主阅读协议并授权", "The shop's owner reads the agreement and consents.");
        if (plugin is null)
        {
            return new Fix(Seller, action);
        }

        var (agreement, scopes) = (plugin.Manifest.Agreement, plugin.RequiredScopes.Union(granted.Intersect(plugin.Scopes)).Order(StringComparer.Ordinal));
        return new Fix(
            Seller,
            action,
            "POST",
            Of(id, "consent"),
            $$"""{"agreement":{"version":{{Json(agreement.Version)}},"hash":{{Json(agreement.Hash)}}},"scopes":{{Json([.. scopes])}}}""");
    }

    public static Fix Grant(InstallationId id, IEnumerable<string> grants, IEnumerable<string> scopes) => new(
        Seller,
        new BilingualText($"授权 {string.Join('、', scopes)}", $"Grant {string.Join(", ", scopes)}."),
        "PUT",
        Of(id, "grants"),
        $$"""{"grants":{{Json([.. grants.Union(scopes, StringComparer.Ordinal).Order(StringComparer.Ordinal)])}}}""");

    /// <summary>Settings are set together, so the one that is right already is repeated.</summary>
    public static Fix Settings(InstallationId id, BilingualText action, int? syncWindowHours, decimal? spendCap) => new(
        Seller,
        action,
        "PUT",
        Of(id, "settings"),
        string.Create(CultureInfo.InvariantCulture, $$"""{"sync_window_hours":{{Json(syncWindowHours)}},"spend_cap":{{Json(spendCap)}}}"""));

    public static string Of(InstallationId id, string command) => $"/seller/v1/installations/{id}/{command}";

    public static string Json(ImmutableArray<string> texts) => $"[{string.Join(',', texts.Select(Json))}]";

    public static string Json(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static string Json(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "null";
}
