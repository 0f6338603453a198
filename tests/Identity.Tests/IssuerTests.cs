using System.Net;
using System.Text.Json;
using Marketplace.Identity.Tokens;

namespace Marketplace.Identity.Tests;

/// <summary>Under which address the server speaks of itself, and what its metadata say of it.</summary>
public sealed class IssuerTests : IdentityTest
{
    private const string OpenId = "/.well-known/openid-configuration";
    private const string OAuth = "/.well-known/oauth-authorization-server";

    [Theory]
    [InlineData("https://market.example", "https://market.example/")]
    [InlineData("https://market.example/", "https://market.example/")]
    [InlineData("https://market.example/shop", "https://market.example/shop/")]
    public async Task Every_address_begins_with_the_configured_issuer_whatever_the_request_says(string issuer, string begins)
    {
        await using var host = await IdentityHost.Start(Store, null, ("Issuer", issuer));
        (string, string)[] forged =
        [
            ("Host", "evil.example"),
            ("X-Forwarded-Host", "evil.example"),
            ("X-Forwarded-Proto", "http"),
            ("Forwarded", "host=evil.example"),
        ];

        foreach (var path in new[] { OpenId, OAuth })
        {
            var (status, body, _) = await host.Get(path, null, forged);

            Assert.Equal(HttpStatusCode.OK, status);
            Assert.DoesNotContain("evil", body, StringComparison.Ordinal);
            var document = JsonDocument.Parse(body).RootElement;
            Assert.Equal(new Uri(issuer), new Uri(document.GetProperty("issuer").GetString()!));
            var addresses = document.EnumerateObject().Where(IsAddress).ToArray();
            Assert.True(addresses.Length >= 5, body);
            Assert.All(addresses, address => Assert.StartsWith(begins, address.Value.GetString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_issuer_of_a_token_is_the_configured_one()
    {
        await using var host = await IdentityHost.Start(Store, null, ("Issuer", "https://market.example/"));
        var secret = await host.Client("a-client", "platform");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent([
                new("grant_type", "client_credentials"),
                new("client_id", "a-client"),
                new("client_secret", secret),
            ]),
        };
        request.Headers.Host = "evil.example";

        using var response = await host.Http.SendAsync(request, Ended);

        var token = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ended)).RootElement.GetProperty("access_token").GetString();
        Assert.Equal("https://market.example/", (await host.Introspect("a-client", secret, token!)).GetProperty("iss").GetString());
        Assert.Equal(TokenFailure.None, (await host.Authenticate(token!)).Failure);
    }

    [Fact]
    public async Task A_token_of_an_earlier_issuer_is_refused_and_introspection_agrees()
    {
        await using var before = await IdentityHost.Start(Store, null, ("Issuer", "https://before.example/"));
        var secret = await before.Client("a-client", "platform");
        var token = await before.Token("a-client", secret);

        await using var host = await IdentityHost.Start(Store, before.Time, ("Issuer", "https://market.example/"));

        Assert.Equal(TokenFailure.Invalid, (await host.Authenticate(token)).Failure);
        Assert.False((await host.Introspect("a-client", secret, token)).GetProperty("active").GetBoolean());
        Assert.True((await before.Introspect("a-client", secret, token)).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Both_documents_say_the_same_but_for_what_only_OpenID_Connect_asks_for()
    {
        await using var host = await IdentityHost.Start(Store);

        var openId = Members((await host.Get(OpenId, null)).Body);
        var oauth = Members((await host.Get(OAuth, null)).Body);

        Assert.Equal(
            ["id_token_signing_alg_values_supported", "subject_types_supported"],
            openId.Keys.Except(oauth.Keys).Order(StringComparer.Ordinal)
        );
        Assert.Empty(oauth.Keys.Except(openId.Keys));
        Assert.All(oauth, member => Assert.Equal(openId[member.Key], member.Value));
    }

    [Fact]
    public async Task The_metadata_are_complete_and_true()
    {
        await using var host = await IdentityHost.Start(Store);
        var document = JsonDocument.Parse((await host.Get(OAuth, null)).Body).RootElement;

        Assert.Equal(
            ["authorization_code", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"],
            Texts("grant_types_supported")
        );
        Assert.Equal(["code"], Texts("response_types_supported"));
        Assert.Equal(["query"], Texts("response_modes_supported"));
        Assert.Equal(["S256"], Texts("code_challenge_methods_supported"));
        Assert.Contains("orders.read", Texts("scopes_supported"));
        Assert.DoesNotContain("openid", Texts("scopes_supported"));
        Assert.True(document.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        var secret = await host.Client("a-client", "platform");
        foreach (var door in new[] { "token", "introspection", "revocation" })
        {
            Assert.Equal(["client_secret_basic", "client_secret_post"], Texts($"{door}_endpoint_auth_methods_supported"));
            foreach (var isBasic in new[] { false, true })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, document.GetProperty($"{door}_endpoint").GetString());
                KeyValuePair<string, string>[] own = isBasic ? [] : [new("client_id", "a-client"), new("client_secret", secret)];
                request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("token", "x"), .. own]);
                request.Headers.Authorization = isBasic
                    ? new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"a-client:{secret}")))
                    : null;
                using var response = await host.Http.SendAsync(request, Ended);
                Assert.True(response.IsSuccessStatusCode, $"{door} {isBasic}: {await response.Content.ReadAsStringAsync(Ended)}");
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await host.Get(document.GetProperty("jwks_uri").GetString()!, null)).Status);

        string[] Texts(string name) =>
            [.. document.GetProperty(name).EnumerateArray().Select(text => text.GetString()!).Order(StringComparer.Ordinal)];
    }

    private static bool IsAddress(JsonProperty member) => member.Value.ValueKind == JsonValueKind.String && member.Name != "issuer";

    private static Dictionary<string, string> Members(string json) =>
        JsonDocument
            .Parse(json)
            .RootElement.EnumerateObject()
            .ToDictionary(member => member.Name, member => member.Value.GetRawText(), StringComparer.Ordinal);
}
