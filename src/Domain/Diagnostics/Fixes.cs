using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Diagnostics;

/// <summary>The repairs, each with the API call that performs it, if there is one (docs/api/sellers.md).</summary>
internal static class Fixes
{
    /// <summary>Any user of the shop.</summary>
    public const string Seller = "seller";

    /// <summary>Only the shop's owner.</summary>
    public const string Owner = "owner";

    /// <summary>Users who may approve charges: the shop's owner or its finance.</summary>
    public const string Finance = "finance";

    public const string Plugin = "plugin";
    public const string Developer = "developer";
    public const string Platform = "platform";
    public const string Reviewer = "reviewer";
    public const string Upstream = "upstream";
    public const string Time = "time";

    public static Fix Wait(BilingualText action) => new(Time, action);

    public static Fix By(string by, BilingualText action) => new(by, action);

    public static Fix Resume(InstallationId id) => new(Seller, FixTexts.Resume, "POST", Of(id, "resume"), "{}");

    /// <summary>A plugin that is not certified can neither be enabled nor receive consent (R01).</summary>
    public static Fix Certify() => By(Developer, FixTexts.Certify);

    public static Fix Enable(InstallationId id, PluginProfile? plugin) =>
        plugin is { Certified: false }
            ? Certify()
            : new(
                Seller,
                FixTexts.Enable,
                "POST",
                "/seller/v1/installations",
                $$"""{"seller":{{Json(id.Seller.Value)}},"plugin":{{Json(id.Plugin.Value)}}}"""
            );

    public static Fix Submit(SellerId seller, BilingualText action) =>
        new(Seller, action, "POST", "/seller/v1/enterprise/submit", $$"""{"seller":{{Json(seller.Value)}}}""");

    public static Fix Apply(InstallationId id, int wanted)
    {
        // The reviewers read it, whatever their language.
        var reason = $"{FixTexts.ApplicationReason.Zh} ({FixTexts.ApplicationReason.En})";
        return new Fix(
            Owner,
            FixTexts.ApplyForSubAccounts,
            "POST",
            "/seller/v1/enterprise/sub-account-applications",
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"seller":{{Json(id.Seller.Value)}},"plugin":{{Json(id.Plugin.Value)}},"wanted":{{wanted}},"reason":{{Json(reason)}}}"""
            )
        );
    }

    public static Fix Hold(InstallationId id, string hold, string decision, BilingualText action) =>
        new(Owner, action, "POST", Of(id, $"holds/{hold}/{decision}"), "{}");

    public static Fix Lift(InstallationId id) =>
        new(Platform, FixTexts.LiftSuspension, "POST", $"/platform/v1/installations/{id}/lift", "{}");

    /// <summary>
    /// Consents to the scopes the plugin requires and those granted before; scopes beyond the required ones need a second confirmation
    /// (R69).
    /// </summary>
    public static Fix Consent(InstallationId id, PluginProfile? plugin, ImmutableArray<string> granted)
    {
        var action = FixTexts.Consent;
        if (plugin is not { Certified: true })
        {
            return plugin is null ? new Fix(Owner, action) : Certify();
        }

        var (agreement, scopes) = (
            plugin.Manifest.Agreement,
            plugin.RequiredScopes.Union(granted.Intersect(plugin.Scopes)).Order(StringComparer.Ordinal)
        );
        return new Fix(
            Owner,
            action,
            "POST",
            Of(id, "consent"),
            $$"""{"agreement":{"version":{{Json(agreement.Version)}},"hash":{{Json(agreement.Hash)}}},"scopes":{{Json([.. scopes])}}}"""
        );
    }

    /// <summary>Scopes are granted under the agreement consented to; if the plugin has a newer one, that needs consent first.</summary>
    public static Fix Grant(DiagnosisEvidence evidence, IReadOnlyCollection<string> scopes)
    {
        var (id, state) = (evidence.Id, evidence.Installation!);
        ImmutableArray<string> grants =
        [
            .. state.GrantsAt(evidence.Now).Union(scopes, StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        return evidence.Plugin is { } plugin && plugin.Manifest.Agreement.Hash != state.Consent?.AgreementHash
            ? Consent(id, plugin, grants)
            : new Fix(Owner, FixTexts.Grant(scopes), "PUT", Of(id, "grants"), $$"""{"grants":{{Json(grants)}}}""");
    }

    /// <summary>Sets the window only, so that changes to the cap are kept.</summary>
    public static Fix SyncWindow(InstallationId id, BilingualText action, int? hours) =>
        new(Seller, action, "PUT", Of(id, "settings"), $$"""{"sync_window_hours":{{Json(hours)}}}""");

    /// <summary>Sets the cap only, so that changes to the window are kept.</summary>
    public static Fix SpendCap(InstallationId id, BilingualText action, decimal? cap) =>
        new(Finance, action, "PUT", Of(id, "settings"), $$"""{"spend_cap":{{Json(cap)}}}""");

    public static string Of(InstallationId id, string command) => $"/seller/v1/installations/{id}/{command}";

    public static string Json(ImmutableArray<string> texts) => $"[{string.Join(',', texts.Select(Json))}]";

    public static string Json(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static string Json(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "null";
}
