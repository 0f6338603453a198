using System.Net;
using Duende.IdentityModel.Client;
using Marketplace.Identity.Tokens;
using Marketplace.Journal;

namespace Marketplace.Identity.Tests;

public class RevocationTests : IdentityTest
{
    [Fact]
    public async Task A_revoked_plugin_token_reaches_the_installation_and_is_refused()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("plugin-labels", "plugin", "labels");
        var token = await host.Token("plugin-labels", secret, "seller-1/labels");
        var caller = (await host.Authenticate(token)).Caller!;

        Assert.False((await Revoke(host, "plugin-labels", secret, token)).IsError);

        Assert.Equal([("seller-1/labels", caller.TokenId, caller.ExpiresAt, ActorId.Parse("plugin-labels"))], host.Installations.Reported);
        Assert.Equal((HttpStatusCode.Unauthorized, "token-revoked"), await Get(host, "/as/plugin", token));
        Assert.Equal((HttpStatusCode.Unauthorized, "token-revoked"), await Get(host, "/as/plugin", token));
    }

    [Fact]
    public async Task A_revocation_that_the_installation_did_not_hear_of_can_be_repeated()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("plugin-labels", "plugin", "labels");
        var token = await host.Token("plugin-labels", secret, "seller-1/labels");

        host.Installations.Away = true;
        Assert.True((await Revoke(host, "plugin-labels", secret, token)).IsError);
        host.Installations.Away = false;
        Assert.False((await Revoke(host, "plugin-labels", secret, token)).IsError);

        Assert.Single(host.Installations.Reported);
        Assert.Equal(TokenFailure.Revoked, (await host.Authenticate(token)).Failure);
    }

    [Fact]
    public async Task Another_client_cannot_revoke_or_see_a_token()
    {
        await using var host = await IdentityHost.Start(Store);
        var token = await host.Token("plugin-labels", await host.Client("plugin-labels", "plugin", "labels"), "seller-1/labels");
        var secret = await host.Client("plugin-prices", "plugin", "prices");

        await Revoke(host, "plugin-prices", secret, token);

        Assert.Empty(host.Installations.Reported);
        Assert.Equal(TokenFailure.None, (await host.Authenticate(token)).Failure);
        Assert.False((await Introspect(host, "plugin-prices", secret, token)).IsActive);
    }

    [Fact]
    public async Task A_revoked_token_of_another_role_is_refused_here_at_once_and_elsewhere_after_the_interval()
    {
        await using var here = await IdentityHost.Start(Store);
        await using var there = await IdentityHost.Start(Store, here.Time);
        var secret = await here.Client("the-platform", "platform");
        var token = await here.Token("the-platform", secret);
        Assert.Equal(TokenFailure.None, (await here.Authenticate(token)).Failure);
        Assert.Equal(TokenFailure.None, (await there.Authenticate(token)).Failure);

        Assert.False((await Revoke(here, "the-platform", secret, token)).IsError);

        Assert.Equal(TokenFailure.Revoked, (await here.Authenticate(token)).Failure);
        there.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenFailure.Revoked, (await there.Authenticate(token)).Failure);
        Assert.Equal(TokenFailure.Revoked, (await there.Authenticate(token)).Failure);
    }

    [Fact]
    public async Task Introspection_describes_a_token_to_its_holder_until_it_is_revoked()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("plugin-labels", "plugin", "labels");
        var token = await host.Token("plugin-labels", secret, "seller-1/labels");

        var active = await Introspect(host, "plugin-labels", secret, token);
        await Revoke(host, "plugin-labels", secret, token);
        var revoked = await Introspect(host, "plugin-labels", secret, token);
        var noise = await Introspect(host, "plugin-labels", secret, "a.b.c");

        Assert.True(active.IsActive, active.Error);
        Assert.Equal("seller-1/labels", active.Claims.Single(claim => claim.Type == "installation").Value);
        Assert.Equal("plugin", active.Claims.Single(claim => claim.Type == "role").Value);
        Assert.False(revoked.IsError);
        Assert.False(revoked.IsActive);
        Assert.False(noise.IsActive);
    }

    [Fact]
    public async Task Revocation_and_introspection_want_the_clients_secret()
    {
        await using var host = await IdentityHost.Start(Store);
        var token = await host.Token("the-platform", await host.Client("the-platform", "platform"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await Revoke(host, "the-platform", "guess", token)).HttpStatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Introspect(host, "the-platform", "guess", token)).HttpStatusCode);
        Assert.Equal(TokenFailure.None, (await host.Authenticate(token)).Failure);
    }

    private static async Task<(HttpStatusCode, string)> Get(IdentityHost host, string path, string token)
    {
        var (status, body, _) = await host.Get(path, token);
        return (status, body);
    }

    private static async Task<TokenRevocationResponse> Revoke(IdentityHost host, string id, string secret, string token)
    {
        using var request = new TokenRevocationRequest
        {
            Address = "connect/revoke",
            ClientId = id,
            ClientSecret = secret,
            Token = token,
        };
        return await host.Http.RevokeTokenAsync(request, Ended);
    }

    private static async Task<TokenIntrospectionResponse> Introspect(IdentityHost host, string id, string secret, string token)
    {
        using var request = new TokenIntrospectionRequest
        {
            Address = "connect/introspect",
            ClientId = id,
            ClientSecret = secret,
            Token = token,
        };
        return await host.Http.IntrospectTokenAsync(request, Ended);
    }
}
