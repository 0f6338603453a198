using System.Text;
using System.Text.Json;

namespace Marketplace.Api.Tests.Http;

/// <summary>Operators create, change and revoke OAuth clients over HTTP.</summary>
public sealed class ClientAdministrationTests(TestMarketplace marketplace)
{
    private const string Root = "/platform/v1/clients";

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_created_client_gets_tokens_with_a_secret_that_is_shown_only_once()
    {
        var id = NewId();
        var body = JsonSerializer.SerializeToUtf8Bytes(new { id, role = "platform" });
        var made = await marketplace.Http.Raw("POST", Root, await Client.OperatorToken(), body);
        var secret = made.Answer.Json.GetProperty("client_secret").GetString()!;

        var shown = await Send(HttpMethod.Get, $"{Root}/{id}");
        var again = await Send(HttpMethod.Post, Root, new { id, role = "platform" });

        Assert.Equal((201, $"{Root}/{id}", "no-store"), (made.Status, made.Field("Location"), made.Field("Cache-Control")));
        Assert.True(await Works(id, secret));
        Assert.Equal(
            ("platform", JsonValueKind.Null),
            (shown.Json.GetProperty("role").GetString(), shown.Json.GetProperty("revoked_at").ValueKind)
        );
        Assert.DoesNotContain(secret, shown.Text, StringComparison.Ordinal);
        again.IsProblem(409, "client-exists");
        var fact = Assert.Single(await Facts(id));
        Assert.Equal(("client-created", "demo-operator"), (fact.GetProperty("type").GetString(), fact.GetProperty("actor").GetString()));
    }

    [Theory]
    [InlineData("""{"role":"platform"}""", 422, "client-invalid")]
    [InlineData("""{"id":"a b","role":"platform"}""", 422, "client-invalid")]
    [InlineData("""{"id":"refused","role":"emperor"}""", 422, "client-invalid")]
    [InlineData("""{"id":"refused","role":"plugin","plugin":"no/plugin"}""", 422, "client-invalid")]
    [InlineData("""{"id":"refused","role":"plugin","plugin":"lingua","redirect_uris":["callback"]}""", 422, "client-invalid")]
    [InlineData("""{"id":"refused","role":"platform","secret":"mine"}""", 400, "body-invalid")]
    [InlineData("""["refused"]""", 400, "body-invalid")]
    public async Task What_cannot_be_a_client_is_refused_and_leaves_no_fact(string body, int status, string code)
    {
        (await marketplace.Http.Raw("POST", Root, await Client.OperatorToken(), Encoding.UTF8.GetBytes(body))).IsProblem(
            status,
            code,
            body
        );

        (await Send(HttpMethod.Get, $"{Root}/refused")).IsProblem(404, "client-not-found");
        Assert.Empty(await Facts("refused"));
    }

    [Fact]
    public async Task A_new_secret_leaves_the_one_before_good_for_the_overlap_and_none_without()
    {
        var id = NewId();
        var first = (await Send(HttpMethod.Post, Root, new { id, role = "platform" })).Json.GetProperty("client_secret").GetString()!;

        var second = await Send(HttpMethod.Post, $"{Root}/{id}/secret", new { overlap_hours = 24 });
        Assert.True(await Works(id, first));
        var third = await Send(HttpMethod.Post, $"{Root}/{id}/secret");

        Assert.False(await Works(id, first));
        Assert.False(await Works(id, second.Json.GetProperty("client_secret").GetString()!));
        Assert.True(await Works(id, third.Json.GetProperty("client_secret").GetString()!));
        (await Send(HttpMethod.Post, $"{Root}/{id}/secret", new { overlap_hours = 169 })).IsProblem(400, "body-invalid");
        (await Send(HttpMethod.Post, $"{Root}/nobody-of-that-id/secret")).IsProblem(404, "client-not-found");
    }

    [Fact]
    public async Task The_redirect_URIs_of_a_plugins_client_are_replaced()
    {
        var id = NewId();
        await Send(
            HttpMethod.Post,
            Root,
            new
            {
                id,
                role = "plugin",
                plugin = "lingua",
                redirect_uris = new[] { "https://old.example/back" },
            }
        );

        var changed = await Send(
            HttpMethod.Put,
            $"{Root}/{id}/redirect-uris",
            new { redirect_uris = new[] { "https://new.example/back" } }
        );

        Assert.Equal(
            ["https://new.example/back"],
            changed.Json.GetProperty("redirect_uris").EnumerateArray().Select(uri => uri.GetString())
        );
        (await Send(HttpMethod.Put, $"{Root}/{id}/redirect-uris", new { redirect_uris = new[] { "http://new.example/back" } })).IsProblem(
            422,
            "client-invalid"
        );
        (await Send(HttpMethod.Put, $"{Root}/{id}/redirect-uris", new { })).IsProblem(422, "client-invalid");
    }

    [Fact]
    public async Task A_revoked_plugins_client_is_refused_from_the_next_call_on_and_stays_so()
    {
        var installation = await marketplace.NewInstallation();
        var (id, plugin) = (NewId(), installation.Split('/')[1]);
        var secret = (
            await Send(
                HttpMethod.Post,
                Root,
                new
                {
                    id,
                    role = "plugin",
                    plugin,
                }
            )
        ).Json.GetProperty("client_secret").GetString()!;
        var token = (await Client.RequestToken(id, secret, installation)).Json.GetProperty("access_token").GetString()!;
        Assert.Equal(200, (await marketplace.Http.Raw("GET", "/open/v1/quota", token)).Status);

        var revoked = await Send(HttpMethod.Post, $"{Root}/{id}/revoke");
        var again = await Send(HttpMethod.Post, $"{Root}/{id}/revoke");

        (await marketplace.Http.Raw("GET", "/open/v1/quota", token)).IsProblem(401, "token-revoked", "quota");
        Assert.False(await Works(id, secret));
        Assert.Equal(revoked.Json.GetProperty("revoked_at").GetString(), again.Json.GetProperty("revoked_at").GetString());
        (await Send(HttpMethod.Post, $"{Root}/{id}/secret")).IsProblem(409, "client-revoked");
        Assert.Single(await Facts(id), fact => fact.GetProperty("type").GetString() == "client-revoked");
    }

    [Fact]
    public async Task Clients_are_listed_by_id_page_by_page()
    {
        var prefix = NewId();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await Send(HttpMethod.Post, Root, new { id = $"{prefix}-{name}", role = "security-reviewer" });
        }

        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await Send(HttpMethod.Get, $"{Root}?role=security-reviewer&limit=2&cursor={cursor}")).OrThrow().Json;
            listed.AddRange(page.GetProperty("clients").EnumerateArray().Select(client => client.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        } while (cursor is not null);

        Assert.Equal(["a", "b", "c"], listed.Where(id => id.StartsWith(prefix, StringComparison.Ordinal)).Select(id => id[^1..]));
        Assert.Contains("demo-security-reviewer", listed);
        Assert.DoesNotContain("demo-operator", listed);
        (await Send(HttpMethod.Get, $"{Root}?role=emperor")).IsProblem(400, "parameter-invalid");
    }

    private static string NewId() => $"made-{Guid.NewGuid():N}";

    private async Task<Answer> Send(HttpMethod method, string path, object? body = null) =>
        await Client.Send(method, path, await Client.OperatorToken(), body);

    private async Task<bool> Works(string client, string secret) => (await Client.RequestToken(client, secret)).IsSuccess;

    private async Task<IReadOnlyList<JsonElement>> Facts(string client) =>
        [
            .. (await LogExports.ReadAll(Client))
                .Journal.Split('\n')
                .Where(line => line.Contains($"\"client/{client}\"", StringComparison.Ordinal))
                .Select(line => JsonElement.Parse(line)),
        ];
}
