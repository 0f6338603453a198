using System.Net;
using System.Text.Json;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Identity;

/// <summary>A plugin sends the seller's browser: sign-in, consent page, code, tokens; each against real calls.</summary>
public class BrowserConsentTests(TestMarketplace marketplace)
{
    private const string Plugin = "order-pilot";
    private const string Consent = "/connect/authorize";

    private MarketplaceClient Client => marketplace.Client;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_owner_consents_and_the_plugin_calls_with_what_it_got()
    {
        var seller = marketplace.NewSeller();
        var (plugin, browser) = (Authorization(), Browser());

        var page = await browser.Open(plugin.Address(("seller", seller)), seller);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        var back = await browser.Submit(Consent, page, ("decision", "accept"));
        Assert.StartsWith("http://127.0.0.1:5099/callback?", back.Location?.ToString() ?? back.Text, StringComparison.Ordinal);
        Assert.Equal(plugin.State, back.Parameter("state"));
        var answer = (await plugin.Redeem(back.Parameter("code")!)).OrThrow().Json;

        var granted = (await Client.Installation($"{seller}/{Plugin}"))
            .Json.GetProperty("grants")
            .EnumerateArray()
            .Select(scope => scope.GetString())
            .ToArray();
        Assert.NotEmpty(granted);
        Assert.Equal(string.Join(' ', granted), Text(answer, "scope"));
        Assert.Equal((seller, $"{seller}/{Plugin}"), (Text(answer, "seller"), Text(answer, "installation")));
        Assert.InRange(answer.GetProperty("expires_in").GetInt32(), 3_590, 3_600);
        Assert.InRange(answer.GetProperty("refresh_expires_in").GetInt32(), (90 * 86_400) - 60, 90 * 86_400);
        Assert.InRange(answer.GetProperty("r1_expires_in").GetInt32(), (365 * 86_400) - 60, 365 * 86_400);
        Assert.False(answer.TryGetProperty("w2_expires_in", out _));

        // A code is issued before the enterprise is verified; calls say what is missing.
        (await Call(Text(answer, "access_token"))).IsProblem(403, "entity-unverified");
        await Verify(seller);
        Assert.Equal(200, (int)(await Call(Text(answer, "access_token"))).Status);
    }

    [Fact]
    public async Task The_old_refresh_token_is_good_until_the_new_one_is_used_and_then_ends_them_all()
    {
        var (plugin, first) = await Authorized();
        var (r1, a1) = (Text(first, "refresh_token"), Text(first, "access_token"));

        // The answer with the second got lost: the first still serves, and gives the same successor.
        var second = (await plugin.Refresh(r1)).OrThrow().Json;
        var again = (await plugin.Refresh(r1)).OrThrow().Json;
        var third = (await plugin.Refresh(Text(again, "refresh_token"))).OrThrow().Json;
        Assert.Equal(Text(first, "scope"), Text(third, "scope"));
        var tokens = new[] { a1, Text(second, "access_token"), Text(again, "access_token"), Text(third, "access_token") };
        foreach (var token in tokens)
        {
            Assert.Equal(200, (int)(await Call(token)).Status);
        }

        // The second's sibling is of the same generation, and so still good.
        Assert.True((await plugin.Refresh(Text(second, "refresh_token"))).IsSuccess);

        IsRefused(await plugin.Refresh(r1), "invalid_grant");
        IsRefused(await plugin.Refresh(Text(third, "refresh_token")), "invalid_grant");
        foreach (var token in tokens)
        {
            (await Call(token)).IsProblem(401, "token-revoked");
            Assert.False((await plugin.Introspect(token)).Json.GetProperty("active").GetBoolean());
        }
    }

    [Fact]
    public async Task Many_at_once_with_one_refresh_token_all_get_the_same_successor_generation()
    {
        var (plugin, first) = await Authorized();
        var second = Text((await plugin.Refresh(Text(first, "refresh_token"))).OrThrow().Json, "refresh_token");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => plugin.Refresh(second)));

        // Whichever the client keeps, it goes on; the others' tokens are good until then.
        Assert.All(answers, answer => Assert.True(answer.IsSuccess, answer.Text));
        var kept = (await plugin.Refresh(Text(answers[5].Json, "refresh_token"))).OrThrow().Json;
        Assert.Equal(200, (int)(await Call(Text(kept, "access_token"))).Status);
        IsRefused(await plugin.Refresh(second), "invalid_grant");
        (await Call(Text(kept, "access_token"))).IsProblem(401, "token-revoked");
    }

    [Fact]
    public async Task A_code_is_good_once_even_for_two_at_the_same_moment_and_its_replay_ends_what_came_of_it()
    {
        var (plugin, back) = await Consented(marketplace.NewSeller());
        var code = back.Parameter("code")!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => plugin.Redeem(code)));
        var got = Assert.Single(answers, answer => answer.IsSuccess).Json;
        Assert.All(answers.Where(answer => !answer.IsSuccess), answer => IsRefused(answer, "invalid_grant"));

        IsRefused(await plugin.Redeem(code), "invalid_grant");
        (await Call(Text(got, "access_token"))).IsProblem(401, "token-revoked");
        IsRefused(await plugin.Refresh(Text(got, "refresh_token")), "invalid_grant");
    }

    [Fact]
    public async Task Revoking_an_access_token_stops_it_alone_and_revoking_a_refresh_token_stops_all()
    {
        var (plugin, first) = await Authorized();
        var second = (await plugin.Refresh(Text(first, "refresh_token"))).OrThrow().Json;

        Assert.True((await plugin.Revoke(Text(first, "access_token"))).IsSuccess);
        (await Call(Text(first, "access_token"))).IsProblem(401, "token-revoked");
        Assert.Equal(200, (int)(await Call(Text(second, "access_token"))).Status);

        Assert.True((await plugin.Introspect(Text(first, "refresh_token"))).Json.GetProperty("active").GetBoolean());
        Assert.True((await plugin.Revoke(Text(first, "refresh_token"))).IsSuccess);
        (await Call(Text(second, "access_token"))).IsProblem(401, "token-revoked");
        IsRefused(await plugin.Refresh(Text(second, "refresh_token")), "invalid_grant");
        Assert.False((await plugin.Introspect(Text(first, "refresh_token"))).Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Another_plugin_can_neither_use_nor_revoke_nor_end_a_familys_tokens()
    {
        var (plugin, first) = await Authorized();
        var second = (await plugin.Refresh(Text(first, "refresh_token"))).OrThrow().Json;
        (await plugin.Refresh(Text(second, "refresh_token"))).OrThrow();
        var other = Authorization("label-printer");

        IsRefused(await other.Refresh(Text(second, "refresh_token")), "invalid_grant");
        IsRefused(await other.Refresh(Text(first, "refresh_token")), "invalid_grant");
        await other.Revoke(Text(second, "refresh_token"));

        Assert.Equal(200, (int)(await Call(Text(second, "access_token"))).Status);
        Assert.True((await plugin.Refresh(Text(second, "refresh_token"))).IsSuccess);
    }

    [Theory]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("code_challenge_method", null)]
    [InlineData("code_challenge", null)]
    [InlineData("response_type", "token")]
    [InlineData("response_mode", "form_post")]
    [InlineData("scope", "orders.read everything.read")]
    public async Task A_request_that_is_not_safe_comes_back_with_an_error(string name, string? value)
    {
        var seller = marketplace.NewSeller();

        var answer = await Browser().Open(Authorization().Address(("seller", seller), (name, value)), seller);

        Assert.True(answer.Location is null || answer.Parameter("error") is not null, answer.Location?.ToString());
        Assert.Null(answer.Parameter("code"));
        Assert.DoesNotContain("<form", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5099/callback/")]
    [InlineData("http://127.0.0.1:5098/callback")]
    [InlineData("http://127.0.0.1:5099/callback?x=1")]
    [InlineData("https://evil.example/callback")]
    [InlineData(null)]
    public async Task A_foreign_address_gets_no_browser(string? address)
    {
        var answer = await Browser().Open(Authorization().Address(("redirect_uri", address)), "any");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Null(answer.Location);
    }

    public static TheoryData<string> ForeignRedemptions { get; } =
    ["another verifier", "the challenge as verifier", "another address", "another client"];

    private Dictionary<string, Func<PluginAuthorization, string, Task<Answer>>> ForeignWith =>
        new(StringComparer.Ordinal)
        {
            ["another verifier"] = (plugin, code) => plugin.Redeem(code, verifier: new string('a', 43)),
            ["the challenge as verifier"] = (plugin, code) => plugin.Redeem(code, verifier: plugin.Challenge),
            ["another address"] = (plugin, code) => plugin.Redeem(code, redirectUri: "http://127.0.0.1:5099/other"),
            ["another client"] = (plugin, code) => Authorization("label-printer", plugin.Verifier).Redeem(code),
        };

    [Theory]
    [MemberData(nameof(ForeignRedemptions))]
    public async Task A_foreign_redemption_neither_uses_a_code_nor_hides_its_replay(string how)
    {
        var (plugin, back) = await Consented(marketplace.NewSeller());
        var code = back.Parameter("code")!;
        var foreign = ForeignWith[how];

        IsRefused(await foreign(plugin, code), "invalid_grant");
        var got = (await plugin.Redeem(code)).OrThrow().Json;
        await Verify(Text(got, "seller"));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            IsRefused(await foreign(plugin, code), "invalid_grant");
            Assert.Equal(200, (int)(await Call(Text(got, "access_token"))).Status);
            Assert.True((await plugin.Introspect(Text(got, "access_token"))).Json.GetProperty("active").GetBoolean());
        }

        IsRefused(await plugin.Redeem(code), "invalid_grant");
        (await Call(Text(got, "access_token"))).IsProblem(401, "token-revoked");
        Assert.False((await plugin.Introspect(Text(got, "access_token"))).Json.GetProperty("active").GetBoolean());
        IsRefused(await plugin.Refresh(Text(got, "refresh_token")), "invalid_grant");
    }

    [Theory]
    [InlineData("staff")]
    [InlineData("finance")]
    public async Task Staff_see_why_they_cannot_consent_and_their_form_is_refused(string role)
    {
        var seller = marketplace.NewSeller();
        var (plugin, owner, staff) = (Authorization(), Browser(), Browser());
        var page = await staff.Open(plugin.Address(("seller", seller)), seller, "han-meimei", role);
        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.Contains("只有店主", page.Text, StringComparison.Ordinal);
        var before = await LogExports.ReadAll(Client);

        // Not even with the form that was shown to an owner.
        var owners = await owner.Open(plugin.Address(("seller", seller)), seller);
        var answer = await staff.Submit(Consent, owners, ("decision", "accept"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("access_denied", (await staff.Submit(Consent, page, ("decision", "deny"))).Parameter("error"));
        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    [Fact]
    public async Task A_form_that_was_not_shown_to_this_user_for_this_plugin_consents_to_nothing()
    {
        var seller = marketplace.NewSeller();
        var (plugin, browser, other) = (Authorization(), Browser(), Browser());
        var page = await browser.Open(plugin.Address(("seller", seller)), seller);
        var others = await other.Open(plugin.Address(("seller", seller)), seller, "another-owner");
        var printers = await browser.Open(Authorization("label-printer").Address(("seller", seller)), seller);
        var before = await LogExports.ReadAll(Client);

        foreach (var ticket in new[] { "", "nonsense", Ticket(others), Ticket(printers) })
        {
            var fields = page
                .HiddenFields.Where(field => field.Key != "ticket")
                .Append(new("ticket", ticket))
                .Append(new("decision", "accept"));
            Assert.Null((await browser.Submit(Consent, page, fields)).Parameter("code"));
        }

        // A page of another site, and one of a sibling host, to which the cookie is sent along.
        var stolen = page.HiddenFields.Append(new("decision", "accept")).ToArray();
        foreach (var site in new[] { new Uri("https://evil.example/"), new Uri("http://127.0.0.1:9/") })
        {
            Assert.Null((await browser.PostFrom(site, Consent, stolen)).Parameter("code"));
        }

        Assert.Equal(before, await LogExports.ReadAll(Client));

        static string Ticket(BrowserAnswer answer) => answer.HiddenFields.First(field => field.Key == "ticket").Value;
    }

    [Fact]
    public async Task A_form_sent_twice_consents_once()
    {
        var seller = marketplace.NewSeller();
        var (plugin, browser) = (Authorization(), Browser());
        var page = await browser.Open(plugin.Address(("seller", seller)), seller);
        Assert.NotNull((await browser.Submit(Consent, page, ("decision", "accept"))).Parameter("code"));
        var before = await LogExports.ReadAll(Client);

        Assert.NotNull((await browser.Submit(Consent, page, ("decision", "accept"))).Parameter("code"));

        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    [Fact]
    public async Task Disabling_ends_what_came_of_a_consent_also_after_the_plugin_is_enabled_again()
    {
        var (plugin, first) = await Authorized();
        var (seller, installation) = (Text(first, "seller"), Text(first, "installation"));
        var (_, waiting) = await Consented(seller);
        await Disable(installation);
        var (again, back) = await Consented(seller);

        IsRefused(await plugin.Refresh(Text(first, "refresh_token")), "invalid_grant");
        (await Call(Text(first, "access_token"))).IsProblem(401, "token-revoked");
        IsRefused(await plugin.Redeem(waiting.Parameter("code")!), "invalid_grant");
        var fresh = (await again.Redeem(back.Parameter("code")!)).OrThrow().Json;
        // A renewed consent is of the same enablement.
        await Consented(seller);
        fresh = (await again.Refresh(Text(fresh, "refresh_token"))).OrThrow().Json;
        Assert.Equal(200, (int)(await Call(Text(fresh, "access_token"))).Status);
        await Disable(installation);
        IsRefused(await again.Refresh(Text(fresh, "refresh_token")), "invalid_grant");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_form_that_is_sent_again_after_disabling_enables_nothing_and_gives_no_code(bool enabledBefore)
    {
        var seller = marketplace.NewSeller();
        var (plugin, browser) = (Authorization(), Browser());
        if (enabledBefore)
        {
            await Consented(seller);
        }

        var page = await browser.Open(plugin.Address(("seller", seller)), seller);
        Assert.NotNull((await browser.Submit(Consent, page, ("decision", "accept"))).Parameter("code"));
        await Disable($"{seller}/{Plugin}");
        var before = await LogExports.ReadAll(Client);

        Assert.Null((await browser.Submit(Consent, page, ("decision", "accept"))).Parameter("code"));

        Assert.Equal(before, await LogExports.ReadAll(Client));
        Assert.NotNull((await Consented(seller)).Back.Parameter("code"));
        Assert.Null((await browser.Submit(Consent, page, ("decision", "accept"))).Parameter("code"));
    }

    [Fact]
    public async Task More_than_the_minimal_scopes_takes_a_second_confirmation()
    {
        var seller = marketplace.NewSeller();
        var (plugin, browser) = (Authorization(), Browser());
        var page = await browser.Open(plugin.Address(("seller", seller), ("lang", "en")), seller);
        Assert.DoesNotContain(
            "checked",
            page.Text[page.Text.IndexOf("Optional scopes", StringComparison.Ordinal)..],
            StringComparison.Ordinal
        );
        var optional = System
            .Text.RegularExpressions.Regex.Matches(page.Text, "name=\"grant\" value=\"([^\"]+)\"")
            .Select(match => ("grant", match.Groups[1].Value))
            .ToArray();
        Assert.NotEmpty(optional);

        var second = await browser.Submit(Consent, page, [("decision", "accept"), .. optional]);
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Contains("Confirm the broader grant", second.Text, StringComparison.Ordinal);
        // Nothing is enabled before the consent is certain: the seller may still deny it.
        var refused = await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{seller}/{Plugin}", await Client.SellerCenterToken());
        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        var back = await browser.Submit(Consent, second, ("decision", "accept"));
        var answer = (await plugin.Redeem(back.Parameter("code")!)).OrThrow().Json;

        Assert.Contains(optional[0].Value, Text(answer, "scope").Split(' '));
    }

    [Fact]
    public async Task A_plugin_narrows_what_the_seller_is_offered_but_not_what_it_needs()
    {
        var seller = marketplace.NewSeller();

        var page = await Browser()
            .Open(Authorization().Address(("seller", seller), ("scope", "orders.flag openid offline_access")), seller);

        Assert.Contains("value=\"orders.flag\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"orders.split\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("id=\"orders.read\" disabled checked />", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_sensitive_scope_the_refresh_token_and_the_grant_end_sooner()
    {
        var seller = marketplace.NewSeller();
        var (plugin, browser) = (Authorization("lingua"), Browser());
        var back = await browser.Submit(Consent, await browser.Open(plugin.Address(), seller), ("decision", "accept"));

        var answer = (await plugin.Redeem(back.Parameter("code")!)).OrThrow().Json;

        const int Month = 30 * 86_400;
        Assert.InRange(answer.GetProperty("refresh_expires_in").GetInt32(), Month - 60, Month);
        Assert.InRange(answer.GetProperty("w2_expires_in").GetInt32(), Month - 60, Month);
        Assert.InRange(answer.GetProperty("r1_expires_in").GetInt32(), Month + 1, 366 * 86_400);
        Assert.Equal(seller, Text(answer, "seller"));
    }

    [Fact]
    public async Task A_plugin_asks_a_browser_of_another_seller_in_vain()
    {
        var (asked, signedIn) = (marketplace.NewSeller(), marketplace.NewSeller());
        var unknown = marketplace.NewSeller();
        var browser = Browser();

        var foreign = await browser.Open(Authorization().Address(("seller", asked)), signedIn);
        var nobody = await browser.Get(Authorization().Address(("seller", unknown)));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (foreign.Status, nobody.Status));
        Assert.DoesNotContain("name=\"grant\"", foreign.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sign_in_takes_local_addresses_and_its_own_or_the_issuers_forms_only()
    {
        var token = await Client.SubjectToken(marketplace.NewSeller());
        foreach (
            var address in new[]
            {
                "",
                "https://evil.example/",
                "//evil.example/connect/authorize?",
                "/connect/authorize",
                "/ops/dashboard/",
                "/connect/authorizer?x",
            }
        )
        {
            var answer = await Browser().PostFrom(null, "/connect/sign-in", [new("subject_token", token), new("return", address)]);
            Assert.Equal((HttpStatusCode.BadRequest, null), (answer.Status, answer.Location));
        }

        var elsewhere = await Browser()
            .PostFrom(
                new Uri("https://evil.example/"),
                "/connect/sign-in",
                [new("subject_token", token), new("return", "/connect/authorize?x=y")]
            );
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.Status);
        var wrong = await Browser()
            .PostFrom(null, "/connect/sign-in", [new("subject_token", token[..^4] + "AAAA"), new("return", "/connect/authorize?x=y")]);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
    }

    [Fact]
    public async Task The_pages_run_nothing_and_load_nothing()
    {
        var seller = marketplace.NewSeller();
        foreach (var language in new[] { "zh", "en" })
        {
            var page = await Browser()
                .Open(Authorization().Address(("seller", seller), ("lang", language), ("state", "\"><script>alert(1)</script>")), seller);

            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch("(src|href)=\"http", page.Text);
            Assert.Contains("default-src 'none'", page.Policy, StringComparison.Ordinal);
            Assert.Contains("form-action 'self' http://127.0.0.1:5099;", page.Policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", page.Policy, StringComparison.Ordinal);
            Assert.Contains(language == "zh" ? "lang=\"zh-CN\"" : "lang=\"en\"", page.Text, StringComparison.Ordinal);
        }
    }

    private static string Text(JsonElement answer, string name) => answer.GetProperty(name).GetString()!;

    private static void IsRefused(Answer answer, string error) =>
        Assert.True(
            answer.Status == HttpStatusCode.BadRequest && Text(answer.Json, "error") == error,
            $"expected {error}, but was {answer}"
        );

    private PluginAuthorization Authorization(string plugin = Plugin, string? verifier = null) =>
        verifier is null
            ? new(marketplace.Http, Client.Demo.ClientOf(plugin))
            : new(marketplace.Http, Client.Demo.ClientOf(plugin)) { Verifier = verifier };

    private async Task<(PluginAuthorization Plugin, BrowserAnswer Back)> Consented(string seller)
    {
        var (plugin, browser) = (Authorization(), Browser());
        var page = await browser.Open(plugin.Address(("seller", seller)), seller);
        var back = await browser.Submit(Consent, page, ("decision", "accept"));
        Assert.NotNull(back.Parameter("code"));
        return (plugin, back);
    }

    private async Task<(PluginAuthorization Plugin, JsonElement Answer)> Authorized()
    {
        var seller = marketplace.NewSeller();
        var (plugin, back) = await Consented(seller);
        await Verify(seller);
        return (plugin, (await plugin.Redeem(back.Parameter("code")!)).OrThrow().Json);
    }

    private async Task Disable(string installation) =>
        (await Client.SellerCommand(HttpMethod.Post, installation, "disable", new { reason = "a token leaked" })).OrThrow();

    private SellerBrowser Browser() => new(marketplace.Http);

    private Task<Answer> Call(string token) => Client.Send(HttpMethod.Get, "/open/v1/orders", token);

    private async Task Verify(string seller)
    {
        var id = new InstallationId(SellerId.Parse(seller, null), Catalogue.PluginId.Parse(Plugin, null));
        var grain = marketplace.Services.GetRequiredService<IGrainFactory>().GetGrain<IInstallationGrain>(GrainKeys.Of(id));
        var outcome = await grain.Execute(
            new InstallationCommand.AcceptEntity("91330100MA27XYZ12X"),
            new Initiator(ActorId.Parse("tests"), OperationId.Parse($"entity-{seller}"), null, ActorRole.Platform),
            Ended
        );
        Assert.Null(outcome.Refusal);
    }
}
