using System.Text.Json;

namespace Marketplace.Api.Tests.Installations;

public class JournalTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Every_command_is_journaled_with_actor_and_operation_id()
    {
        var installation = await marketplace.NewInstallation();
        await Command("PUT", installation, "grants", """{"grants":["orders.read"]}""", "op-grants", "Li Lei");
        await Command("POST", installation, "pause", """{"reason":"stocktaking"}""", "op-pause", "Han Meimei");
        await Command("POST", installation, "resume", "", "op-resume", null);
        await Command("PUT", installation, "settings", """{"sync_window_hours":24,"spend_cap":100.0}""", "op-settings", "Li Lei");

        var all = await Facts(installation);
        // The last step of the demo's enabling may find nothing to do.
        var facts = all.Where(fact => Text(fact, "type") != "nothing-changed").ToArray();

        // The enterprise may be heard of before or after the consent.
        Assert.Equal(
            ["consented", "enablement-started", "entity-accepted"],
            facts.Take(3).Select(fact => Text(fact, "type")).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["grants-changed", "paused", "resumed", "settings-changed"], facts.Skip(3).Select(fact => Text(fact, "type")));
        Assert.Equal(["op-grants", "op-pause", "op-resume", "op-settings"], facts.Skip(3).Select(fact => Text(fact, "operation_id")));
        Assert.Equal(
            ["demo-seller-center:Li Lei", "demo-seller-center:Han Meimei", "demo-seller-center", "demo-seller-center:Li Lei"],
            facts.Skip(3).Select(fact => Text(fact, "actor"))
        );
        Assert.Equal(Enumerable.Range(1, all.Count), all.Select(fact => fact.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task A_repeated_operation_id_changes_nothing_and_answers_as_the_first_did()
    {
        var installation = await marketplace.NewInstallation();
        var first = await Command("POST", installation, "pause", """{"reason":"one"}""", "op-1", null);
        await Command("POST", installation, "resume", "", "op-2", null);
        var before = await LogExports.ReadAll(Client);

        var repeated = await Command("POST", installation, "pause", """{"reason":"one"}""", "op-1", null);

        Assert.Equal(first.Answer.Text, repeated.Answer.Text);
        Assert.Equal(before, await LogExports.ReadAll(Client));
        Assert.Equal("running", (await Client.Installation(installation)).Json.GetProperty("state").GetString());
    }

    [Fact]
    public async Task What_is_so_already_is_not_journaled_again()
    {
        var installation = await marketplace.NewInstallation();
        await Client.Pause(installation, "one");
        var before = await LogExports.ReadAll(Client);

        var token = await Client.UserToken(TestMarketplace.SellerOf(installation));
        (
            await marketplace.Http.Raw("POST", $"/seller/v1/installations/{installation}/pause", token, """{"reason":"two"}""".ToUtf8())
        ).Answer.OrThrow();
        var again = await marketplace.Http.Raw(
            "POST",
            "/seller/v1/installations",
            await Client.SellerCenterToken(),
            """{"seller":"S","plugin":"everything"}"""
                .Replace("S", TestMarketplace.SellerOf(installation), StringComparison.Ordinal)
                .ToUtf8()
        );

        Assert.Equal(200, again.Status);
        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    [Fact]
    public async Task A_grant_beyond_the_certified_scopes_is_refused()
    {
        var installation = await marketplace.NewInstallation();
        var before = await LogExports.ReadAll(Client);

        var answer = await Client.SellerCommand(
            HttpMethod.Put,
            installation,
            "grants",
            new { grants = new[] { "orders.read", "everything.write" } }
        );

        answer.IsProblem(422, "scope-not-certified");
        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    private static string Text(JsonElement fact, string name) => fact.GetProperty(name).GetString()!;

    private async Task<Exchange> Command(string method, string installation, string command, string body, string key, string? actor)
    {
        (string, string)[] headers = actor is null ? [("Idempotency-Key", key)] : [("Idempotency-Key", key), ("X-Actor", actor)];
        var answer = await marketplace.Http.Raw(
            method,
            $"/seller/v1/installations/{installation}/{command}",
            await Client.SellerCenterToken(),
            body.Length == 0 ? null : body.ToUtf8(),
            headers: headers
        );
        answer.Answer.OrThrow();
        return answer;
    }

    private async Task<List<JsonElement>> Facts(string installation) =>
        [
            .. (await LogExports.ReadAll(Client))
                .Journal.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonElement.Parse(line))
                .Where(fact => Text(fact, "entity") == $"installation/{installation}"),
        ];
}
