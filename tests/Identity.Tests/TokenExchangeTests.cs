using System.Net;
using Duende.IdentityModel.Client;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity.Tests;

/// <summary>Seller Center's exchange of a subject token (RFC 8693), and each way in which one is wrong.</summary>
public sealed class TokenExchangeTests : IdentityTest, IDisposable
{
    private const string Jwt = "urn:ietf:params:oauth:token-type:jwt";

    private readonly TestIssuer _issuer = new();

    public void Dispose() => _issuer.Dispose();

    public static TheoryData<string> WrongTokens { get; } = new(Wrong.Keys);

    private static Dictionary<string, Action<SecurityTokenDescriptor>> Wrong =>
        new()
        {
            ["another audience"] = token => token.Audience = "another",
            ["no audience"] = token => token.Audience = null,
            ["another issuer"] = token => token.Issuer = "https://evil.example",
            ["an issuer in another case"] = token => token.Issuer = "https://ACCOUNTS.example",
            ["expired"] = token =>
                (token.IssuedAt, token.NotBefore, token.Expires) = (
                    token.IssuedAt!.Value.AddHours(-1),
                    token.NotBefore!.Value.AddHours(-1),
                    token.IssuedAt!.Value
                ),
            ["no end"] = token => token.Expires = null,
            ["not yet valid"] = token => token.NotBefore = token.NotBefore!.Value.AddMinutes(1),
            ["issued in the future"] = token => token.IssuedAt = token.IssuedAt!.Value.AddMinutes(1),
            ["an access token"] = token => token.TokenType = "at+jwt",
            ["a key of its own"] = token =>
                token.SigningCredentials = new SigningCredentials(
                    new RsaSecurityKey(System.Security.Cryptography.RSA.Create(2048)) { KeyId = "key-1" },
                    SecurityAlgorithms.RsaSha256
                ),
            ["no user"] = token => token.Claims.Remove("sub"),
            ["a user with a colon"] = token => token.Claims["sub"] = "li:lei",
            ["a user of 129 characters"] = token => token.Claims["sub"] = new string('l', 129),
            ["two users"] = token => token.Claims["sub"] = new[] { "li-lei", "han" },
            ["no seller"] = token => token.Claims.Remove("seller"),
            ["two sellers"] = token => token.Claims["seller"] = new[] { "seller-1", "seller-2" },
            ["a seller that is no id"] = token => token.Claims["seller"] = "seller/1",
            ["no role"] = token => token.Claims.Remove("role"),
            ["another role"] = token => token.Claims["role"] = "Owner",
        };

    [Theory]
    [InlineData("owner", Jwt)]
    [InlineData("staff", Jwt)]
    [InlineData("finance", "urn:ietf:params:oauth:token-type:id_token")]
    public async Task The_result_is_bound_to_user_seller_and_role_names_the_actor_and_ends_with_the_subject_token(string role, string type)
    {
        await using var host = await Host();
        var secret = await host.Client("the-center", "seller-center");

        var answer = await Exchange(
            host,
            "the-center",
            secret,
            _issuer.Token(host.Time.GetUtcNow(), token => token.Claims["role"] = role),
            type
        );

        Assert.False(answer.IsError, answer.ErrorDescription);
        Assert.Equal(("Bearer", "urn:ietf:params:oauth:token-type:access_token"), (answer.TokenType, answer.IssuedTokenType));
        Assert.Equal(20 * 60, answer.ExpiresIn);
        Assert.Null(answer.RefreshToken);
        var issued = await host.Introspect("the-center", secret, answer.AccessToken!);
        Assert.Equal(
            ("li-lei", "seller-user", "seller-1", "li-lei", role, "the-center"),
            (Claim("sub"), Claim("role"), Claim("seller"), Claim("user"), Claim("user_role"), Claim("client_id"))
        );
        Assert.Equal("the-center", issued.GetProperty("act").GetProperty("sub").GetString());
        Assert.Equal(HttpStatusCode.OK, (await host.Get("/as/seller", answer.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Get("/as/seller-center", answer.AccessToken)).Status);
        host.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Get("/as/seller", answer.AccessToken)).Status);

        string? Claim(string name) => issued.GetProperty(name).GetString();
    }

    [Fact]
    public async Task The_result_lives_an_hour_at_most()
    {
        await using var host = await Host(("AccessTokenLifetime", "10:00:00"));
        var secret = await host.Client("the-center", "seller-center");

        var answer = await Exchange(
            host,
            "the-center",
            secret,
            _issuer.Token(host.Time.GetUtcNow(), token => token.Expires = token.IssuedAt!.Value.AddHours(5))
        );

        Assert.Equal(3600, answer.ExpiresIn);
    }

    [Theory]
    [MemberData(nameof(WrongTokens))]
    public async Task A_wrong_subject_token_is_an_invalid_request(string what)
    {
        await using var host = await Host();
        var secret = await host.Client("the-center", "seller-center");

        await IsInvalid(host, secret, _issuer.Token(host.Time.GetUtcNow(), Wrong[what]), what);
        Assert.False((await Exchange(host, "the-center", secret, _issuer.Token(host.Time.GetUtcNow()))).IsError);
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT"}""", false)]
    [InlineData("""{"alg":"None"}""", false)]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"key-1"}""", true)]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"key-1"}""", false)]
    public async Task A_signature_that_proves_nothing_is_refused(string header, bool signWithPublicKey)
    {
        await using var host = await Host();
        var secret = await host.Client("the-center", "seller-center");

        await IsInvalid(host, secret, _issuer.WithHeader(_issuer.Token(host.Time.GetUtcNow()), header, signWithPublicKey), header);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("not a token")]
    public async Task What_is_no_token_is_refused(string token)
    {
        await using var host = await Host();

        await IsInvalid(host, await host.Client("the-center", "seller-center"), token, token);
    }

    [Fact]
    public async Task Our_own_tokens_are_no_subject_tokens()
    {
        await using var host = await Host();
        var secret = await host.Client("the-center", "seller-center");
        var user = (await Exchange(host, "the-center", secret, _issuer.Token(host.Time.GetUtcNow()))).AccessToken!;

        await IsInvalid(host, secret, user, "a seller's user's");
        await IsInvalid(host, secret, await host.Token("the-center", secret), "Seller Center's");
        var asAccessToken = await Exchange(host, "the-center", secret, user, "urn:ietf:params:oauth:token-type:access_token");
        Assert.Equal("invalid_request", asAccessToken.Error);
    }

    [Theory]
    [InlineData("platform", null)]
    [InlineData("operator", null)]
    [InlineData("plugin", "labels")]
    public async Task Only_seller_center_acts_for_users(string role, string? plugin)
    {
        await using var host = await Host();
        var secret = await host.Client("another", role, plugin);

        var answer = await Exchange(host, "another", secret, _issuer.Token(host.Time.GetUtcNow()));

        Assert.Equal("unauthorized_client", answer.Error);
    }

    [Theory]
    [InlineData("actor_token", "x")]
    [InlineData("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")]
    [InlineData("audience", "another")]
    public async Task What_is_not_offered_is_refused(string parameter, string value)
    {
        await using var host = await Host();
        var secret = await host.Client("the-center", "seller-center");

        var answer = await Exchange(host, "the-center", secret, _issuer.Token(host.Time.GetUtcNow()), Jwt, (parameter, value));

        Assert.True(answer.IsError);
        Assert.Equal(HttpStatusCode.BadRequest, answer.HttpStatusCode);
    }

    [Fact]
    public async Task A_published_key_set_is_read_again_for_a_new_key_but_not_for_every_made_up_one()
    {
        await using var published = await PublishedKeys.Start();
        using var before = new TestIssuer();
        published.Jwks = before.Jwks.Replace("key-1", "key-0", StringComparison.Ordinal);
        await using var host = await IdentityHost.StartWithSellers(
            Store,
            [("Issuers:0:Issuer", TestIssuer.Name), ("Issuers:0:JwksUri", published.Address)]
        );
        var secret = await host.Client("the-center", "seller-center");
        for (var i = 0; i < 5; i++)
        {
            await IsInvalid(host, secret, _issuer.Token(host.Time.GetUtcNow()), "an unknown key");
        }

        Assert.Equal(1, published.Reads);
        published.Jwks = _issuer.Jwks;
        host.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.False((await Exchange(host, "the-center", secret, _issuer.Token(host.Time.GetUtcNow()))).IsError);
        Assert.Equal(2, published.Reads);

        // The keys serve on while the issuer is away, and are read again after their time.
        published.IsAway = true;
        host.Time.Advance(TimeSpan.FromHours(12));
        Assert.False((await Exchange(host, "the-center", secret, _issuer.Token(host.Time.GetUtcNow()))).IsError);
        Assert.Equal(3, published.Reads);
    }

    [Fact]
    public async Task An_issuer_that_was_never_reached_is_told_from_a_wrong_token()
    {
        await using var published = await PublishedKeys.Start();
        published.IsAway = true;
        await using var host = await IdentityHost.StartWithSellers(
            Store,
            [("Issuers:0:Issuer", TestIssuer.Name), ("Issuers:0:JwksUri", published.Address)]
        );
        var secret = await host.Client("the-center", "seller-center");

        Assert.Equal("temporarily_unavailable", (await Exchange(host, "the-center", secret, _issuer.Token(host.Time.GetUtcNow()))).Error);
        (published.IsAway, published.Jwks) = (false, _issuer.Jwks);
        Assert.False((await Exchange(host, "the-center", secret, _issuer.Token(host.Time.GetUtcNow()))).IsError);
    }

    [Fact]
    public async Task Without_a_configured_issuer_nobody_is_exchanged()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("the-center", "seller-center");

        await IsInvalid(host, secret, _issuer.Token(host.Time.GetUtcNow()), "no issuer");
    }

    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}""")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task An_issuer_without_public_keys_stops_the_start(string? jwks)
    {
        await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            (string, string)[] keys = jwks is null ? [] : [("Issuers:0:Jwks", jwks)];
            await using var host = await IdentityHost.StartWithSellers(Store, [("Issuers:0:Issuer", TestIssuer.Name), .. keys]);
        });
    }

    private Task<IdentityHost> Host(params (string, string)[] settings) => IdentityHost.StartWithSellers(Store, _issuer.Settings, settings);

    private static async Task IsInvalid(IdentityHost host, string secret, string token, string what)
    {
        var answer = await Exchange(host, "the-center", secret, token);
        Assert.True(
            answer is { IsError: true, Error: "invalid_request", HttpStatusCode: HttpStatusCode.BadRequest },
            $"{what}: {answer.Raw}"
        );
    }

    private static async Task<TokenResponse> Exchange(
        IdentityHost host,
        string id,
        string secret,
        string token,
        string type = Jwt,
        params (string Name, string Value)[] more
    )
    {
        using var request = new TokenRequest
        {
            Address = "connect/token",
            ClientId = id,
            ClientSecret = secret,
            GrantType = "urn:ietf:params:oauth:grant-type:token-exchange",
        };
        request.Parameters.Add("subject_token", token);
        request.Parameters.Add("subject_token_type", type);
        foreach (var (name, value) in more)
        {
            request.Parameters.Add(name, value);
        }

        return await host.Http.RequestTokenAsync(request, Ended);
    }
}
