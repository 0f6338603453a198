using System.Text.Json;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Http;

/// <summary>An operator ends what a client has open: browsers, tokens, refresh tokens.</summary>
public sealed class ClientSessionTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Ending_a_clients_sessions_signs_its_browsers_out_at_once()
    {
        // Nobody else's: other tests sign in as the operator of the demo.
        var secret = await marketplace.NewClient("operator-who-leaves", "operator");
        var first = await SignIn("operator-who-leaves", secret);
        var second = await SignIn("operator-who-leaves", secret);
        var path = "/platform/v1/clients/operator-who-leaves/sessions";
        var before = (await Client.Send(HttpMethod.Get, path, await Client.OperatorToken())).OrThrow().Json;

        var ended = (await Client.Send(HttpMethod.Post, path + "/end", await Client.OperatorToken())).OrThrow().Json;
        var after = (await Client.Send(HttpMethod.Get, path, await Client.OperatorToken())).OrThrow().Json;

        Assert.Equal(
            (2, 2, 0),
            (
                before.GetProperty("sessions").GetArrayLength(),
                ended.GetProperty("browsers").GetInt32(),
                after.GetProperty("sessions").GetArrayLength()
            )
        );
        foreach (var cookie in new[] { first, second })
        {
            (await marketplace.Http.Raw("GET", "/platform/v1/incidents", token: null, headers: ("Cookie", cookie))).IsProblem(
                401,
                "token-missing",
                cookie
            );
        }
    }

    [Fact]
    public async Task Ending_a_plugins_sessions_ends_its_refresh_tokens_and_their_access_tokens()
    {
        var seller = marketplace.NewSeller();
        var browser = new SellerBrowser(marketplace.Http);
        var secret = await marketplace.NewClient("a-second-client-of-lingua", "plugin", "lingua");
        var plugin = new PluginAuthorization(
            marketplace.Http,
            new DemoClient("a-second-client-of-lingua", secret, "plugin", "lingua", TestPlugins.RedirectUri)
        );
        var back = await browser.Submit("/connect/authorize", await browser.Open(plugin.Address(), seller), ("decision", "accept"));
        var tokens = (await plugin.Redeem(back.Parameter("code")!)).OrThrow().Json;

        var ended = (
            await Client.Send(HttpMethod.Post, "/platform/v1/clients/a-second-client-of-lingua/sessions/end", await Client.OperatorToken())
        )
            .OrThrow()
            .Json;

        Assert.Equal(1, ended.GetProperty("refresh_families").GetInt32());
        var call = await marketplace.Http.Raw("GET", "/open/v1/quota", tokens.GetProperty("access_token").GetString());
        call.IsProblem(401, "token-revoked", "quota");
        Assert.Equal(
            "invalid_grant",
            (await plugin.Refresh(tokens.GetProperty("refresh_token").GetString()!)).Json.GetProperty("error").GetString()
        );
    }

    [Fact]
    public async Task Ending_a_plugins_sessions_voids_the_tokens_of_its_own_credentials_from_the_next_call_on_and_is_a_fact()
    {
        var installation = await marketplace.NewInstallation();
        var plugin = installation.Split('/')[1];
        var client = $"a-client-of-{plugin}-{Guid.NewGuid():N}"[..40];
        var secret = await marketplace.NewClient(client, "plugin", plugin);
        var token = await Token(client, secret, installation);
        Assert.Equal(200, (await marketplace.Http.Raw("GET", "/open/v1/quota", token)).Status);

        (await Client.Send(HttpMethod.Post, $"/platform/v1/clients/{client}/sessions/end", await Client.OperatorToken())).OrThrow();

        (await marketplace.Http.Raw("GET", "/open/v1/quota", token)).IsProblem(401, "token-revoked", "quota");
        Assert.Equal(200, (await marketplace.Http.Raw("GET", "/open/v1/quota", await Token(client, secret, installation))).Status);
        var journal = (await LogExports.ReadAll(Client)).Journal.Split('\n');
        var fact = JsonDocument
            .Parse(Assert.Single(journal, line => line.Contains($"\"client/{client}\"", StringComparison.Ordinal)))
            .RootElement;
        Assert.Equal(("sessions-ended", "demo-operator"), (fact.GetProperty("type").GetString(), fact.GetProperty("actor").GetString()));
    }

    [Fact]
    public async Task A_changed_secret_is_a_fact_of_its_client_that_does_not_hold_it()
    {
        var client = $"a-client-with-a-new-secret-{Guid.NewGuid():N}"[..40];
        var first = await marketplace.NewClient(client, "platform");
        using var form = new FormUrlEncodedContent([new("client_id", client), new("client_secret", first)]);

        using var changed = await marketplace.Http.PostAsync(
            new Uri("/connect/client-secret", UriKind.Relative),
            form,
            TestContext.Current.CancellationToken
        );

        Assert.True(changed.IsSuccessStatusCode);
        var secret = JsonElement
            .Parse(await changed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .GetProperty("client_secret")
            .GetString()!;
        var journal = (await LogExports.ReadAll(Client)).Journal;
        var fact = JsonDocument
            .Parse(Assert.Single(journal.Split('\n'), line => line.Contains($"\"client/{client}\"", StringComparison.Ordinal)))
            .RootElement;
        Assert.Equal(("secret-changed", client), (fact.GetProperty("type").GetString(), fact.GetProperty("actor").GetString()));
        Assert.DoesNotContain(secret, journal, StringComparison.Ordinal);
        (await marketplace.Http.Raw("POST", "/connect/client-secret?once=true", token: null)).IsProblem(400, "parameter-invalid");
    }

    [Fact]
    public async Task A_new_signing_key_is_a_fact_of_the_operator_that_made_it()
    {
        (await Client.Send(HttpMethod.Post, "/platform/v1/keys/rotate", await Client.OperatorToken())).OrThrow();

        var journal = (await LogExports.ReadAll(Client)).Journal.Split('\n');
        Assert.Contains(journal, line =>
            line.Contains("\"client/demo-operator\"", StringComparison.Ordinal)
            && line.Contains("\"signing-key-rotated\"", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_seller_that_signed_out_is_asked_to_sign_in_whoever_kept_the_cookie()
    {
        var seller = marketplace.NewSeller();
        var plugin = new PluginAuthorization(marketplace.Http, Client.Demo.ClientOf("order-pilot"));
        var browser = new SellerBrowser(marketplace.Http);
        await browser.Open(plugin.Address(), seller);
        var thief = browser.Copy();
        Assert.Null((await thief.Get(plugin.Address())).Location);

        await browser.PostFrom(null, "/connect/sign-out", []);

        Assert.StartsWith("/demo/issuer/sign-in", (await thief.Get(plugin.Address())).Location?.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_client_has_no_sessions() =>
        (await marketplace.Http.Raw("POST", "/platform/v1/clients/nobody/sessions/end", await Client.OperatorToken())).IsProblem(
            404,
            "not-found",
            "nobody"
        );

    private async Task<string> Token(string client, string secret, string installation)
    {
        using var form = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("client_id", client),
            new("client_secret", secret),
            new("installation", installation),
        ]);
        using var answer = await marketplace.Http.PostAsync(
            new Uri("/connect/token", UriKind.Relative),
            form,
            TestContext.Current.CancellationToken
        );
        return JsonElement
            .Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .GetProperty("access_token")
            .GetString()!;
    }

    private async Task<string> SignIn(string id, string secret)
    {
        using var form = new FormUrlEncodedContent([new("client_id", id), new("client_secret", secret)]);
        using var answer = await marketplace.Http.PostAsync(
            new Uri("/ops/sign-in", UriKind.Relative),
            form,
            TestContext.Current.CancellationToken
        );
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }
}
