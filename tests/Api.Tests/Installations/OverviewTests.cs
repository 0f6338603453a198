using System.Text.Json;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Installations;

/// <summary>The overview tells what a diagnosis would find in an installation's own state (R56, R57).</summary>
public sealed class OverviewTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task An_installation_without_problems_has_none()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few, "orders.read");

        var line = await Only(installation);

        Assert.Equal(("running", TestPlugins.Few), (Text(line, "state"), Text(line, "plugin")));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("last_error").ValueKind);
        Assert.DoesNotContain("installation-paused", Codes(line));
        Assert.DoesNotContain("quota-exceeded", Codes(line));
    }

    [Fact]
    public async Task A_pause_is_a_problem_with_its_instant_and_the_call_that_ends_it()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few, "orders.read");
        await Client.Pause(installation, "stocktaking");

        var problem = Find(await Only(installation), "installation-paused");

        Assert.Equal("error", Text(problem, "severity"));
        Assert.True(TimeProvider.System.GetUtcNow() - problem.GetProperty("since").GetDateTimeOffset() < TimeSpan.FromMinutes(5));
        Assert.Equal(
            ("seller", "POST", $"/seller/v1/installations/{installation}/resume"),
            (Text(problem.GetProperty("fix"), "by"), Text(problem.GetProperty("fix"), "method"), Text(problem.GetProperty("fix"), "href"))
        );
    }

    [Fact]
    public async Task A_used_up_quota_and_the_last_error_are_shown()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few, "orders.read");
        for (var i = 0; i < 7; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        var refused = (await Client.Get(installation, "orders")).RequestId!;

        var line = await Only(installation);
        Assert.Equal("time", Text(Find(line, "quota-exceeded").GetProperty("fix"), "by"));
        Assert.Equal(
            (refused, "quota-exceeded", 429),
            (
                Text(line.GetProperty("last_error"), "error_log_id"),
                Text(line.GetProperty("last_error"), "code"),
                line.GetProperty("last_error").GetProperty("status").GetInt32()
            )
        );
    }

    [Fact]
    public async Task Its_problems_are_those_of_a_diagnosis()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few, "orders.read");
        await Client.SellerCommand(HttpMethod.Put, installation, "settings", new Settings(null, 0.02m));
        for (var i = 0; i < 4; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        await Client.Pause(installation);
        var diagnosis = await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}/diagnosis", await Token(installation));
        var found = diagnosis.OrThrow().Json.GetProperty("findings").EnumerateArray().Select(finding => Text(finding, "code")).ToArray();

        var shown = Codes(await Only(installation)).ToArray();

        Assert.Contains("spend-cap", shown);
        Assert.Subset(found.ToHashSet(), shown.ToHashSet());
    }

    [Fact]
    public async Task An_event_that_waits_shows_as_lag_and_an_unused_feed_does_not()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Everything, "orders.read");
        await marketplace.NewOrder(installation);
        Assert.Equal(JsonValueKind.Null, (await Only(installation)).GetProperty("lag_seconds").ValueKind);
        var events = (await Client.Get(installation, "events")).OrThrow().Json;
        var cursor = events.GetProperty("next_cursor").GetString();
        (await Client.Call(installation, HttpMethod.Post, "events/confirm", new { cursor })).OrThrow();
        var quiet = await Only(installation);
        await marketplace.NewOrder(installation);

        var behind = await Eventually.Get(
            async () => (await Only(installation)).GetProperty("lag_seconds").GetInt64(),
            lag => lag >= 1,
            "the second order waits"
        );

        Assert.Equal(0, quiet.GetProperty("lag_seconds").GetInt64());
        Assert.Equal(1m, quiet.GetProperty("accuracy_today").GetDecimal());
        Assert.True(behind < 3_600);
    }

    private async Task<JsonElement> Only(string installation)
    {
        var seller = TestMarketplace.SellerOf(installation);
        var answer = await Client.Send(HttpMethod.Get, $"/seller/v1/overview?seller={seller}", await Token(installation));
        return Assert.Single(answer.OrThrow().Json.GetProperty("installations").EnumerateArray());
    }

    private Task<string> Token(string installation) => Client.UserToken(TestMarketplace.SellerOf(installation));

    private static JsonElement Find(JsonElement line, string code) =>
        Assert.Single(line.GetProperty("problems").EnumerateArray(), problem => Text(problem, "code") == code);

    private static IEnumerable<string> Codes(JsonElement line) =>
        line.GetProperty("problems").EnumerateArray().Select(problem => Text(problem, "code"));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
