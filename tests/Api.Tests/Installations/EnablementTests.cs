using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Installations;

/// <summary>Enabling in three steps, and all that ends or interrupts it, over HTTP.</summary>
public class EnablementTests(TestMarketplace marketplace)
{
    private const string Plugin = "label-printer";

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Three_steps_lead_to_running_and_each_may_be_repeated()
    {
        var installation = $"{marketplace.NewSeller()}/{Plugin}";
        var enabled = await Enable(installation, "step-1");
        Assert.Equal(201, (int)enabled.Status);
        Shows(enabled, "awaiting-consent", "paused", "暂停", "consent-missing", "consent");
        await CallIs(installation, 403, "consent-missing");

        var body = await ConsentTo(installation, "logistics.write", "orders.read");
        var consented = (await Client.SellerCommand(HttpMethod.Post, installation, "consent", body, "step-2")).OrThrow();
        Shows(consented, "awaiting-entity", "paused", "暂停", "entity-unverified", "entity");
        await CallIs(installation, 403, "entity-unverified");

        await marketplace.Verify(installation);
        var running = await Client.Installation(installation);
        Shows(running, "running", "running", "运行中", null, null);
        await CallIs(installation, 200, null);

        Assert.Equal(enabled.Text, (await Enable(installation, "step-1")).Text);
        Assert.Equal(consented.Text, (await Client.SellerCommand(HttpMethod.Post, installation, "consent", body, "step-2")).Text);
        Assert.Equal(running.Text, (await Client.Installation(installation)).Text);
        Assert.Equal(200, (int)(await Enable(installation, "another")).Status);
        Assert.Equal(["logistics.write", "orders.read"], Texts(running, "grants"));
        var agreement = running.Json.GetProperty("agreement");
        Assert.Equal(
            (Agreement.Standard.Version, Agreement.Standard.Hash),
            (agreement.GetProperty("version").GetString(), agreement.GetProperty("hash").GetString())
        );
        Assert.EndsWith(":li-lei", agreement.GetProperty("accepted_by").GetString());
        Assert.Equal(
            365,
            (
                running.Json.GetProperty("authorisation_expires_at").GetDateTimeOffset()
                - agreement.GetProperty("accepted_at").GetDateTimeOffset()
            ).TotalDays,
            3
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task An_enterprise_that_is_verified_sets_its_installations_going_and_the_next_plugin_needs_the_consent_only()
    {
        var seller = marketplace.NewSeller();
        var waiting = $"{seller}/{Plugin}";
        await Enable(waiting, "enable");
        Shows(await Client.Consent(waiting), "awaiting-entity", "paused", "暂停", "entity-unverified", "entity");

        await marketplace
            .Services.GetRequiredService<DemoEnterprises>()
            .Verify(
                SellerId.Parse(seller, null),
                new Initiator(ActorId.Parse("tests"), OperationId.Parse("verify")),
                TestContext.Current.CancellationToken
            );
        await Eventually.Get(
            async () => (await Client.Installation(waiting)).Json.GetProperty("phase").GetString(),
            phase => phase == "running",
            "it runs"
        );
        await CallIs(waiting, 200, null);
        await Enable($"{seller}/sales-board", "enable");
        Shows(await Client.Consent($"{seller}/sales-board"), "running", "running", "运行中", null, null);
    }

    [Fact]
    public async Task A_plugin_is_paused_resumed_disabled_and_enabled_again_with_the_next_call()
    {
        var installation = await marketplace.NewInstallation(Plugin, "logistics.write", "orders.read");
        Shows(await Client.Pause(installation, "stocktaking"), "paused", "paused", "暂停", "installation-paused", null, "stocktaking");
        await CallIs(installation, 403, "installation-paused");
        Shows(await Client.Resume(installation), "running", "running", "运行中", null, null);
        await CallIs(installation, 200, null);

        var disabled = (await Client.SellerCommand(HttpMethod.Post, installation, "disable", new { reason = "not needed" })).OrThrow();
        Shows(disabled, "disabled", "paused", "暂停", "installation-disabled", null, "not needed");
        Assert.Empty(Texts(disabled, "grants"));
        await CallIs(installation, 403, "installation-disabled");
        Forbidden(await Client.SellerCommand(HttpMethod.Post, installation, "resume", null), "enable");

        var again = await Enable(installation, "again");
        Assert.Equal(201, (int)again.Status);
        Shows(again, "awaiting-consent", "paused", "暂停", "consent-missing", "consent");

        // The token is of the enablement that has ended: also what stays open to a stopped plugin is closed to it.
        foreach (var path in new[] { "quota", "webhook", "errors/0123456789abcdef0123456789abcdef", "orders/o-1/evidence" })
        {
            (await Client.Get(installation, path)).IsProblem(401, "token-revoked");
        }

        // The enterprise is still verified, so the consent is all that is missing.
        Shows(await Client.Consent(installation), "running", "running", "运行中", null, null);
        await CallIs(installation, 401, "token-revoked");
        Client.Forget(installation);
        await CallIs(installation, 200, null);
    }

    [Fact]
    public async Task A_suspension_is_the_platforms_alone_and_stops_the_next_call()
    {
        var installation = await marketplace.NewInstallation(Plugin, "logistics.write", "orders.read");
        var suspended = await Operator(installation, "suspend", new { reason = "complaints" });
        Shows(suspended.OrThrow(), "suspended", "paused", "暂停", "installation-suspended", null, "complaints");
        await CallIs(installation, 403, "installation-suspended");

        Forbidden(await Client.SellerCommand(HttpMethod.Post, installation, "resume", null), "consent", "grants", "settings", "disable");
        (
            await Client.Send(
                HttpMethod.Post,
                $"/platform/v1/installations/{installation}/lift",
                await Client.UserToken(TestMarketplace.SellerOf(installation))
            )
        ).IsProblem(403, "role-forbidden");
        (await Operator(installation, "suspend", new { reason = " " })).IsProblem(400, "body-invalid");
        (await Operator("nobody/label-printer", "suspend", new { reason = "x" })).IsProblem(404, "installation-not-found");

        Shows((await Operator(installation, "lift", null)).OrThrow(), "running", "running", "运行中", null, null);
        await CallIs(installation, 200, null);
    }

    [Fact]
    public async Task What_a_state_forbids_is_refused_with_what_it_allows()
    {
        var installation = $"{marketplace.NewSeller()}/{Plugin}";
        (await Client.SellerCommand(HttpMethod.Post, installation, "pause", null)).IsProblem(404, "installation-not-found");
        (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}/consent", await Client.SellerCenterToken())).IsProblem(
            404,
            "installation-not-found"
        );
        await Enable(installation, "enable");
        Forbidden(await Client.SellerCommand(HttpMethod.Post, installation, "pause", null), "consent", "settings", "disable");
        Forbidden(
            await Client.SellerCommand(HttpMethod.Put, installation, "grants", new { grants = Array.Empty<string>() }),
            "consent",
            "settings",
            "disable"
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_version_of_a_plugin_reaches_its_installations_and_its_scopes_wait()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Versioned, "orders.read");
        await CallIs(installation, 200, null);
        (await Client.Get(installation, "products")).IsProblem(403, "scope-missing");

        await marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IPluginGrain>($"plugin/{TestPlugins.Versioned}")
            .Register(
                TestPlugins.VersionedNext,
                new Initiator(ActorId.Parse("tests"), OperationId.Parse("register-next")),
                TestContext.Current.CancellationToken
            );

        await Eventually.Get(
            async () => (await Client.Get(installation, "products")).ProblemCode,
            code => code == "scope-pending",
            "the scope is pending"
        );
        await CallIs(installation, 200, null);
        Assert.Equal(["products.read"], Texts(await Client.Installation(installation), "pending_scopes"));
        await Client.SetGrants(installation, "orders.read", "products.read");
        Assert.Equal(200, (int)(await Client.Get(installation, "products")).Status);
        Assert.Empty(Texts(await Client.Installation(installation), "pending_scopes"));
    }

    private static void Shows(Answer answer, string phase, string state, string label, string? code, string? next, string? reason = null)
    {
        var json = answer.Json;
        Assert.Equal(
            (phase, state, label, code, next, reason),
            (
                Text("phase"),
                Text("state"),
                json.GetProperty("state_label").GetProperty("zh").GetString(),
                Text("reason_code"),
                Text("next"),
                Text("reason")
            )
        );

        string? Text(string name) => json.GetProperty(name).GetString();
    }

    private static string[] Texts(Answer answer, string name) =>
        [.. answer.Json.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private static void Forbidden(Answer answer, params string[] allowed)
    {
        answer.IsProblem(409, "state-forbids");
        Assert.Equal(allowed, answer.Json.GetProperty("evidence").GetProperty("allowed").EnumerateArray().Select(name => name.GetString()));
    }

    private async Task<Answer> Enable(string installation, string key) =>
        (
            await Client.Send(
                HttpMethod.Post,
                "/seller/v1/installations",
                await Client.UserToken(TestMarketplace.SellerOf(installation)),
                new { seller = TestMarketplace.SellerOf(installation), plugin = installation.Split('/')[1] },
                key
            )
        ).OrThrow();

    private async Task<object> ConsentTo(string installation, params string[] scopes)
    {
        var agreement = (await Client.ConsentDocument(installation)).Json.GetProperty("agreement");
        return new
        {
            agreement = new { version = agreement.GetProperty("version").GetString(), hash = agreement.GetProperty("hash").GetString() },
            scopes,
        };
    }

    private async Task<Answer> Operator(string installation, string command, object? body) =>
        await Client.Send(
            HttpMethod.Post,
            $"/platform/v1/installations/{installation}/{command}",
            await Client.OperatorToken(),
            body,
            MarketplaceClient.NewKey()
        );

    private async Task CallIs(string installation, int status, string? code)
    {
        var answer = await Client.Get(installation, "orders");
        Assert.Equal((status, code), ((int)answer.Status, answer.ProblemCode));
    }
}
