using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Api.Tests.Risk;
using Marketplace.Catalogue;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Installations;

/// <summary>R71: what is granted, what of it is used, what could be closed.</summary>
public class PermissionTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_review_shows_for_each_scope_what_the_ledger_says_of_it()
    {
        var shop = await Shop.Open(marketplace, TestPlugins.Everything, "orders.read", "products.read", "products.write");
        for (var i = 0; i < 3; i++)
        {
            (await Client.Get(shop.Installation, "products")).OrThrow();
        }

        (await shop.Patch(new { title = "once" })).OrThrow();
        var review = await shop.Permissions();
        var scopes = review.GetProperty("scopes").EnumerateArray().ToDictionary(scope => scope.GetProperty("scope").GetString()!);

        Assert.Equal([.. TestPlugins.AllScopes], scopes.Keys);
        Assert.Equal((3, 1, 0), (Count(scopes["products.read"]), Count(scopes["products.write"]), Count(scopes["orders.read"])));
        Assert.Equal(
            ("w2", true, false),
            (
                scopes["products.write"].GetProperty("risk").GetString(),
                scopes["products.write"].GetProperty("granted").GetBoolean(),
                scopes["orders.flag"].GetProperty("granted").GetBoolean()
            )
        );
        Assert.NotEqual(JsonValueKind.Null, scopes["products.write"].GetProperty("last_used_at").ValueKind);
        Assert.Equal(JsonValueKind.Null, scopes["orders.read"].GetProperty("last_used_at").ValueKind);
        Assert.All(scopes.Values, scope => Assert.False(scope.GetProperty("idle").GetBoolean()));

        var suggested = review.GetProperty("suggested");
        Assert.Equal(
            ["products.read", "products.write"],
            suggested.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString())
        );
        Assert.Equal(
            (4, 0),
            (
                suggested.GetProperty("check").GetProperty("calls").GetInt32(),
                suggested.GetProperty("check").GetProperty("would_refuse").GetInt32()
            )
        );
    }

    [Fact]
    public async Task A_used_scope_is_closed_only_when_that_is_said_and_an_unused_one_at_once()
    {
        var shop = await Shop.Open(marketplace, TestPlugins.Everything, "orders.read", "products.read");
        (await Client.Get(shop.Installation, "products")).OrThrow();

        (await shop.Send(HttpMethod.Put, "grants", new { grants = new[] { "orders.read" } })).IsProblem(409, "scope-in-use");
        (await shop.Send(HttpMethod.Put, "grants", new { grants = new[] { "products.read" } })).OrThrow();
        (await shop.Send(HttpMethod.Put, "grants", new { grants = Array.Empty<string>(), close_used = true })).OrThrow();
        (await Client.Get(shop.Installation, "products")).IsProblem(403, "scope-missing");
    }

    [Fact]
    public async Task The_suggested_scopes_can_be_set_and_refuse_nothing_that_was_called()
    {
        var shop = await Shop.Open(marketplace, TestPlugins.Everything, "orders.read", "orders.flag", "products.read");
        (await Client.Get(shop.Installation, "products")).OrThrow();
        (await Client.Get(shop.Installation, "orders")).OrThrow();
        var grants = (await shop.Permissions()).GetProperty("suggested").GetProperty("scopes");

        (await shop.Send(HttpMethod.Put, "grants", new { grants })).OrThrow();
        (await Client.Get(shop.Installation, "products")).OrThrow();
        (await Client.Get(shop.Installation, "orders")).OrThrow();
    }

    [Fact]
    public async Task A_sign_off_is_kept_with_date_and_person_and_the_next_review_is_a_month_later()
    {
        var shop = await Shop.Open(marketplace);
        Assert.Equal(JsonValueKind.Null, (await shop.Permissions()).GetProperty("signed_off_at").ValueKind);
        var review = (await shop.Send(HttpMethod.Post, "permissions/sign-off", new { }, "staff")).OrThrow().Json;

        var at = review.GetProperty("signed_off_at").GetDateTimeOffset();
        Assert.EndsWith("user-staff", review.GetProperty("signed_off_by").GetString(), StringComparison.Ordinal);
        Assert.Equal(at.AddMonths(1), review.GetProperty("next_review_due").GetDateTimeOffset());
        Assert.Equal(at, (await shop.Permissions()).GetProperty("signed_off_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task Where_nothing_is_idle_closing_what_is_changes_nothing()
    {
        var shop = await Shop.Open(marketplace);
        var before = (await Client.Installation(shop.Installation)).Json;
        var after = (await shop.Send(HttpMethod.Post, "permissions/close-idle", null)).OrThrow().Json;

        // That nothing was to be done is a fact, too, and facts are counted.
        Assert.Equal(before.GetProperty("version").GetInt64() + 1, after.GetProperty("version").GetInt64());
        Assert.Equal(
            before.EnumerateObject().Where(member => member.Name != "version").Select(member => member.ToString()),
            after.EnumerateObject().Where(member => member.Name != "version").Select(member => member.ToString())
        );
    }

    [Fact]
    public async Task One_call_closes_what_was_granted_40_days_ago_and_not_used_for_30()
    {
        var installation = await Old("orders.flag", "orders.read", "products.read");
        (await Client.Get(installation, "products")).OrThrow();
        var token = await Client.UserToken(TestMarketplace.SellerOf(installation));
        Task<Answer> Send(HttpMethod method, string path) =>
            Client.Send(method, $"/seller/v1/installations/{installation}/{path}", token, null, MarketplaceClient.NewKey());

        var review = (await Send(HttpMethod.Get, "permissions")).OrThrow().Json;
        Assert.Equal(["orders.flag", "orders.read"], review.GetProperty("idle").EnumerateArray().Select(scope => scope.GetString()));
        var closed = (await Send(HttpMethod.Post, "permissions/close-idle")).OrThrow().Json;
        Assert.Equal(["products.read"], closed.GetProperty("grants").EnumerateArray().Select(scope => scope.GetString()));
        (await Client.Get(installation, "orders")).IsProblem(403, "scope-missing");
        (await Client.Get(installation, "products")).OrThrow();
        Assert.True(review.GetProperty("next_review_due").GetDateTimeOffset() < TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task A_seller_sees_the_reviews_of_all_installations()
    {
        var shop = await Shop.Open(marketplace);
        await Client.Install(shop.Seller, TestPlugins.Few, "orders.read");
        var list = (await Client.Send(HttpMethod.Get, $"/seller/v1/permissions?seller={shop.Seller}", await Client.UserToken(shop.Seller)))
            .OrThrow()
            .Json;
        Assert.Equal(
            [shop.Installation, $"{shop.Seller}/{TestPlugins.Few}"],
            list.GetProperty("installations").EnumerateArray().Select(review => review.GetProperty("installation").GetString())
        );
    }

    /// <summary>An installation whose facts are 40 days old.</summary>
    private async Task<string> Old(params ImmutableArray<string> scopes)
    {
        var (id, at) = (
            InstallationId.Parse($"{marketplace.NewSeller()}/{TestPlugins.Everything}", null),
            TimeProvider.System.GetUtcNow().AddDays(-40)
        );
        var agreement = Agreement.Standard;
        InstallationEvent[] events =
        [
            new InstallationEvent.EnablementStarted(),
            new InstallationEvent.Consented(
                agreement.Version,
                agreement.Hash,
                0,
                scopes,
                TestPlugins.AllScopes,
                [],
                at.AddDays(365),
                ImmutableSortedDictionary<string, DateTimeOffset>.Empty,
                "c"
            ),
            new InstallationEvent.EntityAccepted("91440300MA5TESTS0X", 1),
        ];
        var facts = new List<JournalFact>();
        foreach (var @event in events)
        {
            facts.Add(
                JournalFact.Following(
                    facts.LastOrDefault(),
                    GrainKeys.Of(id),
                    OperationId.Parse($"old-{facts.Count}"),
                    ActorId.Parse("tests"),
                    at,
                    @event.Type,
                    @event.Encode()
                )
            );
        }

        // Together: the first one alone would wake the installation, which would never hear of the others.
        Assert.True(await marketplace.Services.GetRequiredService<IJournal>().Append(facts, TestContext.Current.CancellationToken));
        return id.ToString();
    }

    private static int Count(JsonElement scope) => scope.GetProperty("count_30d").GetInt32();
}
