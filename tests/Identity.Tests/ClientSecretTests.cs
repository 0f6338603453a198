using System.Net;
using System.Text;
using System.Text.Json;

namespace Marketplace.Identity.Tests;

/// <summary>A client changes its secret with the one that it has (ASVS 6.2.2, 6.2.3).</summary>
public sealed class ClientSecretTests : IdentityTest
{
    private const string Path = "/connect/client-secret";

    [Fact]
    public async Task The_new_secret_opens_what_the_old_one_did_and_the_old_one_nothing()
    {
        await using var host = await IdentityHost.Start(Store);
        var first = await host.Client("a-client", "platform");
        using var before = await Token(host, first);
        var token = JsonElement.Parse(await before.Content.ReadAsStringAsync(Ended)).GetProperty("access_token").GetString()!;

        using var changed = await Change(host, "a-client", first);
        var answer = JsonElement.Parse(await changed.Content.ReadAsStringAsync(Ended));
        var second = answer.GetProperty("client_secret").GetString()!;

        Assert.Equal((HttpStatusCode.OK, "a-client"), (changed.StatusCode, answer.GetProperty("client_id").GetString()));
        Assert.True(changed.Headers.CacheControl!.NoStore);
        Assert.Equal((43, false), (second.Length, second == first));
        using var old = await Token(host, first);
        using var now = await Token(host, second);
        using var again = await Change(host, "a-client", first);
        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Unauthorized),
            (old.StatusCode, now.StatusCode, again.StatusCode)
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/as/platform");
        request.Headers.Authorization = new("Bearer", token);
        using var goesOn = await host.Http.SendAsync(request, Ended);
        Assert.Equal(HttpStatusCode.OK, goesOn.StatusCode);
        Assert.Equal(("a-client", "127.0.0.1"), Assert.Single(host.Installations.SecretChanges));
    }

    [Fact]
    public async Task It_is_sent_by_Basic_or_in_the_form_but_not_by_both_and_once_a_minute()
    {
        await using var host = await IdentityHost.Start(Store);
        var secret = await host.Client("a client:1", "platform");
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString("a client:1")}:{secret}"));

        var both = await ByBasic(host, basic, ("client_id", "a client:1"));
        var twice = await ByBasic(host, basic: null, ("client_id", "a client:1"), ("client_id", "a client:1"), ("client_secret", secret));
        var changed = await ByBasic(host, basic);
        var second = JsonElement.Parse(changed.Body).GetProperty("client_secret").GetString()!;
        using var soon = await Change(host, "a client:1", second);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        using var later = await Change(host, "a client:1", second);

        Assert.Equal((400, 400, 200, 429, 200), (both.Status, twice.Status, changed.Status, (int)soon.StatusCode, (int)later.StatusCode));
        Assert.Equal(TimeSpan.FromMinutes(1), soon.Headers.RetryAfter!.Delta);
        Assert.Equal(2, host.Installations.SecretChanges.Count);
    }

    [Theory]
    [InlineData("a-client", "wrong", 401, "invalid_client")]
    [InlineData("a-client", "", 401, "invalid_client")]
    [InlineData("nobody", "wrong", 401, "invalid_client")]
    [InlineData("", "wrong", 400, "invalid_request")]
    public async Task Without_the_secret_nothing_is_changed(string client, string secret, int status, string error)
    {
        await using var host = await IdentityHost.Start(Store);
        var first = await host.Client("a-client", "platform");

        using var refused = await Change(host, client, secret);

        Assert.Equal(status, (int)refused.StatusCode);
        Assert.Equal(error, JsonElement.Parse(await refused.Content.ReadAsStringAsync(Ended)).GetProperty("error").GetString());
        using var token = await Token(host, first);
        Assert.Equal(HttpStatusCode.OK, token.StatusCode);
        Assert.Empty(host.Installations.SecretChanges);
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_refused()
    {
        await using var host = await IdentityHost.Start(Store);
        using var json = new StringContent("""{"client_id":"a-client"}""", Encoding.UTF8, "application/json");

        using var refused = await host.Http.PostAsync(Path, json, Ended);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    private static async Task<(int Status, string Body)> ByBasic(
        IdentityHost host,
        string? basic,
        params (string Name, string Value)[] members
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new FormUrlEncodedContent(members.Select(member => KeyValuePair.Create(member.Name, member.Value))),
        };
        request.Headers.Authorization = basic is null ? null : new("Basic", basic);
        using var answer = await host.Http.SendAsync(request, Ended);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ended));
    }

    private static async Task<HttpResponseMessage> Change(IdentityHost host, string client, string secret)
    {
        using var form = new FormUrlEncodedContent([new("client_id", client), new("client_secret", secret)]);
        return await host.Http.PostAsync(Path, form, Ended);
    }

    private static async Task<HttpResponseMessage> Token(IdentityHost host, string secret)
    {
        using var form = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("client_id", "a-client"),
            new("client_secret", secret),
        ]);
        return await host.Http.PostAsync("/connect/token", form, Ended);
    }
}
