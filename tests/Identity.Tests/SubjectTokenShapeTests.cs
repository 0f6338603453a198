using System.Globalization;
using System.Net;
using Duende.IdentityModel.Client;

namespace Marketplace.Identity.Tests;

/// <summary>Subject tokens that are signed as they should be and yet mean two things, and each one's single use.</summary>
public class SubjectTokenShapeTests : IdentityTest, IDisposable
{
    private const string Jwt = "urn:ietf:params:oauth:token-type:jwt";
    private const string Header = """{"alg":"RS256","typ":"JWT","kid":"key-1"}""";
    private const string Claims =
        """ "iss":"https://accounts.example","aud":"marketplace","sub":"li-lei","seller":"seller-1","role":"owner","iat":NOW,"exp":END """;

    private readonly TestIssuer _issuer = new();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _issuer.Dispose();
    }

    [Theory]
    [InlineData(Header, Claims + """,  "jti":"a" """, null)]
    [InlineData(
        Header,
        """ "iss":"https://accounts.example","aud":["another","marketplace"],"sub":"li-lei","seller":"seller-1","role":"owner","exp":END.5 """,
        null
    )]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"key-1","crit":["exp"]}""", Claims, "crit")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"key-1","crit":["b64"],"b64":false}""", Claims, "crit")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"key-1","crit":[]}""", Claims, "crit")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"key-1","b64":true}""", Claims, "b64")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"key-1","kid":"key-1"}""", Claims, "named once")]
    [InlineData(Header, Claims + ""","role":"owner" """, "named once")]
    [InlineData(Header, Claims + ""","nbf":"NOW" """, "nbf")]
    [InlineData(Header, Claims + ""","nbf":-1 """, "nbf")]
    [InlineData(Header, Claims + ""","jti":7 """, "jti")]
    [InlineData(Header, Claims + ""","jti":"" """, "jti")]
    [InlineData(
        Header,
        """ "iss":"https://accounts.example","aud":"marketplace","sub":"li-lei","seller":"seller-1","role":"owner","exp":"END" """,
        "exp"
    )]
    [InlineData(
        Header,
        """ "iss":"https://accounts.example","aud":"marketplace","sub":"li-lei","seller":"seller-1","role":"owner","exp":[END] """,
        "exp"
    )]
    [InlineData(
        Header,
        """ "iss":"https://accounts.example","aud":"marketplace","sub":"li-lei","seller":"seller-1","role":"owner","exp":1e300 """,
        "exp"
    )]
    [InlineData(
        Header,
        """ "iss":"https://accounts.example","aud":"marketplace","sub":"li-lei","seller":"seller-1","role":"owner","iat":"NOW","exp":END """,
        "iat"
    )]
    [InlineData(
        Header,
        """ "iss":"https://accounts.example","aud":{"a":"marketplace"},"sub":"li-lei","seller":"seller-1","role":"owner","exp":END """,
        "aud"
    )]
    [InlineData(
        Header,
        """ "iss":"https://accounts.example","aud":["marketplace",1],"sub":"li-lei","seller":"seller-1","role":"owner","exp":END """,
        "aud"
    )]
    [InlineData(
        Header,
        """ "iss":"https://accounts.example","aud":"marketplace","sub":"li-lei","seller":"seller-1","role":["owner"],"exp":END """,
        "role"
    )]
    [InlineData(
        Header,
        """ "iss":"https://accounts.example","aud":"marketplace","sub":7,"seller":"seller-1","role":"owner","exp":END """,
        "sub"
    )]
    [InlineData(
        Header,
        """ "iss":"https://accounts.example","aud":"marketplace","sub":"li-lei","seller":1,"role":"owner","exp":END """,
        "seller"
    )]
    public async Task A_token_is_taken_only_if_every_member_is_there_once_and_of_its_type(string header, string claims, string? named)
    {
        await using var host = await Host();
        var secret = await host.Client("the-center", "seller-center");
        var now = host.Time.GetUtcNow().ToUnixTimeSeconds();
        var payload = claims
            .Replace("NOW", now.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("END", (now + 600).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

        var answer = await Exchange(host, "the-center", secret, _issuer.Raw(header, $"{{{payload}}}"));

        Assert.Equal(named is null ? null : "invalid_request", answer.Error);
        Assert.Contains(named ?? "", answer.ErrorDescription ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("an-id")]
    [InlineData(null)]
    public async Task A_token_is_good_once_in_all_processes_and_after_a_start(string? id)
    {
        string secret,
            token;
        await using (var host = await Host())
        {
            secret = await host.Client("the-center", "seller-center");
            token = Token(host, id);
            await using var other = await Host();
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(n => Exchange(n % 2 == 0 ? host : other, "the-center", secret, token))
            );

            Assert.Single(answers, answer => !answer.IsError);
            Assert.All(answers.Where(answer => answer.IsError), answer => Assert.Equal("invalid_request", answer.Error));
            await host.Maintain();
        }

        await using var later = await Host();
        Assert.Contains("used before", (await Exchange(later, "the-center", secret, token)).ErrorDescription, StringComparison.Ordinal);
        Assert.False((await Exchange(later, "the-center", secret, Token(later, "another-id"))).IsError);
        later.Time.Advance(TimeSpan.FromHours(3));
        await later.Maintain();
        Assert.Contains("expired", (await Exchange(later, "the-center", secret, token)).ErrorDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_may_not_exchange_uses_nothing_up()
    {
        await using var host = await Host();
        var (center, plugin) = (await host.Client("the-center", "seller-center"), await host.Client("plugin-labels", "plugin", "labels"));
        var token = Token(host, "an-id");

        Assert.True((await Exchange(host, "plugin-labels", plugin, token)).IsError);
        Assert.True((await Exchange(host, "the-center", plugin, token)).IsError);

        Assert.False((await Exchange(host, "the-center", center, token)).IsError);
    }

    [Fact]
    public async Task A_browser_that_signed_in_with_a_token_leaves_nothing_to_exchange()
    {
        await using var host = await Host();
        var secret = await host.Client("the-center", "seller-center");
        var token = Token(host, "an-id");

        Assert.Equal(HttpStatusCode.SeeOther, await SignIn(host, token));

        Assert.Equal(HttpStatusCode.Unauthorized, await SignIn(host, token));
        Assert.Contains("used before", (await Exchange(host, "the-center", secret, token)).ErrorDescription, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> SignIn(IdentityHost host, string token)
    {
        using var form = new FormUrlEncodedContent([new("subject_token", token), new("return", "/connect/authorize?client_id=x")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/sign-in") { Content = form };
        request.Headers.Add("Origin", host.Address.GetLeftPart(UriPartial.Authority));
        using var response = await host.Http.SendAsync(request, Ended);
        return response.StatusCode;
    }

    private static async Task<TokenResponse> Exchange(IdentityHost host, string client, string secret, string token)
    {
        using var request = new TokenExchangeTokenRequest
        {
            Address = "connect/token",
            ClientId = client,
            ClientSecret = secret,
            SubjectToken = token,
            SubjectTokenType = Jwt,
        };
        return await host.Http.RequestTokenExchangeTokenAsync(request, Ended);
    }

    private string Token(IdentityHost host, string? id) => _issuer.Token(host.Time.GetUtcNow(), token =>
        {
            token.Claims.Remove("jti");
            if (id is not null)
            {
                token.Claims["jti"] = id;
            }
        });

    private Task<IdentityHost> Host() => IdentityHost.StartWithSellers(Store, _issuer.Settings);
}
