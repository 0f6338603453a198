using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Labels;
using Marketplace.Risk;

namespace Marketplace.Api.Tests.Matrix;

/// <summary>One mapped endpoint as the matrix knows it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Pattern">As it is mapped.</param>
/// <param name="Path">A request that passes but for what a test does to it.</param>
/// <param name="Role">Whose token it wants; null for everybody.</param>
/// <param name="Body">A JSON body that passes; null if it takes none.</param>
/// <param name="BodyMayMiss">True if the same request passes without a body.</param>
internal sealed record EndpointRow(string Method, string Pattern, string Path, string? Role, string? Body = null, bool BodyMayMiss = false)
{
    private static readonly string[] Free =
    [
        "/open/v1/quota",
        "/open/v1/errors/",
        "/open/v1/webhook",
        "/open/v1/replays",
        "/open/v1/claims",
    ];

    public string Name => $"{Method} {Pattern}";

    /// <summary>True for a call of a plugin that its grants decide.</summary>
    public bool IsQuotaChecked =>
        Role == "plugin"
        && !Free.Any(path => Path.StartsWith(path, StringComparison.Ordinal))
        && !Path.EndsWith("/evidence", StringComparison.Ordinal);

    /// <summary>
    /// True if a token of the role passes the endpoint's policy: Seller Center's endpoints accept its users' tokens too, and staff's
    /// endpoints those of persons.
    /// </summary>
    public bool Accepts(string role) =>
        role == Role
        || role == Role + "-user"
        || (Path.StartsWith("/seller/v1/", StringComparison.Ordinal) && role is "seller-center" or "seller-user")
        || (
            Path.StartsWith("/review/v1/developers", StringComparison.Ordinal)
            && (role is "entity-reviewer-user" or "operator" or "operator-user")
        )
        || (Path == "/review/v1/sla" && (role is "entity-reviewer" or "entity-reviewer-user"))
        || (
            Path.StartsWith("/review/v1/errors/", StringComparison.Ordinal)
            && (role is "security-reviewer" or "security-reviewer-user" or "business-reviewer" or "business-reviewer-user")
        );

    public bool IsUpstream => Path.StartsWith("/open/v1/upstream/", StringComparison.Ordinal);

    /// <summary>The longest body that is read.</summary>
    public int LongestBody =>
        Role == "platform" || Pattern is "/seller/v1/claims" or "/developer/v1/plugins/{plugin}/versions" ? 4 * 1024 * 1024 : 65_536;

    public byte[]? Bytes => Body is null ? null : System.Text.Encoding.UTF8.GetBytes(Body);
}

/// <summary>The rows of all endpoints. A new endpoint needs one: see <c>Every_mapped_endpoint_has_a_row</c>.</summary>
internal static class EndpointTable
{
    public const string Seller = "matrix-seller";
    public const string Installation = Seller + "/" + TestPlugins.Everything;

    private const string Platform = "platform";
    private const string SellerCenter = "seller-center";
    private const string Operator = "operator";

    /// <summary>For rows that need an owner: the test's token is one of the matrix seller's owner.</summary>
    private const string SellerUser = "seller-user";
    private const string Plugin = "plugin";
    private const string Installations = "/seller/v1/installations";
    private const string OfOne = Installations + "/{seller}/{plugin}";
    private const string ThisOne = Installations + "/" + Installation;
    private const string PlatformsOne = "/platform/v1/installations/" + Installation;

    private const string EntityReviewer = "entity-reviewer";
    private const string Enterprise = "/seller/v1/enterprise";
    private const string OfEntity = "/review/v1/entities/{licence}";
    private const string ThisEntity = "/review/v1/entities/" + Licence;

    /// <summary>A valid code that no shop has named.</summary>
    private const string Licence = "91350100M000100Y43";

    /// <summary>The developer of the matrix' tokens; it never signed up.</summary>
    private const string Developer = "matrix-developer";
    private const string DeveloperUser = "developer-user";
    private const string OfDeveloper = "/developer/v1/developers/{developer}";
    private const string ThisDeveloper = "/developer/v1/developers/" + Developer;
    private const string OfCheck = "/review/v1/developers/{developer}";
    private const string ThisCheck = "/review/v1/developers/" + Developer;
    private const string OfPlugin = "/developer/v1/plugins/{plugin}";
    private const string ThisPlugin = "/developer/v1/plugins/matrix-plugin";
    private const string Company = """{"licence":"91350100M000100Y43","company":"Matrix" """;

    /// <summary>A well-formed claim's id; nobody filed it.</summary>
    private const string Claim = "c" + "00000000000000000000";
    private const string OfClaim = "/platform/v1/claims/{seller}/{claim}";
    private const string ThisClaim = "/platform/v1/claims/" + Seller + "/" + Claim;

    private const string OfAccount = "/platform/v1/billing/{seller}";
    private const string ThisAccount = "/platform/v1/billing/" + Seller;
    private const string OfPrices = "/platform/v1/plugins/{plugin}/prices";
    private const string ThesePrices = "/platform/v1/plugins/" + TestPlugins.Unused + "/prices";

    // The standard ones, so that setting them changes nothing for other tests.
    private static readonly string Rules = $$"""{"rules":{{System.Text.Encoding.UTF8.GetString(RiskRuleSet.Standard.Encode().Span)}}}""";

    private static readonly string Handle = AddressHandles.Of(InstallationId.Parse(Installation, null), "matrix-order");

    /// <summary>What people see; the framework's own pages below these are not rows of their own.</summary>
    public static readonly string[] Pages = ["/ops/dashboard", "/docs", "/connect/"];

    public static readonly EndpointRow[] Rows =
    [
        new("GET", "/metrics", "/metrics", null),
        new("GET", "/health/live", "/health/live", null),
        new("GET", "/health/ready", "/health/ready", null),
        new("GET", "/catalogue/v1/plugins", "/catalogue/v1/plugins", null),
        new("GET", "/catalogue/v1/policies/{policy}", "/catalogue/v1/policies/service-agreement", null),
        new("GET", "/catalogue/v1/notices", "/catalogue/v1/notices", null),
        new("GET", "/platform/v1/enforcement", "/platform/v1/enforcement", Operator),
        new("GET", "/platform/v1/enforcement/counters", "/platform/v1/enforcement/counters", Operator),
        new("GET", "/platform/v1/enforcement/preview", "/platform/v1/enforcement/preview?plugin=unused", Operator),
        new(
            "POST",
            "/platform/v1/enforcement",
            "/platform/v1/enforcement",
            Operator,
            """
            {"kind":"delisting","plugin":"no-such-plugin","rule":"matrix","reason":{"zh":"一","en":"1"},"advice":{"zh":"一","en":"1"}}
            """
        ),
        new("POST", "/platform/v1/enforcement/{number}/confirm", "/platform/v1/enforcement/99999/confirm", Operator),
        new("POST", "/platform/v1/enforcement/{number}/withdraw", "/platform/v1/enforcement/99999/withdraw", Operator),
        new("POST", "/platform/v1/enforcement/{number}/lift", "/platform/v1/enforcement/99999/lift", Operator, """{"reason":"matrix"}"""),
        new(
            "POST",
            "/platform/v1/enforcement/{number}/reject-appeal",
            "/platform/v1/enforcement/99999/reject-appeal",
            Operator,
            """{"reason":"matrix"}"""
        ),
        new("GET", OfDeveloper + "/notices", ThisDeveloper + "/notices", DeveloperUser),
        new("POST", OfDeveloper + "/appeals", ThisDeveloper + "/appeals", DeveloperUser, """{"notice":"MP-20261201-1","text":"matrix"}"""),
        new("GET", "/platform/v1/policies", "/platform/v1/policies", Operator),
        new(
            "POST",
            "/platform/v1/policies/{policy}/versions",
            "/platform/v1/policies/pricing-policy/versions",
            Operator,
            """{"version":"2098-01","text":{"zh":"一","en":"1"},"effective_from":"2098-01-01"}"""
        ),
        new("GET", "/catalogue/v1/plugins/{plugin}", "/catalogue/v1/plugins/" + TestPlugins.Everything, null),
        new("GET", "/schemas", "/schemas", null),
        new("GET", "/openapi/{documentName}.json", "/openapi/v1.json", null),
        new("GET", "/problems", "/problems", null),
        new("GET", "/schemas/{version}", "/schemas/2024-05", null),
        new("GET", "/ops/sign-in", "/ops/sign-in", null),
        new("POST", "/ops/sign-in", "/ops/sign-in", null),
        new("POST", "/ops/sign-out", "/ops/sign-out", null),
        new(
            "POST",
            "/demo/v1/subject-token",
            "/demo/v1/subject-token",
            SellerCenter,
            """{"seller":"matrix-seller","user":"li-lei","role":"owner"}"""
        ),
        new(
            "POST",
            "/demo/v1/installations",
            "/demo/v1/installations",
            SellerCenter,
            """{"seller":"matrix-demo","plugin":"everything","scopes":["orders.read"]}"""
        ),
        new("GET", "/demo/issuer/jwks", "/demo/issuer/jwks", null),
        new("GET", "/demo/issuer/sign-in", "/demo/issuer/sign-in", null),
        new("POST", "/demo/issuer/sign-in", "/demo/issuer/sign-in", null),
        new("POST", "/platform/v1/events", "/platform/v1/events", Platform, "[]"),
        new("GET", OfPrices, ThesePrices, Operator),
        new(
            "POST",
            OfPrices,
            ThesePrices,
            Operator,
            """{"effective_from":"2999-01-01","tiers":[{"up_to":1000,"unit_price":0},{"up_to":20000,"unit_price":0.015}]}"""
        ),
        new("GET", "/platform/v1/clients", "/platform/v1/clients", Operator),
        new("POST", "/platform/v1/clients", "/platform/v1/clients", Operator, "{}"),
        new("GET", "/platform/v1/clients/{client}", "/platform/v1/clients/demo-operator", Operator),
        new("POST", "/platform/v1/clients/{client}/secret", "/platform/v1/clients/nobody/secret", Operator),
        new(
            "PUT",
            "/platform/v1/clients/{client}/redirect-uris",
            "/platform/v1/clients/nobody/redirect-uris",
            Operator,
            """{"redirect_uris":[]}"""
        ),
        new("POST", "/platform/v1/clients/{client}/revoke", "/platform/v1/clients/nobody/revoke", Operator),
        new("GET", "/platform/v1/clients/{client}/sessions", "/platform/v1/clients/demo-operator/sessions", Operator),
        new("POST", "/platform/v1/clients/{client}/sessions/end", "/platform/v1/clients/nobody/sessions/end", Operator),
        new("GET", "/platform/v1/export/ledger", "/platform/v1/export/ledger", Operator),
        new("GET", "/platform/v1/export/feed", "/platform/v1/export/feed", Operator),
        new("GET", "/platform/v1/export/journal", "/platform/v1/export/journal", Operator),
        new("GET", "/platform/v1/export/delivery", "/platform/v1/export/delivery", Operator),
        new("GET", "/platform/v1/errors/{id}", "/platform/v1/errors/matrix?installation=" + Installation, Operator),
        new("GET", "/platform/v1/diagnosis/outcomes", "/platform/v1/diagnosis/outcomes", Operator),
        new("GET", "/platform/v1/incidents", "/platform/v1/incidents", Operator),
        new(
            "POST",
            "/platform/v1/incidents",
            "/platform/v1/incidents",
            Operator,
            """{"title":{"zh":"测试","en":"Matrix"},"operations":["orders.get"]}"""
        ),
        new(
            "POST",
            "/platform/v1/incidents/{id}/resolve",
            "/platform/v1/incidents/matrix/resolve",
            Operator,
            """{"reason":"matrix"}""",
            BodyMayMiss: true
        ),
        new("POST", Installations, Installations, SellerCenter, """{"seller":"matrix-new","plugin":"everything"}"""),
        new("GET", Installations, Installations + "?seller=" + Seller, SellerCenter),
        new("GET", OfOne, ThisOne, SellerCenter),
        new("GET", OfOne + "/consent", ThisOne + "/consent", SellerCenter),
        new(
            "POST",
            OfOne + "/consent",
            ThisOne + "/consent",
            SellerUser,
            $$"""{"agreement":{"version":"{{Agreement.Standard.Version}}","hash":"{{Agreement.Standard.Hash}}"},"scopes":[]}"""
        ),
        new("PUT", OfOne + "/grants", ThisOne + "/grants", SellerCenter, """{"grants":["products.read"]}"""),
        new("POST", OfOne + "/pause", ThisOne + "/pause", SellerCenter, """{"reason":"matrix"}""", BodyMayMiss: true),
        new("POST", OfOne + "/resume", ThisOne + "/resume", SellerCenter, """{"reason":"matrix"}""", BodyMayMiss: true),
        new("POST", OfOne + "/disable", ThisOne + "/disable", SellerCenter, """{"reason":"matrix"}""", BodyMayMiss: true),
        new("PUT", OfOne + "/settings", ThisOne + "/settings", SellerCenter, """{"sync_window_hours":24,"spend_cap":1.5}"""),
        new("GET", "/platform/v1/plugins", "/platform/v1/plugins", Operator),
        new("GET", "/platform/v1/installations", "/platform/v1/installations?plugin=" + TestPlugins.Everything, Operator),
        new("POST", "/platform/v1/installations/{seller}/{plugin}/suspend", PlatformsOne + "/suspend", Operator, """{"reason":"matrix"}"""),
        new(
            "POST",
            "/platform/v1/installations/{seller}/{plugin}/lift",
            PlatformsOne + "/lift",
            Operator,
            """{"reason":"matrix"}""",
            BodyMayMiss: true
        ),
        new("GET", "/seller/v1/permissions", "/seller/v1/permissions?seller=" + Seller, SellerCenter),
        new("GET", OfOne + "/permissions", ThisOne + "/permissions", SellerCenter),
        new("POST", OfOne + "/permissions/close-idle", ThisOne + "/permissions/close-idle", SellerCenter, "{}", BodyMayMiss: true),
        new("POST", OfOne + "/permissions/sign-off", ThisOne + "/permissions/sign-off", SellerCenter, "{}", BodyMayMiss: true),
        new("GET", OfOne + "/holds", ThisOne + "/holds", SellerCenter),
        new(
            "POST",
            OfOne + "/holds/{hold}/confirm",
            ThisOne + "/holds/matrix/confirm",
            SellerUser,
            """{"reason":"matrix"}""",
            BodyMayMiss: true
        ),
        new(
            "POST",
            OfOne + "/holds/{hold}/reject",
            ThisOne + "/holds/matrix/reject",
            SellerCenter,
            """{"reason":"matrix"}""",
            BodyMayMiss: true
        ),
        new(
            "POST",
            OfOne + "/holds/{hold}/reverse",
            ThisOne + "/holds/matrix/reverse",
            SellerCenter,
            """{"reason":"matrix"}""",
            BodyMayMiss: true
        ),
        new("GET", "/platform/v1/risk/rules", "/platform/v1/risk/rules", Operator),
        new("PUT", "/platform/v1/risk/rules", "/platform/v1/risk/rules", Operator, Rules),
        new(
            "POST",
            "/platform/v1/risk/rules/dry-run",
            "/platform/v1/risk/rules/dry-run",
            Operator,
            $$"""{"installation":"{{Installation}}","days":7}"""
        ),
        new("GET", OfOne + "/sync", ThisOne + "/sync", SellerCenter),
        new("POST", OfOne + "/sync/resume", ThisOne + "/sync/resume", SellerCenter, """{"reason":"matrix"}""", BodyMayMiss: true),
        new("POST", OfOne + "/sync/replay", ThisOne + "/sync/replay", SellerCenter, """{"from_seq":1}"""),
        new("GET", OfOne + "/sync/dead-letters", ThisOne + "/sync/dead-letters", SellerCenter),
        new("GET", OfOne + "/sync/reconciliation", ThisOne + "/sync/reconciliation?day=2026-11-23", SellerCenter),
        new("POST", OfOne + "/sync/reconciliation", ThisOne + "/sync/reconciliation", SellerCenter),
        new("GET", "/seller/v1/orders.csv", "/seller/v1/orders.csv?seller=" + Seller, SellerCenter),
        new("GET", "/platform/v1/sync/{seller}/{plugin}", "/platform/v1/sync/" + Installation, Operator),
        new("GET", "/platform/v1/schema/versions", "/platform/v1/schema/versions", Operator),
        new("POST", "/platform/v1/schema/versions/{version}/announce", "/platform/v1/schema/versions/2024-02/announce", Operator),
        new("GET", "/platform/v1/schema/versions/{version}/board", "/platform/v1/schema/versions/2024-05/board", Operator),
        new("GET", "/platform/v1/schema/versions/{version}/impact", "/platform/v1/schema/versions/2024-05/impact", Operator),
        new("GET", OfOne + "/diagnosis", ThisOne + "/diagnosis", SellerCenter),
        new("POST", OfOne + "/diagnosis/{id}/outcome", ThisOne + "/diagnosis/matrix/outcome", SellerCenter, """{"located":true}"""),
        new("GET", "/seller/v1/errors/{id}", "/seller/v1/errors/matrix", SellerCenter),
        new("GET", "/platform/v1/events/errors/{id}", "/platform/v1/events/errors/matrix", Platform),
        new("GET", "/review/v1/errors/{id}", "/review/v1/errors/matrix", EntityReviewer),
        new("GET", OfOne + "/errors/{id}", ThisOne + "/errors/matrix", SellerCenter),
        new("GET", OfOne + "/errors", ThisOne + "/errors", SellerCenter),
        new("GET", OfOne + "/diagnoses", ThisOne + "/diagnoses", SellerCenter),
        new("GET", OfOne + "/usage", ThisOne + "/usage", SellerCenter),
        new("GET", "/seller/v1/events", "/seller/v1/events?seller=" + Seller, SellerCenter),
        new("GET", "/seller/v1/overview", "/seller/v1/overview?seller=" + Seller, SellerCenter),
        new("GET", "/seller/v1/usage", "/seller/v1/usage?seller=" + Seller, SellerCenter),
        new("GET", "/seller/v1/orders", "/seller/v1/orders?seller=" + Seller, SellerCenter),
        new("GET", "/seller/v1/orders/statistics", "/seller/v1/orders/statistics?seller=" + Seller, SellerCenter),
        new("GET", "/seller/v1/orders/{id}", "/seller/v1/orders/matrix-order?seller=" + Seller, SellerCenter),
        new("GET", OfOne + "/sync/window-preview", ThisOne + "/sync/window-preview?hours=24", SellerCenter),
        new("GET", "/seller/v1/incidents", "/seller/v1/incidents?seller=" + Seller, SellerCenter),
        new("POST", Enterprise, Enterprise, SellerCenter, """{"seller":"matrix-seller","licence":"91350100M000100Y43"}"""),
        new("GET", Enterprise, Enterprise + "?seller=" + Seller, SellerCenter),
        new("GET", Enterprise + "/documents/{kind}", Enterprise + "/documents/licence?seller=" + Seller, SellerUser),
        new("PUT", Enterprise + "/documents/{kind}", Enterprise + "/documents/licence?seller=" + Seller, SellerCenter),
        new("POST", Enterprise + "/submit", Enterprise + "/submit", SellerCenter, """{"seller":"matrix-seller"}"""),
        new("GET", Enterprise + "/sub-accounts", Enterprise + "/sub-accounts?seller=" + Seller, SellerCenter),
        new("PUT", Enterprise + "/sub-accounts/{account}", Enterprise + "/sub-accounts/a?plugin=everything&seller=" + Seller, SellerCenter),
        new(
            "DELETE",
            Enterprise + "/sub-accounts/{account}",
            Enterprise + "/sub-accounts/a?plugin=everything&seller=" + Seller,
            SellerCenter
        ),
        new("GET", Enterprise + "/sub-account-applications", Enterprise + "/sub-account-applications?seller=" + Seller, SellerCenter),
        new(
            "POST",
            Enterprise + "/sub-account-applications",
            Enterprise + "/sub-account-applications",
            SellerUser,
            """{"seller":"matrix-seller","plugin":"everything","wanted":8,"reason":"matrix"}"""
        ),
        new("POST", OfDeveloper, ThisDeveloper, DeveloperUser, Company + ""","email":"a@b.example","agreement":"2026-01"}"""),
        new("GET", OfDeveloper, ThisDeveloper, DeveloperUser),
        new("GET", OfDeveloper + "/revenue", ThisDeveloper + "/revenue?month=2026-11", DeveloperUser),
        new("PUT", OfDeveloper + "/company", ThisDeveloper + "/company", DeveloperUser, Company + "}"),
        new("PUT", OfDeveloper + "/contacts", ThisDeveloper + "/contacts", DeveloperUser, """{"email":"a@b.example"}"""),
        new("PUT", OfDeveloper + "/agreement", ThisDeveloper + "/agreement", DeveloperUser, """{"version":"2026-01"}"""),
        new("PUT", OfDeveloper + "/members/{user}", ThisDeveloper + "/members/li", DeveloperUser, """{"role":"developer"}"""),
        new("DELETE", OfDeveloper + "/members/{user}", ThisDeveloper + "/members/li", DeveloperUser),
        new("GET", "/developer/v1/errors/{id}", "/developer/v1/errors/matrix", DeveloperUser),
        new("POST", "/developer/v1/plugins", "/developer/v1/plugins", DeveloperUser, """{"plugin":"matrix-plugin"}"""),
        new("GET", OfPlugin, ThisPlugin, DeveloperUser),
        new("POST", OfPlugin + "/versions", ThisPlugin + "/versions", DeveloperUser, """{"manifest":{}}"""),
        new("GET", OfPlugin + "/versions/{hash}/report", ThisPlugin + "/versions/h/report", DeveloperUser),
        new("POST", OfPlugin + "/versions/{hash}/submit", ThisPlugin + "/versions/h/submit", DeveloperUser),
        new(
            "PUT",
            OfPlugin + "/versions/{hash}/category",
            ThisPlugin + "/versions/h/category",
            DeveloperUser,
            """{"category":"logistics"}"""
        ),
        new(
            "POST",
            OfPlugin + "/versions/{hash}/rounds",
            ThisPlugin + "/versions/h/rounds",
            DeveloperUser,
            """{"seed":1}""",
            BodyMayMiss: true
        ),
        new("GET", OfPlugin + "/versions/{hash}/rounds", ThisPlugin + "/versions/h/rounds", DeveloperUser),
        new("GET", OfPlugin + "/versions/{hash}/rounds/{id}", ThisPlugin + "/versions/h/rounds/1", DeveloperUser),
        new("GET", OfPlugin + "/clients", ThisPlugin + "/clients", DeveloperUser),
        new("POST", OfPlugin + "/clients", ThisPlugin + "/clients", DeveloperUser, """{"redirect_uris":[]}""", BodyMayMiss: true),
        new("GET", OfPlugin + "/clients/{client}", ThisPlugin + "/clients/c", DeveloperUser),
        new(
            "POST",
            OfPlugin + "/clients/{client}/secret",
            ThisPlugin + "/clients/c/secret",
            DeveloperUser,
            """{"overlap_hours":1}""",
            BodyMayMiss: true
        ),
        new(
            "PUT",
            OfPlugin + "/clients/{client}/redirect-uris",
            ThisPlugin + "/clients/c/redirect-uris",
            DeveloperUser,
            """{"redirect_uris":[]}"""
        ),
        new("POST", OfPlugin + "/clients/{client}/revoke", ThisPlugin + "/clients/c/revoke", DeveloperUser),
        .. Track("security"),
        .. Track("business"),
        new("GET", "/review/v1/developers", "/review/v1/developers", EntityReviewer),
        new("GET", OfCheck, ThisCheck, EntityReviewer),
        new("POST", OfCheck + "/approve", ThisCheck + "/approve", EntityReviewer, Company + "}"),
        new("POST", OfCheck + "/reject", ThisCheck + "/reject", EntityReviewer, Company + ""","reason":"matrix"}"""),
        new("GET", "/review/v1/entities", "/review/v1/entities", EntityReviewer),
        new("GET", OfEntity, ThisEntity, EntityReviewer),
        new("POST", OfEntity + "/claim", ThisEntity + "/claim", EntityReviewer),
        new("POST", OfEntity + "/release", ThisEntity + "/release", EntityReviewer),
        new("POST", OfEntity + "/approve", ThisEntity + "/approve", EntityReviewer, """{"valid_until":"2030-01-01"}""", BodyMayMiss: true),
        new("POST", OfEntity + "/reject", ThisEntity + "/reject", EntityReviewer, """{"reason":"matrix"}"""),
        new("POST", OfEntity + "/needs-info", ThisEntity + "/needs-info", EntityReviewer, """{"question":"matrix"}"""),
        new("POST", OfEntity + "/revoke", ThisEntity + "/revoke", EntityReviewer, """{"reason":"matrix"}"""),
        new("GET", OfEntity + "/documents/{kind}", ThisEntity + "/documents/licence", EntityReviewer),
        new("POST", OfEntity + "/shops/{seller}/approve", ThisEntity + "/shops/matrix-seller/approve", EntityReviewer),
        new(
            "POST",
            OfEntity + "/shops/{seller}/reject",
            ThisEntity + "/shops/matrix-seller/reject",
            EntityReviewer,
            """{"reason":"matrix"}"""
        ),
        new("GET", "/review/v1/sub-account-applications", "/review/v1/sub-account-applications", EntityReviewer),
        new(
            "POST",
            "/review/v1/sub-account-applications/{licence}/{id}/approve",
            "/review/v1/sub-account-applications/" + Licence + "/1/approve",
            EntityReviewer,
            """{"cap":8,"until":"2030-01-01"}"""
        ),
        new(
            "POST",
            "/review/v1/sub-account-applications/{licence}/{id}/reject",
            "/review/v1/sub-account-applications/" + Licence + "/1/reject",
            EntityReviewer,
            """{"reason":"matrix"}"""
        ),
        new("GET", "/review/v1/sla", "/review/v1/sla", Operator),
        new(
            "GET",
            "/seller/v1/orders/{id}/evidence",
            "/seller/v1/orders/matrix-order/evidence?plugin=everything&seller=" + Seller,
            SellerCenter
        ),
        new("GET", "/open/v1/orders/{id}/evidence", "/open/v1/orders/matrix-order/evidence", Plugin),
        new("GET", "/platform/v1/orders/{id}/evidence", "/platform/v1/orders/matrix-order/evidence?installation=" + Installation, Operator),
        new(
            "POST",
            "/seller/v1/claims",
            "/seller/v1/claims",
            SellerUser,
            """{"seller":"matrix-seller","amount":1.5,"reason":"matrix","evidence":{}}"""
        ),
        new("GET", "/seller/v1/claims", "/seller/v1/claims?seller=" + Seller, SellerCenter),
        new("GET", "/seller/v1/claims/{claim}", "/seller/v1/claims/" + Claim + "?seller=" + Seller, SellerCenter),
        new(
            "POST",
            "/seller/v1/claims/{claim}/withdraw",
            "/seller/v1/claims/" + Claim + "/withdraw",
            SellerUser,
            """{"seller":"matrix-seller","reason":"matrix"}"""
        ),
        new(
            "POST",
            "/seller/v1/claims/{claim}/reopen",
            "/seller/v1/claims/" + Claim + "/reopen",
            SellerUser,
            """{"seller":"matrix-seller","reason":"matrix"}"""
        ),
        new("GET", "/open/v1/claims", "/open/v1/claims", Plugin),
        new("GET", "/open/v1/claims/{claim}", "/open/v1/claims/" + Claim, Plugin),
        new("POST", "/open/v1/claims/{claim}/answer", "/open/v1/claims/" + Claim + "/answer", Plugin, """{"text":"matrix"}"""),
        new("GET", "/platform/v1/claims/{seller}", "/platform/v1/claims/" + Seller, Operator),
        new("GET", OfClaim, ThisClaim, Operator),
        new("POST", OfClaim + "/answer", ThisClaim + "/answer", Operator, """{"text":"matrix"}"""),
        new("POST", OfClaim + "/extend", ThisClaim + "/extend", Operator, """{"days":7,"reason":"matrix"}"""),
        new("POST", OfClaim + "/accept", ThisClaim + "/accept", Operator, """{"reason":"matrix"}"""),
        new("POST", OfClaim + "/reject", ThisClaim + "/reject", Operator, """{"reason":"matrix"}"""),
        new("POST", OfClaim + "/settle", ThisClaim + "/settle", Operator, """{"amount":1.5,"reference":"matrix"}"""),
        new("GET", "/seller/v1/bills/{month}", "/seller/v1/bills/2026-11?seller=" + Seller, SellerCenter),
        new(
            "GET",
            "/seller/v1/bills/{month}/calls",
            "/seller/v1/bills/2026-11/calls?seller=" + Seller + "&plugin=everything&day=2026-11-23",
            SellerCenter
        ),
        new("GET", "/seller/v1/bills/{month}/proof", "/seller/v1/bills/2026-11/proof?seller=" + Seller, SellerCenter),
        new("GET", "/platform/v1/bills/{month}/proof", "/platform/v1/bills/2026-11/proof?seller=" + Seller, Operator),
        new("GET", "/seller/v1/bills/{month}/statement", "/seller/v1/bills/2026-11/statement?seller=" + Seller, SellerCenter),
        new(
            "POST",
            "/seller/v1/bills/{month}/disputes",
            "/seller/v1/bills/2026-11/disputes",
            SellerUser,
            """{"seller":"matrix-seller","plugin":"everything","day":"2026-11-23","tier":"1-1000","api":"orders.get","reason":"matrix"}"""
        ),
        new("GET", "/seller/v1/bill-disputes", "/seller/v1/bill-disputes?seller=" + Seller, SellerCenter),
        new("GET", OfOne + "/subscriptions", ThisOne + "/subscriptions", SellerCenter),
        new("POST", OfOne + "/subscriptions/{addOn}", ThisOne + "/subscriptions/matrix", SellerUser, """{"monthly":299}"""),
        new(
            "POST",
            OfOne + "/subscriptions/{addOn}/cancel",
            ThisOne + "/subscriptions/matrix/cancel",
            SellerCenter,
            """{"at_once":true}"""
        ),
        new(
            "POST",
            OfOne + "/subscriptions/{addOn}/upgrade",
            ThisOne + "/subscriptions/matrix/upgrade",
            SellerUser,
            """{"to":"other","monthly":299}"""
        ),
        new("GET", "/platform/v1/billing/disputes", "/platform/v1/billing/disputes", Operator),
        new("GET", OfAccount, ThisAccount, Operator),
        new("POST", OfAccount + "/bills/{month}/close", ThisAccount + "/bills/2999-01/close", Operator),
        new(
            "POST",
            OfAccount + "/adjustments",
            ThisAccount + "/adjustments",
            Operator,
            """{"kind":"credit","amount":0.01,"reason":"matrix","reference":"matrix"}"""
        ),
        new(
            "POST",
            OfAccount + "/disputes/{dispute}/accept",
            ThisAccount + "/disputes/matrix/accept",
            Operator,
            """{"amount":1.5,"reason":"matrix"}"""
        ),
        new("POST", OfAccount + "/disputes/{dispute}/reject", ThisAccount + "/disputes/matrix/reject", Operator, """{"reason":"matrix"}"""),
        new("GET", OfOne + "/usage/days", ThisOne + "/usage/days?from=2026-11-01&to=2026-11-30", SellerCenter),
        new("GET", "/seller/v1/audit", "/seller/v1/audit?seller=" + Seller, SellerCenter),
        new("GET", "/seller/v1/notifications", "/seller/v1/notifications?seller=" + Seller, SellerCenter),
        new("GET", "/seller/v1/notification-settings", "/seller/v1/notification-settings?seller=" + Seller, SellerCenter),
        new(
            "PUT",
            "/seller/v1/notification-settings",
            "/seller/v1/notification-settings?seller=" + Seller,
            SellerUser,
            """{"quota":[50,70,90,100],"free_tier":[50,70,90,100],"spend":[50,70,90,100],"webhook":true}"""
        ),
        new("POST", "/seller/v1/notifications/{id}/read", "/seller/v1/notifications/999999999/read?seller=" + Seller, SellerCenter),
        new("GET", "/seller/v1/labels/{id}", "/seller/v1/labels/lbl_00000000000000000000000000000000?seller=" + Seller, SellerCenter),
        new("GET", "/platform/v1/findings", "/platform/v1/findings?plugin=everything", Operator),
        new("GET", "/platform/v1/audit/kpis", "/platform/v1/audit/kpis", Operator),
        new("GET", "/platform/v1/audit/verify", "/platform/v1/audit/verify", Operator),
        new("GET", "/platform/v1/dead-letters", "/platform/v1/dead-letters", Operator),
        new("POST", "/platform/v1/dead-letters/{id}/retry", "/platform/v1/dead-letters/999999999/retry", Operator),
        new("GET", "/.well-known/marketplace-keys", "/.well-known/marketplace-keys", null),
        new("POST", "/platform/v1/keys/rotate", "/platform/v1/keys/rotate", Operator),
        new("GET", "/open/v1/quota", "/open/v1/quota", Plugin),
        new("GET", "/open/v1/installations", "/open/v1/installations", "plugin-client"),
        new("PUT", "/open/v1/webhook", "/open/v1/webhook", Plugin, """{"url":"http://127.0.0.1:9/matrix"}"""),
        new("GET", "/open/v1/webhook", "/open/v1/webhook", Plugin),
        new("DELETE", "/open/v1/webhook", "/open/v1/webhook", Plugin),
        new("POST", "/open/v1/webhook/secret", "/open/v1/webhook/secret", Plugin, """{"overlap_hours":1}""", BodyMayMiss: true),
        new("POST", "/open/v1/webhook/resume", "/open/v1/webhook/resume", Plugin),
        new("POST", "/open/v1/webhook/ping", "/open/v1/webhook/ping", Plugin),
        new("POST", "/open/v1/webhook/dry-run", "/open/v1/webhook/dry-run", Plugin, """{"sequence":1}""", BodyMayMiss: true),
        new("GET", "/open/v1/webhook/deliveries", "/open/v1/webhook/deliveries", Plugin),
        new("PUT", "/open/v1/plugin-webhook", "/open/v1/plugin-webhook", "plugin-client", """{"url":"http://127.0.0.1:9/matrix"}"""),
        new("GET", "/open/v1/plugin-webhook", "/open/v1/plugin-webhook", "plugin-client"),
        new("DELETE", "/open/v1/plugin-webhook", "/open/v1/plugin-webhook", "plugin-client"),
        new(
            "POST",
            "/open/v1/plugin-webhook/secret",
            "/open/v1/plugin-webhook/secret",
            "plugin-client",
            """{"overlap_hours":1}""",
            BodyMayMiss: true
        ),
        new("POST", "/open/v1/plugin-webhook/resume", "/open/v1/plugin-webhook/resume", "plugin-client"),
        new("POST", "/open/v1/plugin-webhook/ping", "/open/v1/plugin-webhook/ping", "plugin-client"),
        new("GET", "/open/v1/webhook/dead-letters", "/open/v1/webhook/dead-letters", Plugin),
        new("POST", "/open/v1/replays", "/open/v1/replays", Plugin, """{"dead_letters":true}"""),
        new("GET", "/open/v1/replays", "/open/v1/replays", Plugin),
        new("GET", "/open/v1/errors/{id}", "/open/v1/errors/matrix", Plugin),
        new("GET", "/open/v1/orders", "/open/v1/orders", Plugin),
        new("GET", "/open/v1/orders/{id}", "/open/v1/orders/matrix-order", Plugin),
        new("POST", "/open/v1/orders/{id}/flags", "/open/v1/orders/matrix-order/flags", Plugin, """{"kind":"other"}"""),
        new(
            "POST",
            "/open/v1/orders/{id}/split",
            "/open/v1/orders/matrix-order/split",
            Plugin,
            """{"parcels":[{"items":[{"line":1,"quantity":1}]},{"items":[{"line":1,"quantity":1}]}]}"""
        ),
        new("POST", "/open/v1/orders/{id}/merge", "/open/v1/orders/matrix-order/merge", Plugin, """{"with":["matrix-other"]}"""),
        new("POST", "/open/v1/orders/{id}/unmerge", "/open/v1/orders/matrix-order/unmerge", Plugin, "{}", BodyMayMiss: true),
        new(
            "POST",
            "/open/v1/orders/{id}/tracking",
            "/open/v1/orders/matrix-order/tracking",
            Plugin,
            """{"tracking_id":"matrix-waybill","carrier":"c"}"""
        ),
        new("GET", "/open/v1/tracking/{id}", "/open/v1/tracking/matrix-track", Plugin),
        new(
            "POST",
            "/open/v1/labels",
            "/open/v1/labels",
            Plugin,
            $$"""{"order_id":"matrix-order","address_handle":"{{Handle}}","carrier":"sf","service":"standard","weight_g":500}"""
        ),
        new("GET", "/open/v1/rates", "/open/v1/rates?order_id=matrix-order", Plugin),
        new("GET", "/open/v1/products", "/open/v1/products", Plugin),
        new("GET", "/open/v1/events", "/open/v1/events", Plugin),
        new("POST", "/open/v1/events/confirm", "/open/v1/events/confirm", Plugin, """{"cursor":"ZTA"}"""),
        new("GET", "/open/v1/events/live", "/open/v1/events/live", Plugin),
        new("PATCH", "/open/v1/products/{id}", "/open/v1/products/matrix-product", Plugin, """{"title":"Lamp"}"""),
        new("GET", "/open/v1/upstream/echo/{**rest}", "/open/v1/upstream/echo/x", Plugin),
        new("POST", "/open/v1/upstream/echo/{**rest}", "/open/v1/upstream/echo/x", Plugin, "{}"),
        new("GET", "/open/v1/upstream/free/{**rest}", "/open/v1/upstream/free/x", Plugin),
        new("GET", "/open/v1/upstream/closed/{**rest}", "/open/v1/upstream/closed/x", Plugin),
    ];

    public static IEnumerable<EndpointRow> Protected => Rows.Where(row => row.Role is not null);

    /// <summary>Rows whose body this product reads itself.</summary>
    public static IEnumerable<EndpointRow> WithBody => Rows.Where(row => row is { Body: not null, IsUpstream: false });

    public static EndpointRow Find(string name) => Rows.Single(row => row.Name == name);

    private static EndpointRow[] Track(string track)
    {
        var (list, role) = ($"/review/v1/{track}/versions", $"{track}-reviewer");
        var (of, one) = (list + "/{plugin}/{hash}", list + "/matrix-plugin/h");
        return
        [
            new("GET", list, list, role),
            new("GET", of, one, role),
            new("GET", of + "/rounds", one + "/rounds", role),
            new("GET", of + "/rounds/{id}", one + "/rounds/1", role),
            new("POST", of + "/claim", one + "/claim", role),
            new("POST", of + "/release", one + "/release", role),
            new("POST", of + "/verdict", one + "/verdict", role, """{"verdict":"reject","reasons":["matrix"]}"""),
        ];
    }
}
