using System.Text.Json;
using Marketplace.TestKit;
using Marketplace.TestKit.Enterprises;

namespace Marketplace.Api.Tests.Enterprises;

/// <summary>The way of an enterprise from its licence number to its sub-accounts (R43–R46).</summary>
public class EnterpriseTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task An_enterprise_is_named_documented_submitted_asked_and_approved()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        Assert.Equal(404, (int)(await Client.Enterprise(seller)).Status);
        (await Client.Link(seller, licence)).OrThrow();
        Assert.Equal("draft", await State(seller));
        Assert.Equal("documents-missing", (await Client.Submit(seller)).ProblemCode);

        var submitted = (await Client.HandIn(seller, licence)).Json;
        Assert.Equal("submitted", Text(submitted, "state"));
        Assert.Equal(3, submitted.GetProperty("documents").GetArrayLength());
        Assert.True(
            submitted.GetProperty("due_at").GetDateTimeOffset() > submitted.GetProperty("submitted_at").GetDateTimeOffset().AddDays(1)
        );
        Assert.Equal(licence, Text(await Item(licence), "licence"));

        (await Client.Decide(licence, "claim", new { })).OrThrow();
        (await Client.Decide(licence, "needs-info", new { question = "Which seal is this?" })).OrThrow();
        var asked = (await Client.Enterprise(seller)).Json;
        Assert.Equal(
            ("needs-info", "Which seal is this?", JsonValueKind.Null),
            (Text(asked, "state"), Text(asked, "question"), asked.GetProperty("due_at").ValueKind)
        );

        (await Client.Upload(seller, "licence", Pictures.Colour("better"))).OrThrow();
        (await Client.Submit(seller)).OrThrow();
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        (await Client.Decide(licence, "approve", new { })).OrThrow();

        var approved = (await Client.Enterprise(seller)).Json;
        Assert.True(approved.GetProperty("approved").GetBoolean());
        Assert.Equal(5, approved.GetProperty("sub_accounts").GetProperty("cap").GetInt32());
        Assert.Equal(JsonValueKind.Undefined, (await Item(licence)).ValueKind);
    }

    [Fact]
    public async Task A_rejection_says_why_and_the_shop_may_try_again()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        await Client.HandIn(seller, licence);
        (await Client.Decide(licence, "claim", new { })).OrThrow();
        Assert.Equal("body-invalid", (await Client.Decide(licence, "reject", new { reason = "" })).ProblemCode);
        (await Client.Decide(licence, "reject", new { reason = "blurred" })).OrThrow();

        Assert.Equal("blurred", Text((await Client.Enterprise(seller)).Json, "reason"));
        await Client.ApproveEnterprise(seller, licence);
        Assert.Equal("approved", await State(seller));
    }

    [Fact]
    public async Task Only_the_reviewer_who_claimed_an_item_decides_it()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        await Client.HandIn(seller, licence);
        Assert.Equal("review-not-claimed", (await Client.Decide(licence, "approve", new { })).ProblemCode);
        (await Client.Decide(licence, "claim", new { })).OrThrow();

        var claimed = await Client.Decide(licence, "claim", new { }, "reviewer-two");
        claimed.IsProblem(409, "review-claimed");
        Assert.Contains(
            "reviewer-one",
            claimed.Json.GetProperty("evidence").GetProperty("facts").GetProperty("claimed_by").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal("review-claimed", (await Client.Decide(licence, "approve", new { }, "reviewer-two")).ProblemCode);
        (await Client.Decide(licence, "release", new { })).OrThrow();

        Assert.True((await Client.Decide(licence, "claim", new { }, "reviewer-two")).IsSuccess);
    }

    [Fact]
    public async Task A_repeated_command_answers_as_the_first_did_and_another_with_its_key_is_refused()
    {
        var (seller, licence) = (marketplace.NewSeller(), Licences.New());
        await Client.HandIn(seller, licence);
        var first = await Claim(licence, "claim", "key-1");
        (await Client.Decide(licence, "needs-info", new { question = "?" })).OrThrow();

        var again = await Claim(licence, "claim", "key-1");

        Assert.Equal(200, (int)again.Status);
        Assert.Equal(Text(first.Json.GetProperty("item"), "claimed_by"), Text(again.Json.GetProperty("item"), "claimed_by"));
        (await Claim(licence, "release", "key-1")).IsProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_further_shop_of_a_verified_enterprise_is_accepted_by_itself_and_sees_nothing_before()
    {
        var (first, second) = (marketplace.NewSeller(), marketplace.NewSeller());
        var licence = await Client.ApproveEnterprise(first);
        (await Client.SubAccount(HttpMethod.Put, first, TestPlugins.Everything, "li-lei")).OrThrow();
        (await Client.Link(second, licence)).OrThrow();
        (await Client.SubAccount(HttpMethod.Put, second, TestPlugins.Everything, "han-meimei")).IsProblem(409, "enterprise-not-approved");
        Assert.DoesNotContain("li-lei", (await Client.Enterprise(second)).Text, StringComparison.Ordinal);
        Assert.Equal(409, (int)(await Get($"/seller/v1/enterprise/sub-accounts?seller={second}")).Status);

        (await Client.Submit(second)).OrThrow();
        Assert.Equal("shop", Text(await Item(licence), "kind"));
        (await Client.Decide(licence, $"shops/{second}/approve", new { })).OrThrow();

        var accounts = (await Client.SubAccount(HttpMethod.Put, second, TestPlugins.Everything, "han-meimei")).OrThrow().Json;
        Assert.Equal(
            ["li-lei", "han-meimei"],
            accounts.GetProperty("plugins")[0].GetProperty("bound").EnumerateArray().Select(bound => Text(bound, "account"))
        );
    }

    [Fact]
    public async Task The_sixth_sub_account_needs_an_application_that_the_reviewers_approve()
    {
        var seller = marketplace.NewSeller();
        var licence = await Client.ApproveEnterprise(seller);
        foreach (var i in Enumerable.Range(1, 5))
        {
            (await Client.SubAccount(HttpMethod.Put, seller, TestPlugins.Everything, $"account-{i}")).OrThrow();
        }

        var sixth = await Client.SubAccount(HttpMethod.Put, seller, TestPlugins.Everything, "account-6");
        sixth.IsProblem(409, "sub-account-limit");
        Assert.Equal("AE-DOC-2024-008", sixth.Json.GetProperty("evidence").GetProperty("facts").GetProperty("template").GetString());
        var application = (await Client.Apply(seller, TestPlugins.Everything, 8)).OrThrow().Json;
        Assert.Equal(("submitted", "AE-DOC-2024-008"), (Text(application, "state"), Text(application, "template")));
        var path = $"/review/v1/sub-account-applications/{licence}/{Text(application, "id")}/approve";
        var open = (await Client.Reviewer(HttpMethod.Get, "/review/v1/sub-account-applications"))
            .OrThrow()
            .Json.GetProperty("applications");
        Assert.Contains(open.EnumerateArray(), form => Text(form, "licence") == licence);
        (await Client.Reviewer(HttpMethod.Post, path, new { cap = 6, until = "2020-01-01" })).IsProblem(422, "application-invalid");

        (
            await Client.Reviewer(
                HttpMethod.Post,
                path,
                new { cap = 6, until = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(30)) }
            )
        ).OrThrow();

        (await Client.SubAccount(HttpMethod.Put, seller, TestPlugins.Everything, "account-6")).OrThrow();
        (await Client.SubAccount(HttpMethod.Put, seller, TestPlugins.Everything, "account-7")).IsProblem(409, "sub-account-limit");
        (await Client.SubAccount(HttpMethod.Delete, seller, TestPlugins.Everything, "account-1")).OrThrow();
        (await Client.SubAccount(HttpMethod.Put, seller, TestPlugins.Everything, "account-7")).OrThrow();
    }

    [Fact]
    public async Task Only_the_owner_applies_for_more()
    {
        var seller = marketplace.NewSeller();
        await Client.ApproveEnterprise(seller);
        foreach (
            var token in new[]
            {
                await Client.SellerCenterToken(),
                await Client.UserToken(seller, "staff-one", "staff"),
                await Client.UserToken(seller, "finance-one", "finance"),
            }
        )
        {
            var body = new
            {
                seller,
                plugin = TestPlugins.Everything,
                wanted = 8,
                reason = "more",
            };
            (await Client.Send(HttpMethod.Post, "/seller/v1/enterprise/sub-account-applications", token, body)).IsProblem(
                403,
                "role-not-allowed"
            );
        }
    }

    [Fact]
    public async Task A_user_sees_no_other_sellers_enterprise()
    {
        var (seller, other) = (marketplace.NewSeller(), marketplace.NewSeller());
        await Client.ApproveEnterprise(seller);

        (await Client.Send(HttpMethod.Get, $"/seller/v1/enterprise?seller={seller}", await Client.UserToken(other))).IsProblem(
            404,
            "seller-not-found"
        );
    }

    [Fact]
    public async Task A_plugin_that_does_not_exist_is_bound_to_nobody()
    {
        var seller = marketplace.NewSeller();
        await Client.ApproveEnterprise(seller);

        (await Client.SubAccount(HttpMethod.Put, seller, "no-such-plugin", "a")).IsProblem(404, "plugin-not-found");
    }

    [Theory]
    [InlineData("91350100M000100Y44")]
    [InlineData("1234")]
    [InlineData("91350100m000100y43")]
    public async Task A_licence_number_whose_check_character_is_wrong_is_refused(string licence) =>
        (await Client.Link(marketplace.NewSeller(), licence)).IsProblem(422, "licence-invalid");

    [Fact]
    public async Task A_shop_corrects_its_licence_until_it_is_under_review()
    {
        var (seller, wrong, right) = (marketplace.NewSeller(), Licences.New(), Licences.New());
        (await Client.Link(seller, wrong)).OrThrow();
        await Client.HandIn(seller, right);

        (await Client.Link(seller, wrong)).IsProblem(409, "enterprise-linked");
        Assert.Equal(right, Text((await Client.Enterprise(seller)).Json, "licence"));
    }

    [Fact]
    public async Task An_approval_starts_the_shops_installations_and_its_end_stops_them()
    {
        var seller = marketplace.NewSeller();
        var installation = $"{seller}/{TestPlugins.Everything}";
        (
            await Client.Send(
                HttpMethod.Post,
                "/seller/v1/installations",
                await Client.SellerCenterToken(),
                new { seller, plugin = TestPlugins.Everything },
                MarketplaceClient.NewKey()
            )
        ).OrThrow();
        var consent = (
            await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}/consent", await Client.SellerCenterToken())
        )
            .OrThrow()
            .Json;
        var agreement = consent.GetProperty("agreement");
        (
            await Client.SellerCommand(
                HttpMethod.Post,
                installation,
                "consent",
                new
                {
                    agreement = new { version = Text(agreement, "version"), hash = Text(agreement, "hash") },
                    scopes = consent.GetProperty("required").EnumerateArray().Select(scope => Text(scope, "scope")).ToArray(),
                }
            )
        ).OrThrow();
        Assert.Equal("awaiting-entity", await Phase(installation));

        var licence = await Client.ApproveEnterprise(seller);
        await Becomes(installation, "running");
        (await Client.Decide(licence, "revoke", new { reason = "forged" })).OrThrow();

        await Becomes(installation, "awaiting-entity");
    }

    [Fact]
    public async Task A_shop_that_leaves_a_revoked_enterprise_at_once_takes_no_running_installation_along()
    {
        var (first, second) = (marketplace.NewSeller(), marketplace.NewSeller());
        var licence = await Client.ApproveEnterprise(first);
        (await Client.Link(second, licence)).OrThrow();
        (await Client.Submit(second)).OrThrow();
        (await Client.Decide(licence, $"shops/{second}/approve", new { })).OrThrow();
        await Client.Install(second, TestPlugins.Everything, "orders.read");
        await Becomes($"{second}/{TestPlugins.Everything}", "running");

        (await Client.Decide(licence, "revoke", new { reason = "forged" })).OrThrow();
        (await Client.Link(second, Licences.New())).OrThrow();

        await Becomes($"{second}/{TestPlugins.Everything}", "awaiting-entity");
        (await Client.Get($"{second}/{TestPlugins.Everything}", "orders")).IsProblem(403, "entity-unverified");
    }

    [Fact]
    public async Task A_shop_that_only_named_a_licence_learns_nothing_by_unbinding()
    {
        var (first, stranger) = (marketplace.NewSeller(), marketplace.NewSeller());
        var licence = await Client.ApproveEnterprise(first);
        (await Client.SubAccount(HttpMethod.Put, first, TestPlugins.Everything, "li-lei")).OrThrow();
        (await Client.Link(stranger, licence)).OrThrow();

        var answer = await Client.SubAccount(HttpMethod.Delete, stranger, TestPlugins.Everything, "li-lei");

        answer.IsProblem(409, "enterprise-not-approved");
        Assert.DoesNotContain(first, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_counts_decisions_against_their_due_time()
    {
        var before = (await Client.Reviewer(HttpMethod.Get, "/review/v1/sla")).OrThrow().Json;
        await Client.ApproveEnterprise(marketplace.NewSeller());

        var report = (await Client.Send(HttpMethod.Get, "/review/v1/sla", await Client.OperatorToken())).OrThrow().Json;

        Assert.Equal(before.GetProperty("in_time").GetInt32() + 1, report.GetProperty("in_time").GetInt32());
        Assert.Equal((1m, 0), (report.GetProperty("share").GetDecimal(), report.GetProperty("breaches").GetInt32()));
    }

    private async Task<Answer> Claim(string licence, string decision, string key) =>
        await Client.SendAs(
            "reviewer-one",
            HttpMethod.Post,
            $"/review/v1/entities/{licence}/{decision}",
            await Client.EntityReviewerToken(),
            new { },
            key
        );

    private async Task<Answer> Get(string path) => await Client.Send(HttpMethod.Get, path, await Client.SellerCenterToken());

    private async Task<string?> State(string seller) => Text((await Client.Enterprise(seller)).OrThrow().Json, "state");

    private async Task<string?> Phase(string installation) => Text((await Client.Installation(installation)).Json, "phase");

    private async Task Becomes(string installation, string phase) =>
        await Eventually.Get(() => Phase(installation), now => now == phase, $"{installation} is {phase}");

    private async Task<JsonElement> Item(string licence) =>
        (await Client.Reviewer(HttpMethod.Get, "/review/v1/entities"))
            .OrThrow()
            .Json.GetProperty("items")
            .EnumerateArray()
            .FirstOrDefault(item => Text(item, "licence") == licence);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
