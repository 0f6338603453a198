using System.Net;
using Duende.IdentityModel.Client;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity.Tests;

/// <summary>Exchanges for persons of developers and of staff, which an issuer has to be trusted with.</summary>
public sealed class PersonExchangeTests : IdentityTest, IDisposable
{
    private readonly TestIssuer _issuer = new();

    public void Dispose() => _issuer.Dispose();

    [Theory]
    [InlineData("owner")]
    [InlineData("developer")]
    [InlineData("finance")]
    public async Task A_developers_person_is_bound_to_developer_and_role(string role)
    {
        await using var host = await Host("Developers");
        var secret = await host.Client("the-center", "seller-center");

        var token = (await Exchange(host, secret, token => Developer(token, role))).AccessToken!;

        var issued = await host.Introspect("the-center", secret, token);
        Assert.Equal(
            ("developer-user", "lamp-works", "li-lei", role),
            (Claim("role"), Claim("developer"), Claim("user"), Claim("user_role"))
        );
        Assert.False(issued.TryGetProperty("seller", out _));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Get("/as/seller", token)).Status);

        string? Claim(string name) => issued.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("operator-user")]
    [InlineData("entity-reviewer-user")]
    [InlineData("security-reviewer-user")]
    [InlineData("business-reviewer-user")]
    public async Task Staff_have_their_role_and_act_for_nobody(string role)
    {
        await using var host = await Host("Sellers, Staff");
        var secret = await host.Client("the-center", "seller-center");

        var token = (await Exchange(host, secret, token => Staff(token, role))).AccessToken!;

        var issued = await host.Introspect("the-center", secret, token);
        Assert.Equal((role, "li-lei"), (issued.GetProperty("role").GetString(), issued.GetProperty("user").GetString()));
        Assert.False(issued.TryGetProperty("seller", out _));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Get("/as/seller", token)).Status);
    }

    [Fact]
    public async Task An_issuer_of_sellers_users_names_neither_operators_nor_developers()
    {
        await using var host = await Host("Sellers");
        var secret = await host.Client("the-center", "seller-center");

        Assert.Equal("invalid_request", (await Exchange(host, secret, token => Staff(token, "operator-user"))).Error);
        Assert.Equal("invalid_request", (await Exchange(host, secret, token => Developer(token, "owner"))).Error);
        Assert.Null((await Exchange(host, secret, _ => { })).Error);
    }

    [Fact]
    public async Task An_issuer_of_others_names_no_sellers_users()
    {
        await using var host = await Host("Developers, Staff");
        var secret = await host.Client("the-center", "seller-center");

        Assert.Equal("invalid_request", (await Exchange(host, secret, _ => { })).Error);
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("platform")]
    [InlineData("seller-user")]
    [InlineData("developer-user")]
    [InlineData("owner")]
    public async Task Staff_have_no_other_role(string role)
    {
        await using var host = await Host("Sellers, Developers, Staff");
        var secret = await host.Client("the-center", "seller-center");

        Assert.Equal("invalid_request", (await Exchange(host, secret, token => Staff(token, role))).Error);
    }

    [Fact]
    public async Task Nobody_acts_for_a_seller_and_a_developer()
    {
        await using var host = await Host("Sellers, Developers, Staff");
        var secret = await host.Client("the-center", "seller-center");

        var answer = await Exchange(host, secret, token => token.Claims["developer"] = "lamp-works");

        Assert.Equal("invalid_request", answer.Error);
        Assert.Contains("a seller or a developer, not both", answer.ErrorDescription, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData("")]
    public async Task A_sellers_user_who_is_no_developer_may_have_the_claim(object developer)
    {
        await using var host = await Host("Sellers, Developers, Staff");
        var secret = await host.Client("the-center", "seller-center");

        var token = (await Exchange(host, secret, token => token.Claims["developer"] = developer)).AccessToken!;

        var issued = await host.Introspect("the-center", secret, token);
        Assert.Equal(("seller-user", "seller-1"), (issued.GetProperty("role").GetString(), issued.GetProperty("seller").GetString()));
        Assert.False(issued.TryGetProperty("developer", out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData("")]
    public async Task An_empty_developer_makes_nobody_staff(object developer)
    {
        await using var host = await Host("Sellers, Developers, Staff");
        var secret = await host.Client("the-center", "seller-center");

        var answer = await Exchange(host, secret, token =>
        {
            Staff(token, "operator-user");
            token.Claims["developer"] = developer;
        });

        Assert.Equal("invalid_request", answer.Error);
    }

    [Theory]
    [InlineData("lamp/works", "owner")]
    [InlineData("lamp-works", "staff")]
    [InlineData("lamp-works", "Owner")]
    public async Task A_wrong_developer_or_role_is_refused(string developer, string role)
    {
        await using var host = await Host("Developers");
        var secret = await host.Client("the-center", "seller-center");

        var answer = await Exchange(host, secret, token =>
        {
            Developer(token, role);
            token.Claims["developer"] = developer;
        });

        Assert.Equal("invalid_request", answer.Error);
    }

    private Task<IdentityHost> Host(string kinds) =>
        IdentityHost.StartWithSellers(Store, [.. _issuer.Settings, ("Issuers:0:Kinds", kinds)]);

    private async Task<TokenResponse> Exchange(IdentityHost host, string secret, Action<SecurityTokenDescriptor> change)
    {
        using var request = new TokenRequest
        {
            Address = "connect/token",
            ClientId = "the-center",
            ClientSecret = secret,
            GrantType = "urn:ietf:params:oauth:grant-type:token-exchange",
        };
        request.Parameters.Add("subject_token", _issuer.Token(host.Time.GetUtcNow(), change));
        request.Parameters.Add("subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
        return await host.Http.RequestTokenAsync(request, Ended);
    }

    private static void Developer(SecurityTokenDescriptor token, string role)
    {
        token.Claims.Remove("seller");
        token.Claims["developer"] = "lamp-works";
        token.Claims["role"] = role;
    }

    private static void Staff(SecurityTokenDescriptor token, string role)
    {
        token.Claims.Remove("seller");
        token.Claims["role"] = role;
    }
}
