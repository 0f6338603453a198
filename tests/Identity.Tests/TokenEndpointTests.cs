using System.Net;
using Duende.IdentityModel.Client;

namespace Marketplace.Identity.Tests;

public sealed class TokenEndpointTests : IdentityTest
{
    [Fact]
    public async Task Discovery_names_what_there_is_and_nothing_else()
    {
        await using var host = await IdentityHost.Start(Store);

        var document = await host.Discover();

        Assert.Equal(new Uri(host.Address, "connect/token").ToString(), document.TokenEndpoint);
        Assert.Equal(new Uri(host.Address, "connect/introspect").ToString(), document.IntrospectionEndpoint);
        Assert.Equal(new Uri(host.Address, "connect/revoke").ToString(), document.RevocationEndpoint);
        Assert.Equal(new Uri(host.Address, ".well-known/jwks").ToString(), document.JwksUri);
        Assert.Equal(
            ["authorization_code", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"],
            document.GrantTypesSupported.Order(StringComparer.Ordinal)
        );
        Assert.Equal(new Uri(host.Address, "connect/authorize").ToString(), document.AuthorizeEndpoint);
        Assert.Equal(["code"], document.ResponseTypesSupported);
        Assert.Equal(["query"], document.ResponseModesSupported);
        Assert.Equal(["S256"], document.CodeChallengeMethodsSupported);
        Assert.NotEmpty(document.KeySet!.Keys);
        Assert.All(document.KeySet!.Keys, key => Assert.Equal("RS256", key.Alg));
        Assert.All(document.KeySet!.Keys, key => Assert.False(key.HasPrivateKey));
    }

    [Theory]
    [InlineData("platform")]
    [InlineData("seller-center")]
    [InlineData("operator")]
    [InlineData("entity-reviewer")]
    [InlineData("security-reviewer")]
    [InlineData("business-reviewer")]
    public async Task A_client_gets_a_token_of_its_role_for_an_hour(string role)
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("a-client", role);

        var answer = await host.Ask("a-client", secret);

        Assert.False(answer.IsError, answer.Error);
        Assert.Equal(3600, answer.ExpiresIn);
        Assert.Equal("Bearer", answer.TokenType);
        var token = await host.Introspect("a-client", secret, answer.AccessToken!);
        Assert.Equal("marketplace", token.GetProperty("aud").GetString());
        Assert.Equal(host.Address.AbsoluteUri, token.GetProperty("iss").GetString());
        Assert.Equal(role, token.GetProperty("role").GetString());
        Assert.Equal("a-client", token.GetProperty("sub").GetString());
        Assert.Equal("a-client", token.GetProperty("client_id").GetString());
        Assert.Equal(host.Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds(), token.GetProperty("exp").GetInt64());
        Assert.Equal((await host.Authenticate(answer.AccessToken!)).Caller!.TokenId, token.GetProperty("jti").GetString());
        Assert.False(token.TryGetProperty("installation", out _));
    }

    [Fact]
    public async Task A_plugins_token_names_its_installation()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("plugin-labels", "plugin", "labels");

        var text = await host.Token("plugin-labels", secret, "seller-1/labels");
        var token = await host.Introspect("plugin-labels", secret, text);

        Assert.Equal("plugin", token.GetProperty("role").GetString());
        Assert.Equal("seller-1", token.GetProperty("seller").GetString());
        Assert.Equal("labels", token.GetProperty("plugin").GetString());
        Assert.Equal("seller-1/labels", token.GetProperty("installation").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("labels")]
    [InlineData("seller-1/labels/more")]
    [InlineData("seller-1/prices")]
    [InlineData("seller-3/labels")]
    public async Task A_plugin_gets_no_token_for_anything_but_an_installation_of_its_own(string installation)
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("plugin-labels", "plugin", "labels");

        var answer = await host.Ask("plugin-labels", secret, installation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.HttpStatusCode);
        Assert.Equal("invalid_request", answer.Error);
        Assert.NotEmpty(answer.ErrorDescription!);
    }

    [Fact]
    public async Task A_plugins_client_that_names_no_installation_gets_a_token_of_a_role_of_its_own()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("plugin-labels", "plugin", "labels");

        var token = await host.Introspect("plugin-labels", secret, (await host.Ask("plugin-labels", secret)).AccessToken!);

        Assert.Equal("plugin-client", token.GetProperty("role").GetString());
        Assert.Equal("labels", token.GetProperty("plugin").GetString());
        Assert.False(token.TryGetProperty("installation", out _));
    }

    [Fact]
    public async Task A_foreign_and_an_unknown_installation_are_answered_alike()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("plugin-labels", "plugin", "labels");

        var foreign = await host.Ask("plugin-labels", secret, "seller-1/prices");
        var unknown = await host.Ask("plugin-labels", secret, "seller-9/labels");

        Assert.Equal(foreign.Raw, unknown.Raw);
    }

    [Fact]
    public async Task Only_a_plugin_may_name_an_installation()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("the-platform", "platform");

        var answer = await host.Ask("the-platform", secret, "seller-1/labels");

        Assert.Equal("invalid_request", answer.Error);
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_client_are_401()
    {
        await using var host = await IdentityHost.Start(Store);
        await host.Client("the-platform", "platform");

        foreach (var id in new[] { "the-platform", "nobody" })
        {
            using var form = new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["grant_type"] = "client_credentials",
                    ["client_id"] = id,
                    ["client_secret"] = "guess",
                }
            );
            var answer = await host.Http.PostAsync(new Uri("connect/token", UriKind.Relative), form, Ended);

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains("\"error\": \"invalid_client\"", await answer.Content.ReadAsStringAsync(Ended), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_secret_may_come_in_the_authorization_header()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("the-platform", "platform");
        using var request = new ClientCredentialsTokenRequest
        {
            Address = "connect/token",
            ClientId = "the-platform",
            ClientSecret = secret,
            ClientCredentialStyle = ClientCredentialStyle.AuthorizationHeader,
        };

        var answer = await host.Http.RequestClientCredentialsTokenAsync(request, Ended);

        Assert.False(answer.IsError, answer.Error);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("urn:ietf:params:oauth:grant-type:device_code")]
    public async Task No_other_grant_is_taken(string grant)
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("the-platform", "platform");
        using var request = new TokenRequest
        {
            Address = "connect/token",
            ClientId = "the-platform",
            ClientSecret = secret,
            GrantType = grant,
        };
        request.Parameters.Add("username", "a");
        request.Parameters.Add("password", "b");
        request.Parameters.Add("refresh_token", "c");
        request.Parameters.Add("code", "d");

        var answer = await host.Http.RequestTokenAsync(request, Ended);

        Assert.Equal((HttpStatusCode.BadRequest, "unsupported_grant_type"), (answer.HttpStatusCode, answer.Error));
    }

    [Theory]
    [InlineData("platform", "authorization_code")]
    [InlineData("seller-center", "refresh_token")]
    [InlineData("operator", "urn:ietf:params:oauth:grant-type:token-exchange")]
    [InlineData("entity-reviewer", "urn:ietf:params:oauth:grant-type:token-exchange")]
    public async Task A_grant_of_another_role_is_not_taken(string role, string grant)
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("a-client", role);
        using var request = new TokenRequest
        {
            Address = "connect/token",
            ClientId = "a-client",
            ClientSecret = secret,
            GrantType = grant,
        };
        request.Parameters.Add("refresh_token", "c");
        request.Parameters.Add("code", "d");
        request.Parameters.Add("redirect_uri", "http://127.0.0.1:5099/callback");
        request.Parameters.Add("subject_token", "e");
        request.Parameters.Add("subject_token_type", "urn:ietf:params:oauth:token-type:jwt");

        var answer = await host.Http.RequestTokenAsync(request, Ended);

        Assert.Equal(HttpStatusCode.BadRequest, answer.HttpStatusCode);
        Assert.Contains(answer.Error, new[] { "unauthorized_client", "invalid_grant", "invalid_request" });
    }

    [Fact]
    public async Task No_client_is_made_a_sellers_user()
    {
        await using var host = await IdentityHost.Start(Store);

        await Assert.ThrowsAsync<ArgumentException>(() => host.Client("a-client", "seller-user"));
    }

    [Theory]
    [InlineData("GET", "connect/token?grant_type=client_credentials&client_id=the-platform&client_secret=x", null)]
    [InlineData("POST", "connect/token", "{}")]
    [InlineData("GET", "connect/authorize?response_type=token&client_id=the-platform", null)]
    public async Task Requests_of_another_form_are_refused(string method, string path, string? json)
    {
        await using var host = await IdentityHost.Start(Store);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = json is null ? null : new StringContent(json, null, "application/json");

        var answer = await host.Http.SendAsync(request, Ended);

        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    [Fact]
    public async Task Plain_http_is_refused_unless_it_was_allowed()
    {
        await using var host = await IdentityHost.Start(Store, null, ("AllowHttp", "false"));
        var secret = await host.Client("the-platform", "platform");

        var answer = await host.Ask("the-platform", secret);

        Assert.True(answer.IsError);
        Assert.Equal(HttpStatusCode.BadRequest, answer.HttpStatusCode);
    }
}
