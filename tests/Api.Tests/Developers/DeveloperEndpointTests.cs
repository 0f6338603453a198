using System.Text.Json;
using Marketplace.Api.Tests.Matrix;
using Marketplace.TestKit.Enterprises;

namespace Marketplace.Api.Tests.Developers;

/// <summary>A developer signs up, is checked, and is nobody else's business.</summary>
public class DeveloperEndpointTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_developer_signs_up_and_a_reviewer_accepts_its_company()
    {
        var developer = NewDeveloper();
        var owner = await Client.DeveloperToken(developer, "ann");

        var made = await SignUp(developer, owner);

        Assert.Equal("submitted", made.GetProperty("company").GetProperty("state").GetString());
        var reviewer = await Client.StaffToken("entity-reviewer-user", "eve");
        var waiting = (await Send("GET", "/review/v1/developers", reviewer)).OrThrow().Json.GetProperty("developers");
        Assert.Contains(waiting.EnumerateArray(), one => one.GetProperty("developer").GetString() == developer);

        (await Send("POST", $"/review/v1/developers/{developer}/approve", reviewer)).OrThrow();

        var seen = (await Send("GET", $"/developer/v1/developers/{developer}", owner)).OrThrow().Json;
        Assert.Equal("approved", seen.GetProperty("company").GetProperty("state").GetString());
        waiting = (await Send("GET", "/review/v1/developers", reviewer)).OrThrow().Json.GetProperty("developers");
        Assert.DoesNotContain(waiting.EnumerateArray(), one => one.GetProperty("developer").GetString() == developer);
        var facts = (await LogExports.ReadAll(Client))
            .Journal.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))
            .Where(fact => fact.GetProperty("entity").GetString() == $"developer/{developer}")
            .Select(fact => (Text(fact, "type"), Text(fact, "actor"), Text(fact, "role")));
        Assert.Equal(
            [
                ("developer-signed-up", "demo-seller-center:ann", "developer-user:owner"),
                ("developer-company-submitted", "demo-seller-center:ann", "developer-user:owner"),
                ("developer-company-approved", "demo-seller-center:eve", "entity-reviewer-user"),
            ],
            facts
        );
    }

    [Fact]
    public async Task A_repeated_sign_up_gets_the_first_answer()
    {
        var developer = NewDeveloper();
        var owner = await Client.DeveloperToken(developer, "ann");
        var key = MarketplaceClient.NewKey();
        var body = Body(Licences.New());

        var first = await Send("POST", $"/developer/v1/developers/{developer}", owner, body, key);
        var second = await Send("POST", $"/developer/v1/developers/{developer}", owner, body, key);

        Assert.Equal(first.OrThrow().Text, second.OrThrow().Text);
        (await Send("POST", $"/developer/v1/developers/{developer}", owner, body)).IsProblem(409, "developer-exists");
    }

    [Fact]
    public async Task A_person_sees_and_changes_nothing_of_another_developer()
    {
        var (mine, theirs) = (NewDeveloper(), NewDeveloper());
        await SignUp(mine, await Client.DeveloperToken(mine, "ann"));
        await SignUp(theirs, await Client.DeveloperToken(theirs, "bob"));
        var token = await Client.DeveloperToken(mine, "ann");
        var before = await LogExports.ReadAll(Client);
        foreach (var row in EndpointTable.Rows.Where(row => row.Role == "developer-user"))
        {
            var foreign = await marketplace.Http.Raw(
                row.Method,
                row.Path.Replace("matrix-developer", theirs, StringComparison.Ordinal),
                token,
                row.Bytes
            );
            foreign.IsProblem(404, "developer-not-found", row.Name);
            var unknown = await marketplace.Http.Raw(
                row.Method,
                row.Path.Replace("matrix-developer", "unknown-one", StringComparison.Ordinal),
                token,
                row.Bytes
            );
            Assert.Equal(foreign.Answer.ProblemCode, unknown.Answer.ProblemCode);
        }

        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    [Fact]
    public async Task Who_is_removed_sees_nothing_any_more_though_the_token_lives()
    {
        var developer = NewDeveloper();
        var owner = await Client.DeveloperToken(developer, "ann");
        await SignUp(developer, owner);
        var bob = await Client.DeveloperToken(developer, "bob", "finance");
        (await Send("GET", $"/developer/v1/developers/{developer}", bob)).IsProblem(404, "developer-not-found");

        (await Send("PUT", $"/developer/v1/developers/{developer}/members/bob", owner, """{"role":"finance"}""")).OrThrow();
        (await Send("GET", $"/developer/v1/developers/{developer}", bob)).OrThrow();
        (await Send("DELETE", $"/developer/v1/developers/{developer}/members/ann", bob)).IsProblem(403, "role-not-allowed");

        (await Send("DELETE", $"/developer/v1/developers/{developer}/members/bob", owner)).OrThrow();
        (await Send("GET", $"/developer/v1/developers/{developer}", bob)).IsProblem(404, "developer-not-found");
    }

    private static string NewDeveloper() => $"developer-{Guid.NewGuid():N}";

    private async Task<JsonElement> SignUp(string developer, string token) =>
        (await Send("POST", $"/developer/v1/developers/{developer}", token, Body(Licences.New()))).OrThrow().Json;

    private static string Body(string licence) =>
        $$"""{"licence":"{{licence}}","company":"Lamp Works","email":"plugins@lamp.example","agreement":"2026-01"}""";

    private async Task<Answer> Send(string method, string path, string token, string? body = null, string? key = null)
    {
        (string, string)[] headers = key is null ? [] : [("Idempotency-Key", key)];
        return (await marketplace.Http.Raw(method, path, token, body?.ToUtf8(), "application/json", headers)).Answer;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
