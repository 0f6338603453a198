using System.Text.Json;
using Marketplace.Risk;

namespace Marketplace.Api.Tests.Risk;

/// <summary>Rules are data, with a dry run.</summary>
public class RiskRuleTests(TestMarketplace marketplace)
{
    private const string Rules = "/platform/v1/risk/rules";

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Rules_are_read_as_they_were_set_and_every_set_is_a_fact_with_the_next_version()
    {
        var before = (await Send(HttpMethod.Get, Rules, null)).OrThrow().Json;
        Assert.Equal(3, before.GetProperty("rules").GetArrayLength());
        await Shop.With(marketplace, [RiskRuleSet.Standard.Rules[2] with { Threshold = 7 }], async () =>
        {
            var after = (await Send(HttpMethod.Get, Rules, null)).OrThrow().Json;
            Assert.Equal(before.GetProperty("version").GetInt64() + 1, after.GetProperty("version").GetInt64());
            var rule = Assert.Single(after.GetProperty("rules").EnumerateArray());
            Assert.Equal(
                ("product-burst", "enforce", 7),
                (rule.GetProperty("kind").GetString(), rule.GetProperty("mode").GetString(), rule.GetProperty("threshold").GetInt32())
            );
        });
    }

    [Theory]
    [InlineData(
        """{"rules":[{"id":"a","kind":"no-such","mode":"off","weight":1,"half_life_days":1,"clearance_hours":1}]}""",
        400,
        "body-invalid"
    )]
    [InlineData("""{"rules":[{"id":"a","mode":"off","weight":1,"half_life_days":1,"clearance_hours":1}]}""", 400, "body-invalid")]
    [InlineData(
        """{"rules":[{"id":"a","kind":"outside-purpose","mode":"off","weight":1,"half_life_days":1,"clearance_hours":1,"more":1}]}""",
        400,
        "body-invalid"
    )]
    [InlineData(
        """{"rules":[{"id":"a","kind":"outside-purpose","mode":"off","weight":-1,"half_life_days":1,"clearance_hours":1}]}""",
        422,
        "risk-rules-invalid"
    )]
    [InlineData("""{"rules":[null]}""", 422, "risk-rules-invalid")]
    [InlineData("""{}""", 422, "risk-rules-invalid")]
    public async Task Rules_that_cannot_be_are_refused_and_change_nothing(string body, int status, string code)
    {
        var before = (await LogExports.ReadAll(Client)).Journal;
        (await marketplace.Http.Raw("PUT", Rules, await Client.OperatorToken(), body.ToUtf8())).IsProblem(status, code);
        Assert.Equal(before, (await LogExports.ReadAll(Client)).Journal);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_have_been_held_and_what_could_not_be_judged_and_changes_nothing()
    {
        var shop = await Shop.Open(marketplace);
        var answers = new List<Answer>();
        for (var i = 0; i < 5; i++)
        {
            answers.Add((await shop.Patch(new { title = $"Lamp {i}" })).OrThrow());
        }

        var before = (await LogExports.ReadAll(Client)).Journal;
        var rules = JsonElement.Parse(
            new RiskRuleSet(0, [RiskRuleSet.Standard.Rules[0], RiskRuleSet.Standard.Rules[2] with { Threshold = 2 }]).Encode().Span
        );
        var run = (
            await Send(
                HttpMethod.Post,
                $"{Rules}/dry-run",
                new
                {
                    installation = shop.Installation,
                    rules,
                    days = 2,
                }
            )
        ).OrThrow().Json;

        Assert.Equal((5, 5), (run.GetProperty("calls").GetInt32(), run.GetProperty("writes").GetInt32()));
        var held = Assert.Single(run.GetProperty("held").EnumerateArray());
        Assert.Equal(
            ("product-burst", "products.patch", answers[2].RequestId, 3),
            (
                held.GetProperty("rule").GetString(),
                held.GetProperty("operation").GetString(),
                held.GetProperty("first_call").GetString(),
                held.GetProperty("calls").GetInt32()
            )
        );
        var gap = Assert.Single(run.GetProperty("not_judged").EnumerateArray());
        Assert.Equal(("outside-purpose", 5), (gap.GetProperty("rule").GetString(), gap.GetProperty("calls").GetInt32()));
        Assert.NotEmpty(gap.GetProperty("reason").GetProperty("zh").GetString()!);
        Assert.Equal(before, (await LogExports.ReadAll(Client)).Journal);
    }

    [Theory]
    [InlineData("nobody/lingua", 7, 404, "installation-not-found")]
    [InlineData("x", 7, 400, "body-invalid")]
    [InlineData("nobody/lingua", 0, 400, "body-invalid")]
    [InlineData("nobody/lingua", 36, 400, "body-invalid")]
    public async Task A_dry_run_of_nothing_is_refused(string installation, int days, int status, string code) =>
        (await Send(HttpMethod.Post, $"{Rules}/dry-run", new { installation, days })).IsProblem(status, code);

    private async Task<Answer> Send(HttpMethod method, string path, object? body) =>
        await Client.Send(method, path, await Client.OperatorToken(), body);
}
