using System.Text.Json;

namespace Marketplace.Api.Tests.Developers;

/// <summary>A developer manages the clients of its own plugins, and of no other.</summary>
public class PluginClientTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_client_is_created_used_rotated_and_revoked()
    {
        var (author, plugin) = await Submitted();
        var clients = $"/developer/v1/plugins/{plugin}/clients";

        var exchange = await marketplace.Http.Raw(
            "POST",
            clients,
            author.Token,
            """{"redirect_uris":["https://tag-bee.example/back"]}""".ToUtf8()
        );

        var made = exchange.Answer.OrThrow();
        var (id, secret) = (Text(made.Json, "client_id"), Text(made.Json, "client_secret"));
        Assert.True(exchange.Headers.CacheControl!.NoStore);
        var listed = Assert.Single((await author.Get(clients)).OrThrow().Json.GetProperty("clients").EnumerateArray());
        Assert.Equal((id, "plugin", plugin), (Text(listed, "id"), Text(listed, "role"), Text(listed, "plugin")));
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("last_used_at").ValueKind);
        Assert.DoesNotContain(secret, (await author.Get($"{clients}/{id}")).OrThrow().Text, StringComparison.Ordinal);

        Assert.Equal(200, await TokenStatus(id, secret));
        Assert.NotEqual(JsonValueKind.Null, (await One(author, clients, id)).GetProperty("last_used_at").ValueKind);

        var rotated = Text((await author.Post($"{clients}/{id}/secret", """{"overlap_hours":1}""")).OrThrow().Json, "client_secret");
        Assert.Equal((200, 200), (await TokenStatus(id, secret), await TokenStatus(id, rotated)));
        var uris = (await author.Send("PUT", $"{clients}/{id}/redirect-uris", """{"redirect_uris":["https://tag-bee.example/b"]}"""));
        Assert.Equal("https://tag-bee.example/b", uris.OrThrow().Json.GetProperty("redirect_uris")[0].GetString());

        (await author.Post($"{clients}/{id}/revoke")).OrThrow();
        Assert.Equal((401, 401), (await TokenStatus(id, secret), await TokenStatus(id, rotated)));
        (await author.Post($"{clients}/{id}/secret")).IsProblem(409, "client-revoked");
    }

    [Fact]
    public async Task A_plugin_without_a_submitted_version_gets_no_client()
    {
        var author = await DeveloperScenario.NewAuthor(marketplace);
        var plugin = await author.NewPlugin();
        await author.AddVersion(plugin, DeveloperScenario.Manifest(plugin), DeveloperScenario.Scan);

        (await author.Post($"/developer/v1/plugins/{plugin}/clients")).IsProblem(409, "plugin-not-submitted");
    }

    [Fact]
    public async Task Clients_of_other_plugins_do_not_exist_and_finance_sees_none()
    {
        var (author, plugin) = await Submitted();
        var (other, theirs) = await Submitted();
        var id = Text((await other.Post($"/developer/v1/plugins/{theirs}/clients")).OrThrow().Json, "client_id");
        var clients = $"/developer/v1/plugins/{plugin}/clients";

        (await author.Get($"/developer/v1/plugins/{theirs}/clients")).IsProblem(404, "listing-not-found");
        (await author.Get($"{clients}/{id}")).IsProblem(404, "client-not-found");
        (await author.Post($"{clients}/{id}/revoke")).IsProblem(404, "client-not-found");
        (await author.Post($"{clients}/demo-platform/secret")).IsProblem(404, "client-not-found");
        (await author.Send("PUT", $"/developer/v1/developers/{author.Developer}/members/fay", """{"role":"finance"}""")).OrThrow();
        var fay = author with { Token = await Client.DeveloperToken(author.Developer, "fay", "finance") };
        (await fay.Get(clients)).IsProblem(403, "role-not-allowed");
        (await fay.Post(clients)).IsProblem(403, "role-not-allowed");
    }

    [Fact]
    public async Task A_plugin_has_at_most_twenty_clients_that_are_not_revoked()
    {
        var (author, plugin) = await Submitted();
        var clients = $"/developer/v1/plugins/{plugin}/clients";
        var first = Text((await author.Post(clients)).OrThrow().Json, "client_id");
        for (var made = 1; made < 20; made++)
        {
            (await author.Post(clients)).OrThrow();
        }

        (await author.Post(clients)).IsProblem(409, "client-limit");

        (await author.Post($"{clients}/{first}/revoke")).OrThrow();
        (await author.Post(clients)).OrThrow();
    }

    private async Task<(DeveloperPerson Author, string Plugin)> Submitted()
    {
        var author = await DeveloperScenario.NewAuthor(marketplace);
        return (author, await author.NewSubmittedPlugin());
    }

    private static async Task<JsonElement> One(DeveloperPerson author, string clients, string id) =>
        (await author.Get($"{clients}/{id}")).OrThrow().Json;

    private async Task<int> TokenStatus(string client, string secret) => (int)(await Client.RequestToken(client, secret)).Status;

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
