using System.Text;
using System.Text.Json;
using Marketplace.Evidence;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Evidence;

/// <summary>R66: a seller claims under the plugin service agreement, on the marketplace's own evidence.</summary>
public class ClaimTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_claim_on_a_confirmed_order_is_against_the_plugin_and_goes_to_its_settlement()
    {
        var scenario = await ClaimScenario.Open(marketplace);
        await scenario.ConfirmAll();
        var evidence = (await scenario.Evidence()).OrThrow().Text;
        var bundle = SignedEvidence.Decode(Encoding.UTF8.GetBytes(evidence)).Bundle;

        var filed = await scenario.File(evidence);
        Assert.Equal(201, (int)filed.Status);
        var (claim, id) = (filed.Json, filed.Json.GetProperty("id").GetString()!);
        Assert.Equal(
            ("filed", scenario.Installation, scenario.Order, 40.5m, "plugin", EvidenceCauses.AcknowledgedThenLost),
            (
                Text(claim, "state"),
                Text(claim, "installation"),
                Text(claim, "order_id"),
                claim.GetProperty("amount").GetDecimal(),
                Text(claim, "party"),
                Text(claim, "cause")
            )
        );
        Assert.Equal(EvidenceBundle.HashOf(bundle.Encode()), Text(claim, "bundle_sha256"));
        Assert.Equal(Catalogue.Agreement.Standard.Version, Text(claim.GetProperty("agreement"), "version"));

        var due = claim.GetProperty("answer_due_at").GetDateTimeOffset();
        var extended = (await scenario.Operator(id, "extend", new { days = 3, reason = "carrier's log" })).OrThrow().Json;
        Assert.Equal(("filed", due.AddDays(3)), (Text(extended, "state"), extended.GetProperty("answer_due_at").GetDateTimeOffset()));
        (await scenario.Operator(id, "extend", new { days = 3, reason = "again" })).IsProblem(409, "claim-state-conflict");
        (await scenario.Operator(id, "extend", new { reason = "no days" })).IsProblem(422, "claim-invalid");
        Assert.Equal("answered", Text((await scenario.Operator(id, "answer", new { text = "日志显示已接收" })).OrThrow().Json, "state"));
        (await scenario.Operator(id, "settle", new { amount = 1m, reference = "T-1" })).IsProblem(409, "claim-state-conflict");
        Assert.Equal("accepted", Text((await scenario.Operator(id, "accept", new { reason = "evidence" })).OrThrow().Json, "state"));
        (await scenario.Operator(id, "settle", new { amount = 41m, reference = "T-1" })).IsProblem(422, "claim-invalid");
        Assert.Equal(
            "settled",
            Text((await scenario.Operator(id, "settle", new { amount = 40m, reference = "T-1" })).OrThrow().Json, "state")
        );

        var listed = (await scenario.Own(HttpMethod.Get, $"?seller={scenario.Seller}", role: "finance"))
            .OrThrow()
            .Json.GetProperty("claims");
        Assert.Equal(
            (id, "settled", 40m),
            Assert.Single(listed.EnumerateArray()) is var line
                ? (Text(line, "id"), Text(line, "state"), line.GetProperty("settled").GetDecimal())
                : default
        );
        var ofOperator = (await Client.Send(HttpMethod.Get, $"/platform/v1/claims/{scenario.Seller}", await Client.OperatorToken()))
            .OrThrow()
            .Json.GetProperty("claims");
        Assert.Single(ofOperator.EnumerateArray());
    }

    [Fact]
    public async Task The_developer_reads_and_answers_the_claims_against_its_own_installation_also_while_it_is_stopped()
    {
        var scenario = await ClaimScenario.OpenConfirmed(marketplace);
        var id = Text((await scenario.File((await scenario.Evidence()).OrThrow().Text)).OrThrow().Json, "id");
        var other = $"{scenario.Seller}/{TestPlugins.Few}";
        await Client.Install(scenario.Seller, TestPlugins.Few, ["orders.read"]);
        (await Client.Pause(scenario.Installation, "盘点")).OrThrow();

        var listed = Assert.Single((await scenario.Developer(HttpMethod.Get, "")).OrThrow().Json.GetProperty("claims").EnumerateArray());
        Assert.Equal((id, "filed", "CNY"), (Text(listed, "id"), Text(listed, "state"), Text(listed, "currency")));
        Assert.Equal(
            listed.GetProperty("filed_at").GetDateTimeOffset().AddDays(7),
            listed.GetProperty("answer_due_at").GetDateTimeOffset()
        );
        var key = MarketplaceClient.NewKey();
        var answered = (await scenario.Developer(HttpMethod.Post, $"/{id}/answer", new { text = "日志显示已入库" }, key)).OrThrow();
        Assert.Equal(("answered", "日志显示已入库"), (Text(answered.Json, "state"), Text(answered.Json, "answer")));
        Assert.Equal(
            answered.Text,
            (await scenario.Developer(HttpMethod.Post, $"/{id}/answer", new { text = "日志显示已入库" }, key)).OrThrow().Text
        );

        (await Client.Get(other, $"claims/{id}")).IsProblem(404, "claim-not-found");
        Assert.Empty((await Client.Get(other, "claims")).OrThrow().Json.GetProperty("claims").EnumerateArray());
    }

    [Fact]
    public async Task A_claim_needs_a_verdict_against_plugin_or_platform_and_is_bounded_by_the_order()
    {
        var scenario = await ClaimScenario.Open(marketplace);
        (await scenario.File((await scenario.Evidence()).OrThrow().Text)).IsProblem(422, "verdict-not-claimable");
        var paused = await ClaimScenario.Open(marketplace);
        (await Client.Pause(paused.Installation, "盘点")).OrThrow();
        (await paused.File((await paused.Evidence()).OrThrow().Text)).IsProblem(422, "verdict-not-claimable");

        await scenario.ConfirmAll();
        var evidence = (await scenario.Evidence()).OrThrow().Text;
        (await scenario.File(evidence, amount: 44.81m)).IsProblem(422, "claim-invalid");
        Assert.Equal(44.80m, (await scenario.File(evidence, amount: 44.80m)).OrThrow().Json.GetProperty("amount").GetDecimal());
    }

    [Fact]
    public async Task A_claim_can_be_rejected_opened_again_once_and_withdrawn()
    {
        var scenario = await ClaimScenario.OpenConfirmed(marketplace);
        var id = Text((await scenario.File((await scenario.Evidence()).OrThrow().Text)).OrThrow().Json, "id");
        var wish = new { seller = scenario.Seller, reason = "再看一次" };

        await scenario.Operator(id, "reject", new { reason = "open" });
        Assert.Equal("reopened", Text((await scenario.Own(HttpMethod.Post, $"/{id}/reopen", wish)).OrThrow().Json, "state"));
        await scenario.Operator(id, "reject", new { reason = "open" });
        (await scenario.Own(HttpMethod.Post, $"/{id}/reopen", wish)).IsProblem(409, "claim-state-conflict");

        var other = await ClaimScenario.OpenConfirmed(marketplace);
        var mine = Text((await other.File((await other.Evidence()).OrThrow().Text)).OrThrow().Json, "id");
        Assert.Equal(
            "withdrawn",
            Text((await other.Own(HttpMethod.Post, $"/{mine}/withdraw", new { seller = other.Seller })).OrThrow().Json, "state")
        );
        Assert.Equal("withdrawn", Text((await other.Own(HttpMethod.Get, $"/{mine}?seller={other.Seller}")).OrThrow().Json, "state"));
        (await scenario.Own(HttpMethod.Get, $"/{mine}?seller={scenario.Seller}")).IsProblem(404, "claim-not-found");
        (await scenario.Own(HttpMethod.Get, $"/{mine}?seller={other.Seller}")).IsProblem(404, "seller-not-found");
    }

    [Fact]
    public async Task A_repeat_is_the_first_claim_and_an_order_is_claimed_once()
    {
        var scenario = await ClaimScenario.OpenConfirmed(marketplace);
        var evidence = (await scenario.Evidence()).OrThrow().Text;
        var key = MarketplaceClient.NewKey();

        var first = (await scenario.File(evidence, key: key)).OrThrow().Text;

        Assert.Equal(first, (await scenario.File(evidence, key: key)).OrThrow().Text);
        (await scenario.File(evidence, amount: 7m, key: key)).IsProblem(422, "idempotency-key-reused");
        (await scenario.File(evidence)).IsProblem(409, "claim-exists");
        var facts = (await LogExports.ReadAll(Client))
            .Journal.Split('\n')
            .Where(line => line.Contains($"\"claim/{scenario.Seller}/", StringComparison.Ordinal));
        Assert.Contains("claim-filed", Assert.Single(facts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_owner_claims_and_only_on_evidence_that_the_marketplace_made_for_the_shop()
    {
        var scenario = await ClaimScenario.OpenConfirmed(marketplace);
        var evidence = (await scenario.Evidence()).OrThrow().Text;
        var others = await ClaimScenario.OpenConfirmed(marketplace);

        (await scenario.File(evidence, role: "staff")).IsProblem(403, "role-not-allowed");
        (await scenario.File(evidence, role: "finance")).IsProblem(403, "role-not-allowed");
        (await scenario.File((await others.Evidence()).OrThrow().Text)).IsProblem(422, "evidence-invalid");
        (await scenario.File(evidence.Replace("delivered-in-time", "not-dispatched", StringComparison.Ordinal))).IsProblem(
            422,
            "evidence-invalid"
        );
        (await scenario.File((await Client.Get(scenario.Installation, $"orders/{scenario.Order}/evidence")).OrThrow().Text)).IsProblem(
            422,
            "evidence-invalid"
        );
        (await scenario.File("{}")).IsProblem(422, "evidence-invalid");
        (await scenario.File(evidence, amount: 0m)).IsProblem(422, "claim-invalid");
        (await scenario.File(evidence, reason: "call 138 0013 8000")).IsProblem(422, "claim-invalid");
        Assert.Empty(
            (await scenario.Own(HttpMethod.Get, $"?seller={scenario.Seller}")).OrThrow().Json.GetProperty("claims").EnumerateArray()
        );
    }

    [Fact]
    public async Task Trail_and_notifications_tell_the_seller_of_it()
    {
        var scenario = await ClaimScenario.OpenConfirmed(marketplace);
        var id = Text((await scenario.File((await scenario.Evidence()).OrThrow().Text)).OrThrow().Json, "id");
        await scenario.Operator(id, "accept", new { reason = "evidence" });

        var entries = await Trail($"/seller/v1/audit?seller={scenario.Seller}&entity=claim/{scenario.Seller}/{id}", "entries", 2);
        Assert.Equal(["accepted", "filed"], entries.Select(entry => Text(entry.GetProperty("after"), "state")));
        var told = await Trail($"/seller/v1/notifications?seller={scenario.Seller}", "notifications", 1, "claim.claim-accepted");
        Assert.Contains("索赔已被认可", Text(told[0].GetProperty("text"), "zh"), StringComparison.Ordinal);
    }

    private Task<JsonElement[]> Trail(string path, string member, int atLeast, string? kind = null) =>
        Eventually.Get(
            async () =>
                (await Client.Send(HttpMethod.Get, path, await Client.SellerCenterToken()))
                    .OrThrow()
                    .Json.GetProperty(member)
                    .EnumerateArray()
                    .Where(line => kind is null || Text(line, "kind") == kind)
                    .ToArray(),
            lines => lines.Length >= atLeast,
            $"{atLeast} {member}"
        );

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
