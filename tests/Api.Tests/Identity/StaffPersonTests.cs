using System.Text.Json;

namespace Marketplace.Api.Tests.Identity;

/// <summary>Operators and reviewers as persons: the same power as their clients, and facts that name them.</summary>
public class StaffPersonTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task An_operator_suspends_and_lifts_as_a_person_whom_the_journal_names()
    {
        var installation = await marketplace.NewInstallation();
        var token = await Client.StaffToken("operator-user", "zhao-min");

        foreach (var (action, type) in new[] { ("suspend", "suspended"), ("lift", "suspension-lifted") })
        {
            var answer = await marketplace.Http.Raw(
                "POST",
                $"/platform/v1/installations/{installation}/{action}",
                token,
                """{"reason":"a complaint"}""".ToUtf8(),
                "application/json",
                ("X-Actor", "somebody-else"),
                ("X-Actor-Address", "203.0.113.7")
            );
            Assert.True(answer.Status == 200, answer.Answer.ToString());
            var fact = await LastFact($"installation/{installation}");
            Assert.Equal(
                ("demo-seller-center:zhao-min", "operator-user", "203.0.113.7"),
                (Text(fact, "actor"), Text(fact, "role"), Text(fact, "address"))
            );
            Assert.Contains(type.Split('-')[0], Text(fact, "type"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_reviewer_reads_the_queue_as_a_person_and_is_no_operator()
    {
        var token = await Client.StaffToken("entity-reviewer-user");

        Assert.Equal(200, (await marketplace.Http.Raw("GET", "/review/v1/entities", token)).Status);
        (await marketplace.Http.Raw("GET", "/platform/v1/incidents", token)).IsProblem(403, "role-forbidden");
        (await marketplace.Http.Raw("GET", "/seller/v1/installations?seller=anyone", token)).IsProblem(403, "role-forbidden");
    }

    [Fact]
    public async Task The_demo_issuer_names_nobody_who_acts_for_two()
    {
        var center = await Client.SellerCenterToken();
        foreach (
            var body in new[]
            {
                """{"seller":"s","developer":"d","user":"u","role":"owner"}""",
                """{"developer":"d","user":"u","role":"staff"}""",
                """{"user":"u","role":"operator"}""",
            }
        )
        {
            (await marketplace.Http.Raw("POST", "/demo/v1/subject-token", center, body.ToUtf8())).IsProblem(400, "body-invalid", body);
        }
    }

    private async Task<JsonElement> LastFact(string entity) =>
        (await LogExports.ReadAll(Client))
            .Journal.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))
            .Last(line => Text(line, "entity") == entity);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
