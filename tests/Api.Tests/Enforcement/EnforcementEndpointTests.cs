using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Api.Tests.Developers;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Enforcement;

/// <summary>Operators act against developers and plugins over HTTP, and everybody sees what they did.</summary>
public class EnforcementEndpointTests(TestMarketplace marketplace)
{
    private const string Texts =
        """ "rule":"private-data","reason":{"zh":"泄露隐私。","en":"It leaks."},"advice":{"zh":"请停用。","en":"Stop using it."} """;

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_freeze_takes_two_persons_ends_tokens_and_is_lifted_without_residue()
    {
        var author = await DeveloperScenario.NewAuthor(marketplace);
        var plugin = await author.NewSubmittedPlugin();
        var made = (await author.Post($"/developer/v1/plugins/{plugin}/clients")).OrThrow().Json;
        var (client, secret) = (Text(made, "client_id"), Text(made, "client_secret"));
        Assert.Equal(200, (await Token(client, secret)).Status);
        var (ann, bob) = (await Operator("ann"), await Operator("bob"));
        var before = (await author.Get($"/developer/v1/developers/{author.Developer}")).OrThrow().Text;

        var freeze = $$"""{"kind":"freeze","developer":"{{author.Developer}}",{{Texts}}}""";
        (await marketplace.Http.Raw("POST", "/platform/v1/enforcement", await Client.OperatorToken(), freeze.ToUtf8())).Answer.IsProblem(
            403,
            "person-needed"
        );
        var proposed = (await ann.Post("/platform/v1/enforcement", freeze)).OrThrow().Json;
        var one = $"/platform/v1/enforcement/{proposed.GetProperty("number").GetInt32()}";
        Assert.Equal("proposed", Text(proposed, "state"));
        Assert.Equal(200, (await Token(client, secret)).Status);
        (await ann.Post(one + "/confirm")).IsProblem(403, "second-operator-needed");

        var frozen = (await bob.Post(one + "/confirm")).OrThrow().Json;

        Assert.Equal(plugin, frozen.GetProperty("plugins")[0].GetString());
        Assert.Equal("access-2026-12", Text(frozen, "policy"));
        var refused = await Token(client, secret);
        Assert.Equal((400, "unauthorized_client"), (refused.Status, Text(refused.Answer.Json, "error")));
        (await author.Post($"/developer/v1/plugins/{plugin}/clients")).IsProblem(403, "developer-frozen");
        var notice = Text(frozen, "notice");
        var shown = (await marketplace.Http.Raw("GET", $"/catalogue/v1/notices?notice={notice}", null)).Answer.OrThrow();
        Assert.Equal("It leaks.", Text(shown.Json.GetProperty("notices")[0].GetProperty("reason"), "en"));
        Assert.DoesNotContain("ann", shown.Text, StringComparison.Ordinal);

        await Appeal(author, bob, one, notice);

        (await ann.Post(one + "/lift", """{"reason":"The leak is closed."}""")).OrThrow();
        Assert.Equal(200, (await Token(client, secret)).Status);
        Assert.Equal(before, (await author.Get($"/developer/v1/developers/{author.Developer}")).OrThrow().Text);
        var counts = (await ann.Get("/platform/v1/enforcement/counters")).OrThrow().Json.GetProperty("counts").EnumerateArray();
        Assert.Contains(counts, count => Text(count, "rule") == "private-data" && count.GetProperty("lifted").GetInt32() > 0);
    }

    [Fact]
    public async Task A_delisted_plugin_is_not_found_gets_no_token_and_its_calls_are_refused_until_it_is_lifted()
    {
        var plugin = $"delisted-{Guid.NewGuid():N}";
        await Register(plugin);
        var client = $"client-of-{plugin}";
        var secret = await marketplace.NewClient(client, "plugin", plugin);
        var seller = marketplace.NewSeller();
        await Client.Install(seller, plugin, [.. TestPlugins.AllScopes]);
        var token = Text((await Token(client, secret, $"{seller}/{plugin}")).Answer.Json, "access_token");
        Assert.Equal(200, await Call(token));
        var ann = await Operator("ann");
        var preview = (await ann.Get($"/platform/v1/enforcement/preview?plugin={plugin}")).OrThrow().Json;
        Assert.Equal((1, 1), (preview.GetProperty("installations").GetInt32(), preview.GetProperty("running").GetInt32()));
        await Eventually.Holds(async () => await Shown(plugin) == 200, "the catalogue has it");

        var delisted = (await ann.Post("/platform/v1/enforcement", $$"""{"kind":"delisting","plugin":"{{plugin}}",{{Texts}}}"""))
            .OrThrow()
            .Json;

        await Eventually.Holds(async () => await Call(token) == 403, "calls are refused");
        Assert.Equal(400, (await Token(client, secret, $"{seller}/{plugin}")).Status);
        await Eventually.Holds(async () => await Shown(plugin) == 404, "the catalogue hides it");
        var told = await Eventually.Get(
            async () =>
                (await Client.Send(HttpMethod.Get, $"/seller/v1/notifications?seller={seller}", await Client.SellerCenterToken()))
                    .OrThrow()
                    .Json,
            page => Kinds(page).Contains("plugin.plugin-blocked"),
            "the seller is told"
        );
        var notice = Text(delisted, "notice");
        Assert.Contains(told.GetProperty("notifications").EnumerateArray(), one =>
            Text(one.GetProperty("text"), "en").EndsWith($"it is delisted (notice {notice}). Stop using it.", StringComparison.Ordinal)
        );

        var number = delisted.GetProperty("number").GetInt32();
        (await ann.Post($"/platform/v1/enforcement/{number}/lift", """{"reason":"Corrected."}""")).OrThrow();
        await Eventually.Holds(async () => await Call(token) == 200, "calls pass again");
        await Eventually.Holds(async () => await Shown(plugin) == 200, "the catalogue has it again");
        Assert.Equal(200, (await Token(client, secret, $"{seller}/{plugin}")).Status);
    }

    private static async Task Appeal(DeveloperPerson author, DeveloperPerson @operator, string one, string notice)
    {
        var developer = $"/developer/v1/developers/{author.Developer}";
        var appeal = $$"""{"notice":"{{notice}}","text":"It was made-up data."}""";
        (await author.Post(developer + "/appeals", appeal)).OrThrow();
        (await author.Post(developer + "/appeals", appeal)).IsProblem(409, "enforcement-state-conflict");
        (await author.Post(developer + "/appeals", """{"notice":"MP-20200101-1","text":"x"}""")).IsProblem(404, "enforcement-not-found");
        (await @operator.Post(one + "/reject-appeal", """{"reason":"The log says otherwise."}""")).OrThrow();
        var own = (await author.Get(developer + "/notices")).OrThrow().Json.GetProperty("notices")[0];
        Assert.Equal("The log says otherwise.", Text(own.GetProperty("appeal"), "answer"));
    }

    private async Task<DeveloperPerson> Operator(string person) =>
        new(marketplace, await Client.StaffToken("operator-user", person), string.Empty);

    private async Task Register(string plugin)
    {
        var profile = TestPlugins.All[0] with { Id = PluginId.Parse(plugin, null) };
        var by = new Initiator(ActorId.Parse("tests"), OperationId.Parse(MarketplaceClient.NewKey()), null, ActorRole.Platform);
        await marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IPluginGrain>(GrainKeys.Of(profile.Id))
            .Register(profile, by, TestContext.Current.CancellationToken);
    }

    private async Task<int> Call(string token) => (await marketplace.Http.Raw("GET", "/open/v1/orders", token)).Status;

    private async Task<int> Shown(string plugin) => (await marketplace.Http.Raw("GET", $"/catalogue/v1/plugins/{plugin}", null)).Status;

    private async Task<(int Status, Answer Answer)> Token(string client, string secret, string? installation = null)
    {
        var answer = await Client.RequestToken(client, secret, installation);
        return ((int)answer.Status, answer);
    }

    private static IEnumerable<string> Kinds(JsonElement page) =>
        page.GetProperty("notifications").EnumerateArray().Select(told => Text(told, "kind"));

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
