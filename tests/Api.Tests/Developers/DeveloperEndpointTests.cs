using System.Text.Json;
using Marketplace.Api.Tests.Matrix;
using Marketplace.TestKit;
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

        (await Send("POST", $"/review/v1/developers/{developer}/approve", reviewer, Checked(made))).OrThrow();

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
    public async Task A_reviewer_decides_about_the_company_that_was_read_and_no_other()
    {
        var developer = NewDeveloper();
        var owner = await Client.DeveloperToken(developer, "ann");
        var reviewer = await Client.StaffToken("entity-reviewer-user", "eve");
        var check = $"/review/v1/developers/{developer}";
        var read = await SignUp(developer, owner);
        (await Send("POST", check + "/reject", reviewer, Checked(read, "Illegible."))).OrThrow();
        var other = $$"""{"licence":"{{Licences.New()}}","company":"Lamp Works"}""";
        var submitted = (await Send("PUT", $"/developer/v1/developers/{developer}/company", owner, other)).OrThrow().Json;

        (await Send("POST", check + "/approve", reviewer, Checked(read))).IsProblem(409, "developer-not-under-check");
        (await Send("POST", check + "/reject", reviewer, Checked(read, "Again."))).IsProblem(409, "developer-not-under-check");

        (await Send("POST", check + "/approve", reviewer, Checked(submitted))).OrThrow();
    }

    [Fact]
    public async Task A_person_of_staff_opens_the_problems_that_it_received_and_no_others()
    {
        var eve = await Client.StaffToken("entity-reviewer-user", "eve");
        var refused = await Send("GET", $"/review/v1/developers/{NewDeveloper()}", eve);
        refused.IsProblem(404, "developer-not-found");
        var id = Text(refused.Json, "instance")!.Replace("urn:marketplace:error-log:", "", StringComparison.Ordinal);

        await Eventually.Get(() => Send("GET", $"/review/v1/errors/{id}", eve), answer => answer.IsSuccess, "the person's own problem");

        var rex = await Client.StaffToken("entity-reviewer-user", "rex");
        (await Send("GET", $"/review/v1/errors/{id}", rex)).IsProblem(404, "error-log-not-found");
        var center = await Client.SellerCenterToken();
        (await Send("GET", $"/seller/v1/errors/{id}", center)).IsProblem(404, "error-log-not-found");
    }

    [Fact]
    public async Task A_developers_person_opens_the_problems_that_its_developer_received_and_no_others()
    {
        var ann = await Client.DeveloperToken(NewDeveloper(), "ann");
        var refused = await Send("GET", "/developer/v1/plugins/no-such-plugin", ann);
        var id = Text(refused.Json, "instance")!.Replace("urn:marketplace:error-log:", "", StringComparison.Ordinal);

        var seen = await Eventually.Get(() => Send("GET", $"/developer/v1/errors/{id}", ann), answer => answer.IsSuccess, "the problem");

        Assert.Equal(Text(refused.Json, "code"), Text(seen.Json, "code"));
        var other = await Client.DeveloperToken(NewDeveloper(), "bob");
        (await Send("GET", $"/developer/v1/errors/{id}", other)).IsProblem(404, "error-log-not-found");
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
        var ofDevelopers = EndpointTable.Rows.Where(row =>
            row.Role == "developer-user" && row.Path.Contains("matrix-developer", StringComparison.Ordinal)
        );
        foreach (var row in ofDevelopers)
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
        var otherRole = await Client.DeveloperToken(developer, "bob", "owner");
        (await Send("GET", $"/developer/v1/developers/{developer}", otherRole)).IsProblem(404, "developer-not-found");

        (await Send("DELETE", $"/developer/v1/developers/{developer}/members/bob", owner)).OrThrow();
        (await Send("GET", $"/developer/v1/developers/{developer}", bob)).IsProblem(404, "developer-not-found");
        (await Send("DELETE", $"/developer/v1/developers/{developer}/members/ann", bob)).IsProblem(404, "developer-not-found");
    }

    private static string NewDeveloper() => $"developer-{Guid.NewGuid():N}";

    private async Task<JsonElement> SignUp(string developer, string token) =>
        (await Send("POST", $"/developer/v1/developers/{developer}", token, Body(Licences.New()))).OrThrow().Json;

    private static string Body(string licence) =>
        $$"""{"licence":"{{licence}}","company":"Lamp Works","email":"plugins@lamp.example","agreement":"2026-01"}""";

    /// <summary>A decision about the company that the answer shows.</summary>
    private static string Checked(JsonElement developer, string? reason = null)
    {
        var company = developer.GetProperty("company");
        var more = reason is null ? string.Empty : $$""","reason":"{{reason}}" """;
        return $$"""{"licence":"{{Text(company, "licence")}}","company":"{{Text(company, "name")}}"{{more}}}""";
    }

    private async Task<Answer> Send(string method, string path, string token, string? body = null, string? key = null)
    {
        (string, string)[] headers = key is null ? [] : [("Idempotency-Key", key)];
        return (await marketplace.Http.Raw(method, path, token, body?.ToUtf8(), "application/json", headers)).Answer;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
