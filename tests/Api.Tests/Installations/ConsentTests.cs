using System.Text.Json;
using Marketplace.Catalogue;

namespace Marketplace.Api.Tests.Installations;

/// <summary>The consent document and what may be granted by it, over HTTP (R42, R69).</summary>
public class ConsentTests(TestMarketplace marketplace)
{
    private const string Plugin = "order-pilot";

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task The_document_says_of_every_scope_what_for_how_risky_and_what_stops_without_in_both_languages()
    {
        foreach (var plugin in Client.Demo.Plugins)
        {
            var document = (await Client.ConsentDocument(await New(plugin.Id))).Json;
            var scopes = document
                .GetProperty("required")
                .EnumerateArray()
                .Concat(document.GetProperty("optional").EnumerateArray())
                .ToArray();

            Assert.Equal(plugin.Scopes.Order(StringComparer.Ordinal), scopes.Select(Scope).Order(StringComparer.Ordinal));
            Assert.NotEmpty(document.GetProperty("required").EnumerateArray());
            Assert.All(document.GetProperty("required").EnumerateArray(), scope => Assert.True(scope.GetProperty("ticked").GetBoolean()));
            Assert.All(document.GetProperty("optional").EnumerateArray(), scope => Assert.False(scope.GetProperty("ticked").GetBoolean()));
            Assert.All(scopes, scope =>
            {
                Assert.All(new[] { "name", "purpose", "without" }, member => IsBilingual(scope.GetProperty(member)));
                Assert.Equal(ScopeCatalogue.Of(Scope(scope)).Risk.Text(), scope.GetProperty("risk").GetString());
            });
            IsBilingual(document.GetProperty("agreement").GetProperty("text"));
            Assert.Empty(document.GetProperty("granted").EnumerateArray());
            Assert.Equal((365, 30), (document.GetProperty("term_days").GetInt32(), document.GetProperty("sensitive_term_days").GetInt32()));
        }
    }

    [Fact]
    public async Task Reading_orders_and_writing_tracking_numbers_is_offered_by_name_and_is_what_an_order_plugin_requires()
    {
        var document = (await Client.ConsentDocument(await New(Plugin))).Json;
        var preset = Assert.Single(document.GetProperty("presets").EnumerateArray());
        Assert.Equal("读取订单 + 写入物流单号", preset.GetProperty("name").GetProperty("zh").GetString());
        Assert.Equal(["logistics.write", "orders.read"], preset.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        Assert.Equal(
            ["logistics.write", "orders.read"],
            document.GetProperty("required").EnumerateArray().Select(Scope).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Only_an_owner_consents()
    {
        var installation = await New(Plugin);
        var seller = TestMarketplace.SellerOf(installation);
        await Client.ApproveEnterprise(seller);
        string[] tokens =
        [
            await Client.BoundToken(installation, "s", "staff"),
            await Client.BoundToken(installation, "f", "finance"),
            await Client.SellerCenterToken(),
        ];
        foreach (var token in tokens)
        {
            (
                await Client.Send(
                    HttpMethod.Post,
                    $"/seller/v1/installations/{installation}/consent",
                    token,
                    Body(Agreement.Standard.Hash, "logistics.write", "orders.read")
                )
            ).IsProblem(403, "role-not-allowed");
        }

        Assert.Equal("awaiting-consent", (await Client.Installation(installation)).Json.GetProperty("phase").GetString());
    }

    [Fact]
    public async Task A_consent_to_something_else_than_the_document_is_refused()
    {
        var installation = await New(Plugin);
        var changed = await Consent(installation, Body(new string('0', 64), "logistics.write", "orders.read"));
        changed.IsProblem(409, "agreement-changed");
        Assert.Equal(Agreement.Standard.Hash, Fact(changed, "agreement_hash"));

        var missing = await Consent(installation, Body(Agreement.Standard.Hash, "orders.read"));
        missing.IsProblem(422, "scope-required");
        Assert.Equal("logistics.write", Fact(missing, "scopes"));
        (await Consent(installation, Body(Agreement.Standard.Hash, "logistics.write", "orders.read", "products.write"))).IsProblem(
            422,
            "scope-not-certified"
        );
        Assert.Equal("awaiting-consent", (await Client.Installation(installation)).Json.GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Nothing_grants_everything_at_once()
    {
        var installation = await New(Plugin);
        foreach (var all in new[] { "*", "all", "orders.*", "" })
        {
            var answer = await Consent(installation, Body(Agreement.Standard.Hash, "logistics.write", "orders.read", all));
            Assert.Contains(answer.ProblemCode, new[] { "scope-not-certified", "body-invalid" });
        }

        (
            await Consent(
                installation,
                new { agreement = new { version = Agreement.Standard.Version, hash = Agreement.Standard.Hash }, all = true }
            )
        ).IsProblem(400, "body-invalid");
        (await Consent(installation, Body(Agreement.Standard.Hash, [.. ScopeCatalogue.All.Select(scope => scope.Scope)]))).IsProblem(
            422,
            "scope-not-certified"
        );
        (
            await Consent(
                installation,
                Body(
                    Agreement.Standard.Hash,
                    "logistics.read",
                    "logistics.write",
                    "orders.flag",
                    "orders.merge",
                    "orders.read",
                    "orders.split"
                )
            )
        ).IsProblem(409, "broader-grant");
    }

    [Fact]
    public async Task A_broader_grant_is_confirmed_once_more_and_the_confirmation_is_in_the_journal()
    {
        var installation = await New(Plugin);
        string[] scopes = ["logistics.write", "orders.flag", "orders.read"];
        var refused = await Consent(installation, Body(Agreement.Standard.Hash, scopes));
        refused.IsProblem(409, "broader-grant");
        Assert.Equal("orders.flag", Fact(refused, "scopes"));
        var confirmation = refused.Json.GetProperty("evidence").GetProperty("confirmation").GetString()!;

        (await Consent(installation, Body(Agreement.Standard.Hash, confirmation, [.. scopes, "orders.merge"]))).IsProblem(
            409,
            "broader-grant"
        );
        Assert.Equal(
            scopes,
            (await Consent(installation, Body(Agreement.Standard.Hash, confirmation, scopes)))
                .OrThrow()
                .Json.GetProperty("grants")
                .EnumerateArray()
                .Select(scope => scope.GetString())
        );

        var fact = (await LogExports.ReadAll(Client))
            .Journal.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))
            .Single(line =>
                line.GetProperty("entity").GetString() == $"installation/{installation}"
                && line.GetProperty("type").GetString() == "consented"
            );
        Assert.Equal(confirmation, fact.GetProperty("payload").GetProperty("confirmation").GetString());
        Assert.Equal(Agreement.Standard.Hash, fact.GetProperty("payload").GetProperty("agreement_hash").GetString());
    }

    [Fact]
    public async Task The_order_list_does_not_bring_changing_products()
    {
        var installation = await marketplace.NewInstallation(grants: ["orders.read"]);
        Assert.Equal(200, (int)(await Client.Get(installation, "orders")).Status);
        (await Client.Call(installation, HttpMethod.Patch, "products/p-1", new { title = "x" })).IsProblem(403, "scope-missing");
    }

    [Fact]
    public async Task Staff_close_scopes_and_do_not_add_them()
    {
        var installation = await marketplace.NewInstallation(grants: ["orders.read", "products.read"]);
        var staff = await Client.BoundToken(installation, "s", "staff");
        var closed = await Client.Send(
            HttpMethod.Put,
            $"/seller/v1/installations/{installation}/grants",
            staff,
            new { grants = new[] { "orders.read" } }
        );
        Assert.Equal(200, (int)closed.Status);
        (await Client.Get(installation, "products")).IsProblem(403, "scope-missing");
        (
            await Client.Send(
                HttpMethod.Put,
                $"/seller/v1/installations/{installation}/grants",
                staff,
                new { grants = new[] { "orders.read", "products.read" } }
            )
        ).IsProblem(403, "role-not-allowed");

        (
            await Client.SellerCommand(HttpMethod.Put, installation, "grants", new { grants = new[] { "orders.read", "products.read" } })
        ).IsProblem(409, "broader-grant");
        await Client.SetGrants(installation, "orders.read", "products.read");
        Assert.Equal(200, (int)(await Client.Get(installation, "products")).Status);
    }

    [Fact]
    public void Every_operation_has_the_risk_of_its_scope() =>
        Assert.All(Marketplace.Api.Calls.Operations.All, operation =>
            Assert.All(operation.Scope.Scopes.ToArray(), scope => Assert.Equal(ScopeCatalogue.Of(scope).Risk, operation.Risk))
        );

    private static string Scope(JsonElement scope) => scope.GetProperty("scope").GetString()!;

    private static string? Fact(Answer answer, string name) =>
        answer.Json.GetProperty("evidence").GetProperty("facts").GetProperty(name).GetString();

    private static void IsBilingual(JsonElement text)
    {
        Assert.Contains(text.GetProperty("zh").GetString()!, character => character is >= '一' and <= '鿿');
        Assert.Contains(text.GetProperty("en").GetString()!, char.IsAsciiLetter);
        Assert.DoesNotContain(text.GetProperty("en").GetString()!, character => character is >= '一' and <= '鿿');
    }

    private static object Body(string hash, params string[] scopes) =>
        new { agreement = new { version = Agreement.Standard.Version, hash }, scopes };

    private static object Body(string hash, string confirmation, string[] scopes) =>
        new
        {
            agreement = new { version = Agreement.Standard.Version, hash },
            scopes,
            confirmation,
        };

    private async Task<string> New(string plugin)
    {
        var seller = marketplace.NewSeller();
        (await Client.Send(HttpMethod.Post, "/seller/v1/installations", await Client.UserToken(seller), new { seller, plugin })).OrThrow();
        return $"{seller}/{plugin}";
    }

    private async Task<Answer> Consent(string installation, object body) =>
        await Client.SellerCommand(HttpMethod.Post, installation, "consent", body);
}
