using System.Net;
using System.Security.Cryptography;
using Marketplace.Identity.Tokens;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity.Tests;

public sealed class VerificationTests : IdentityTest
{
    [Fact]
    public async Task A_token_opens_the_endpoints_of_its_role_only()
    {
        await using var host = await IdentityHost.Start(Store);
        var token = await host.Token("the-platform", await host.Client("the-platform", "platform"));

        Assert.Equal((HttpStatusCode.OK, "the-platform"), Answer(await host.Get("/as/platform", token)));
        Assert.Equal((HttpStatusCode.Forbidden, "role-forbidden"), Answer(await host.Get("/as/seller-center", token)));
        Assert.Equal((HttpStatusCode.Forbidden, "role-forbidden"), Answer(await host.Get("/as/operator", token)));
        Assert.Equal((HttpStatusCode.Forbidden, "role-forbidden"), Answer(await host.Get("/as/plugin", token)));
    }

    [Fact]
    public async Task The_caller_is_what_the_token_says()
    {
        await using var host = await IdentityHost.Start(Store);
        var token = await host.Token("plugin-labels", await host.Client("plugin-labels", "plugin", "labels"), "seller-1/labels");

        var caller = (await host.Authenticate(token)).Caller!;

        Assert.Equal(
            ("plugin", "plugin-labels", "seller-1", "labels", "seller-1/labels"),
            (caller.Role, caller.ClientId, caller.Seller, caller.Plugin, caller.Installation?.ToString())
        );
        Assert.Equal(host.Time.GetUtcNow().AddHours(1), caller.ExpiresAt);
        Assert.NotEmpty(caller.TokenId);
    }

    [Fact]
    public async Task The_second_use_comes_from_memory_without_allocating()
    {
        await using var host = await IdentityHost.Start(Store);
        var header =
            "Bearer " + await host.Token("plugin-labels", await host.Client("plugin-labels", "plugin", "labels"), "seller-1/labels");
        var first = await host.Authenticator.Authenticate(header, Ended);

        var answered = host.Authenticator.Authenticate(header, Ended);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            answered = host.Authenticator.Authenticate(header, Ended);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(answered.IsCompletedSuccessfully);
        Assert.Same(first.Caller, (await answered).Caller);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_expired_token_is_refused_whether_it_was_used_before_or_not(bool usedBefore)
    {
        await using var host = await IdentityHost.Start(Store);
        var token = await host.Token("the-platform", await host.Client("the-platform", "platform"));
        if (usedBefore)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.Get("/as/platform", token)).Status);
        }

        host.Time.Advance(TimeSpan.FromHours(1));

        var (status, code, response) = await host.Get("/as/platform", token);
        Assert.Equal((HttpStatusCode.Unauthorized, "token-expired"), (status, code));
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_lives_to_its_last_second()
    {
        await using var host = await IdentityHost.Start(Store);
        var token = await host.Token("the-platform", await host.Client("the-platform", "platform"));

        host.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.OK, (await host.Get("/as/platform", token)).Status);
    }

    [Fact]
    public async Task A_token_counts_in_the_authorization_header_only()
    {
        await using var host = await IdentityHost.Start(Store);
        var token = await host.Token("the-platform", await host.Client("the-platform", "platform"));

        var (status, code, response) = await host.Get($"/as/platform?access_token={token}", null, ("Cookie", $"access_token={token}"));

        Assert.Equal((HttpStatusCode.Unauthorized, "token-missing"), (status, code));
        Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forged_tokens_of_earlier_builds_are_refused()
    {
        await using var host = await IdentityHost.Start(Store, null, ("Issuer", "https://marketplace.example/"));
        await host.Client("the-platform", "platform");
        var genuine = await host.EarlierToken("the-platform", ("role", "platform"));
        Assert.Equal(TokenFailure.None, (await host.Authenticate(genuine)).Failure);
        var parts = genuine.Split('.');
        var changed = Base64UrlEncoder.Decode(parts[1]).Replace("platform", "operator", StringComparison.Ordinal);
        using var rsa = RSA.Create(2048);
        var key = await RealKey(host);
        var stranger = new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = key.Kid }, "RS256");

        var forged = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["alg none"] = $"{Encode("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.",
            ["alg none, signature kept"] = $"{Encode("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.{parts[2]}",
            ["swapped key"] = Sign(genuine, stranger, "at+jwt", _ => { }),
            ["public key as a shared secret"] = Sign(
                genuine,
                new SigningCredentials(new SymmetricSecurityKey(Base64UrlEncoder.DecodeBytes(key.N)) { KeyId = key.Kid }, "HS256"),
                "at+jwt",
                _ => { }
            ),
            ["changed payload"] = $"{parts[0]}.{Encode(changed)}.{parts[2]}",
            ["cut signature"] = genuine[..^8],
            ["no signature"] = $"{parts[0]}.{parts[1]}.",
            ["noise"] = "a.b.c",
        };

        foreach (var (name, token) in forged)
        {
            Assert.True((await host.Authenticate(token)).Failure == TokenFailure.Invalid, name);
            Assert.True((await host.Authenticate(token)).Failure == TokenFailure.Invalid, name + ", again");
        }
    }

    [Fact]
    public async Task Tokens_of_our_own_key_with_wrong_audience_issuer_or_type_are_refused()
    {
        await using var host = await IdentityHost.Start(Store, null, ("Issuer", "https://marketplace.example/"));
        await host.Client("the-platform", "platform");
        var genuine = await host.EarlierToken("the-platform", ("role", "platform"));
        var credentials = host.OwnSigningCredentials();

        // The same way of making it, unchanged, is taken: so it is the change that is refused below.
        Assert.Equal(TokenFailure.None, (await host.Authenticate(Sign(genuine, credentials, "at+jwt", _ => { }))).Failure);
        Assert.Equal(
            TokenFailure.Invalid,
            (await host.Authenticate(Sign(genuine, credentials, "at+jwt", claims => claims["aud"] = "elsewhere"))).Failure
        );
        Assert.Equal(
            TokenFailure.Invalid,
            (await host.Authenticate(Sign(genuine, credentials, "at+jwt", claims => claims.Remove("aud")))).Failure
        );
        Assert.Equal(
            TokenFailure.Invalid,
            (await host.Authenticate(Sign(genuine, credentials, "at+jwt", claims => claims["iss"] = "https://evil.example/"))).Failure
        );
        Assert.Equal(TokenFailure.Invalid, (await host.Authenticate(Sign(genuine, credentials, "JWT", _ => { }))).Failure);
        Assert.Equal(
            TokenFailure.Invalid,
            (await host.Authenticate(Sign(genuine, credentials, "at+jwt", claims => claims["role"] = "emperor"))).Failure
        );
    }

    [Theory]
    [InlineData("", TokenFailure.Missing)]
    [InlineData("Basic YTpi", TokenFailure.Missing)]
    [InlineData("Bearer", TokenFailure.Missing)]
    [InlineData("Bearer ", TokenFailure.Missing)]
    [InlineData("Bearer x", TokenFailure.Malformed)]
    [InlineData("Bearer a.b.c.d", TokenFailure.Malformed)]
    [InlineData("Bearer a.b.c d", TokenFailure.Malformed)]
    [InlineData("Bearer a.é.c", TokenFailure.Malformed)]
    public async Task Garbage_is_told_apart_without_a_look_at_the_store(string header, TokenFailure failure)
    {
        await using var host = await IdentityHost.Start(Store);

        var answer = host.Authenticator.Authenticate(header, Ended);

        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Equal(failure, (await answer).Failure);
    }

    [Fact]
    public async Task An_oversized_token_and_two_tokens_are_malformed()
    {
        await using var host = await IdentityHost.Start(Store);

        Assert.Equal(TokenFailure.Malformed, (await host.Authenticate(new string('a', 5000) + ".b.c")).Failure);
        Assert.Equal(
            TokenFailure.Malformed,
            (await host.Authenticator.Authenticate(new StringValues(["Bearer a.b.c", "Bearer d.e.f"]), Ended)).Failure
        );
    }

    private static (HttpStatusCode Status, string Body) Answer((HttpStatusCode Status, string Body, HttpResponseMessage Response) answer) =>
        (answer.Status, answer.Body);

    private static async Task<Duende.IdentityModel.Jwk.JsonWebKey> RealKey(IdentityHost host)
    {
        var json = await host.Http.GetStringAsync(new Uri(".well-known/jwks", UriKind.Relative), Ended);
        return new Duende.IdentityModel.Jwk.JsonWebKeySet(json).Keys.Single();
    }

    private static string Encode(string text) => Base64UrlEncoder.Encode(text);

    private static string Sign(string genuine, SigningCredentials credentials, string type, Action<Dictionary<string, object>> change)
    {
        var claims = new JsonWebToken(genuine).Claims.ToDictionary(
            claim => claim.Type,
            claim => claim.Type is "exp" or "iat" ? (object)long.Parse(claim.Value, null) : claim.Value,
            StringComparer.Ordinal
        );
        change(claims);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Claims = claims,
                SigningCredentials = credentials,
                TokenType = type,
            }
        );
    }
}
