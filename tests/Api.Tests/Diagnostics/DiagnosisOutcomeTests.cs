using System.Text.Json;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>R60: what became of diagnoses is kept, so that the share located is a number.</summary>
public sealed class DiagnosisOutcomeTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Outcomes_are_facts_and_make_a_share()
    {
        var before = await Figures();
        var (installation, id) = await Diagnosed();
        var (other, second) = await Diagnosed();

        (
            await ReportOutcome(
                installation,
                id,
                new
                {
                    located = true,
                    cause = "installation-paused",
                    @fixed = true,
                }
            )
        ).OrThrow();
        (await ReportOutcome(other, second, new { located = false })).OrThrow();

        var after = await Eventually.Get(
            Figures,
            figures => Number(figures, "with_outcome") >= Number(before, "with_outcome") + 2,
            "both outcomes in the figures"
        );
        Assert.Equal(Number(before, "located") + 1, Number(after, "located"));
        Assert.Equal(Number(before, "fixed") + 1, Number(after, "fixed"));
        Assert.True(Number(after, "sessions") >= Number(before, "sessions") + 2);
        Assert.Equal((double)Number(after, "located") / Number(after, "with_outcome"), after.GetProperty("share_located").GetDouble(), 6);
        Assert.True(after.GetProperty("median_seconds_to_locate").GetDouble() >= 0);
        Assert.Contains($"\"diagnosis/{installation}\"", (await LogExports.ReadAll(Client)).Journal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Telling_anew_replaces_and_repeating_changes_nothing()
    {
        var (installation, id) = await Diagnosed();
        var before = await Figures();
        var key = MarketplaceClient.NewKey();

        (await ReportOutcome(installation, id, new { located = false }, key)).OrThrow();
        (await ReportOutcome(installation, id, new { located = false }, key)).OrThrow();
        (await ReportOutcome(installation, id, new { located = true }, key)).IsProblem(422, "idempotency-key-reused");
        (await ReportOutcome(installation, id, new { located = true, cause = "installation-paused" })).OrThrow();

        var after = await Eventually.Get(
            Figures,
            figures => Number(figures, "located") == Number(before, "located") + 1,
            "the outcome in the figures"
        );
        Assert.Equal(Number(before, "with_outcome") + 1, Number(after, "with_outcome"));
    }

    [Fact]
    public async Task Only_what_was_diagnosed_can_be_told()
    {
        var (installation, id) = await Diagnosed();

        (await ReportOutcome(installation, "none", new { located = true })).IsProblem(404, "diagnosis-not-found");
        (await ReportOutcome(installation, id, new { located = true, cause = "quota-exceeded" })).IsProblem(422, "outcome-invalid");
        (await ReportOutcome(installation, id, new { cause = "installation-paused" })).IsProblem(400, "body-invalid");
    }

    [Fact]
    public async Task Incidents_show_to_whom_they_touch_and_to_nobody_else()
    {
        var (touched, _) = await Diagnosed();
        var (other, _) = await Diagnosed();
        var token = await Client.OperatorToken();
        var key = MarketplaceClient.NewKey();
        var declared = new
        {
            title = new { zh = "物流接口故障", en = "Logistics are down" },
            operations = new[] { "tracking.get" },
            sellers = new[] { TestMarketplace.SellerOf(touched) },
        };

        var first = (await Client.Send(HttpMethod.Post, "/platform/v1/incidents", token, declared, key)).OrThrow().Json;
        var repeated = (await Client.Send(HttpMethod.Post, "/platform/v1/incidents", token, declared, key)).OrThrow().Json;
        var id = first.GetProperty("id").GetString();

        Assert.Equal(id, repeated.GetProperty("id").GetString());
        Assert.Contains("incident-open", await Codes(touched));
        Assert.DoesNotContain("incident-open", await Codes(other));
        (await Client.Send(HttpMethod.Post, $"/platform/v1/incidents/{id}/resolve", token, new { })).OrThrow();
        Assert.DoesNotContain("incident-open", await Codes(touched));
        var listed = (await Client.Send(HttpMethod.Get, "/platform/v1/incidents", token))
            .OrThrow()
            .Json.GetProperty("incidents")
            .EnumerateArray();
        Assert.Equal("resolved", listed.Single(incident => incident.GetProperty("id").GetString() == id).GetProperty("state").GetString());
        (await Client.Send(HttpMethod.Post, "/platform/v1/incidents/none/resolve", token, new { })).IsProblem(404, "incident-not-found");
    }

    private static long Number(JsonElement figures, string name) => figures.GetProperty(name).GetInt64();

    private async Task<(string Installation, string Id)> Diagnosed()
    {
        var installation = await marketplace.NewInstallation();
        await Client.Pause(installation);
        return (installation, (await Diagnose(installation)).GetProperty("id").GetString()!);
    }

    private async Task<JsonElement> Diagnose(string installation) =>
        (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}/diagnosis", await Client.SellerCenterToken()))
            .OrThrow()
            .Json;

    private async Task<string[]> Codes(string installation) => FaultBench.CodesOf(await Diagnose(installation));

    private async Task<Answer> ReportOutcome(string installation, string id, object outcome, string? key = null) =>
        await Client.Send(
            HttpMethod.Post,
            $"/seller/v1/installations/{installation}/diagnosis/{id}/outcome",
            await Client.SellerCenterToken(),
            outcome,
            key ?? MarketplaceClient.NewKey()
        );

    private async Task<JsonElement> Figures() =>
        (await Client.Send(HttpMethod.Get, "/platform/v1/diagnosis/outcomes", await Client.OperatorToken())).OrThrow().Json;
}
