using System.Text.Json;
using Marketplace.Schemas.Payloads;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Schemas;

/// <summary>Orders and products in the version that a plugin pins (R64).</summary>
public sealed class SchemaServingTests(SchemaMarketplace marketplace) : IClassFixture<SchemaMarketplace>
{
    [Fact]
    public async Task Each_plugin_reads_the_same_order_in_its_own_version()
    {
        var seller = marketplace.NewSeller();
        var (first, second, third, newest) = await FourPlugins(seller);
        var order = await Returned(seller);

        var answers = new Dictionary<string, Exchange>();
        foreach (var installation in (string[])[first, second, third, newest])
        {
            answers[installation] = await Get(installation, $"orders/{order}");
        }

        Assert.Equal(["2024-02", "2024-05", "2026-11", "2026-11"], answers.Values.Select(answer => answer.Field("Marketplace-Version")));
        Assert.False(answers[first].Answer.Json.TryGetProperty("return_reason_code", out _));
        Assert.Equal("size-too-small", answers[second].Answer.Json.GetProperty("return_reason_code").GetString());
        Assert.Equal("delivered", answers[first].Answer.Json.GetProperty("status").GetString());
        Assert.True(answers[first].Answer.Json.TryGetProperty("returned_at", out _));
        Assert.Equal(WithoutHandle(answers[third]), WithoutHandle(answers[newest]));
        Assert.Equal(
            answers[second].Answer.Text.Replace("\"return_reason_code\":\"size-too-small\",", string.Empty, StringComparison.Ordinal),
            answers[first].Answer.Text
        );

        // The handle is of one installation, and came with 2026-11.
        Assert.DoesNotContain("address_handle", answers[second].Answer.Text, StringComparison.Ordinal);
        string WithoutHandle(Exchange answer) =>
            System.Text.RegularExpressions.Regex.Replace(answer.Answer.Text, "\"address_handle\":\"adr_[0-9a-f]{32}\",", string.Empty);
    }

    [Fact]
    public async Task Lists_and_the_answers_to_writes_are_in_the_plugins_version_too()
    {
        var seller = marketplace.NewSeller();
        var (first, second, _, _) = await FourPlugins(seller);
        var order = await Returned(seller);

        foreach (var (installation, version, has) in new[] { (first, "2024-02", false), (second, "2024-05", true) })
        {
            var list = await Get(installation, "orders");
            var listed = Assert.Single(list.Answer.OrThrow().Json.GetProperty("orders").EnumerateArray());
            var written = await marketplace.Http.Raw(
                "POST",
                $"/open/v1/orders/{order}/flags",
                await marketplace.Plugins.PluginToken(installation),
                """{"kind":"other"}""".ToUtf8()
            );
            Assert.Equal(
                (has, has),
                (
                    listed.TryGetProperty("return_reason_code", out _),
                    written.Answer.OrThrow().Json.GetProperty("order").TryGetProperty("return_reason_code", out _)
                )
            );
            Assert.Equal((version, version), (list.Field("Marketplace-Version"), written.Field("Marketplace-Version")));
        }
    }

    [Fact]
    public async Task Every_answer_of_a_plugins_call_names_its_version_refused_and_uncounted_ones_and_repeats_too()
    {
        var installation = await marketplace.Installation("pins-2024-02", "2024-02");
        var token = await marketplace.Plugins.PluginToken(installation);
        var order = await Returned(TestMarketplace.SellerOf(installation));
        (string, string) key = ("Idempotency-Key", MarketplaceClient.NewKey());

        var missing = await Get(installation, "orders/no-such");
        var quota = await Get(installation, "quota");
        var flags = $"/open/v1/orders/{order}/flags";
        var write = await marketplace.Http.Raw("POST", flags, token, """{"kind":"other"}""".ToUtf8(), headers: [key]);
        var repeat = await marketplace.Http.Raw("POST", flags, token, """{"kind":"other"}""".ToUtf8(), headers: [key]);
        await marketplace.Client.Pause(installation);
        var paused = await Get(installation, $"orders/{order}");

        Assert.Equal([404, 200, 200, 200, 403], new[] { missing, quota, write, repeat, paused }.Select(answer => answer.Status));
        Assert.All([missing, quota, write, repeat, paused], answer => Assert.Equal("2024-02", answer.Field("Marketplace-Version")));
        Assert.True(repeat.Answer.Replayed);
        Assert.Equal(write.Answer.Text, repeat.Answer.Text);
    }

    [Fact]
    public async Task An_older_version_says_so_with_every_answer_with_its_end_where_one_is_set_and_after_it_the_next_one_is_served()
    {
        var installation = await marketplace.Installation("pins-2024-02", "2024-02");
        var order = await Returned(TestMarketplace.SellerOf(installation));

        foreach (var path in new[] { $"orders/{order}", "orders/no-such", "quota" })
        {
            var first = await Get(installation, path);
            Assert.Equal(("@1714521600", "Thu, 01 Jan 2099 00:00:00 GMT"), (first.Field("Deprecation"), first.Field("Sunset")));
            var second = await Get(await marketplace.Installation("pins-2024-05", "2024-05"), path);
            Assert.Equal(("@1793491200", null), (second.Field("Deprecation"), second.Field("Sunset")));
            var newest = await Get(await marketplace.Installation("takes-newest", null), path);
            Assert.Equal((null, null), (newest.Field("Deprecation"), newest.Field("Sunset")));
        }

        var unknown = await marketplace.Installation("pins-2023-01", "2023-01");
        Assert.Equal("2024-02", (await Get(unknown, "quota")).Field("Marketplace-Version"));
    }

    [Fact]
    public async Task A_new_manifest_moves_its_running_installations()
    {
        var installation = await marketplace.Installation("moves", "2024-02");
        var order = await Returned(TestMarketplace.SellerOf(installation));
        Assert.Equal("2024-02", (await Get(installation, $"orders/{order}")).Field("Marketplace-Version"));

        await marketplace.Register("moves", "2024-05");

        var answer = await Eventually.Get(
            () => Get(installation, $"orders/{order}"),
            read => read.Field("Marketplace-Version") == "2024-05",
            "the version served"
        );
        Assert.Equal("size-too-small", answer.Answer.Json.GetProperty("return_reason_code").GetString());
    }

    [Fact]
    public async Task What_is_published_for_everybody_names_every_member_that_is_answered()
    {
        var seller = marketplace.NewSeller();
        var installation = await marketplace.Installation("takes-newest", null, seller);
        var order = await Returned(seller);
        (
            await marketplace.Plugins.Call(installation, HttpMethod.Post, $"orders/{order}/flags", new { kind = "other", note = "n" })
        ).OrThrow();

        var published = await marketplace.Http.Raw("GET", "/schemas/2026-11", token: null);
        var definition = published.Answer.OrThrow().Json.GetProperty("$defs").GetProperty("order");
        var answered = (await Get(installation, $"orders/{order}")).Answer.OrThrow().Json;

        Assert.Equal("application/schema+json", published.Answer.ContentType);
        Assert.Contains("immutable", published.Field("Cache-Control"), StringComparison.Ordinal);
        Assert.Empty(answered.EnumerateObject().Select(member => member.Name).Except(Members(definition)));
        Assert.Empty(
            definition
                .GetProperty("required")
                .EnumerateArray()
                .Select(name => name.GetString()!)
                .Except(answered.EnumerateObject().Select(member => member.Name))
        );
        Assert.Empty(
            answered
                .GetProperty("flags")[0]
                .EnumerateObject()
                .Select(member => member.Name)
                .Except(Members(definition.GetProperty("properties").GetProperty("flags").GetProperty("items")))
        );
        Assert.Empty(
            answered
                .GetProperty("buyer")
                .EnumerateObject()
                .Select(member => member.Name)
                .Except(Members(definition.GetProperty("properties").GetProperty("buyer")))
        );
        (await marketplace.Http.Raw("GET", "/schemas/2024-03", token: null)).Answer.IsProblem(404, "schema-version-unknown");
    }

    [Fact]
    public void The_served_versions_are_the_published_ones() =>
        Assert.Equal(["2024-02", "2024-05", "2026-11", "2026-12"], PayloadSchemas.Standard.Versions.Select(version => version.Version));

    private static IEnumerable<string> Members(JsonElement definition) =>
        definition.GetProperty("properties").EnumerateObject().Select(member => member.Name);

    private async Task<(string First, string Second, string Third, string Newest)> FourPlugins(string seller) =>
        (
            await marketplace.Installation("pins-2024-02", "2024-02", seller),
            await marketplace.Installation("pins-2024-05", "2024-05", seller),
            await marketplace.Installation("pins-2026-11", "2026-11", seller),
            await marketplace.Installation("takes-newest", null, seller)
        );

    private async Task<string> Returned(string seller)
    {
        var order = await marketplace.NewOrder($"{seller}/any");
        (
            await marketplace.Client.SendEvents([
                CloudEvents.Of("order.delivered", seller, order, new { }),
                CloudEvents.Of("order.returned", seller, order, new { return_reason_code = "size-too-small", reason = "does not fit" }),
            ])
        ).OrThrow();
        return order;
    }

    private async Task<Exchange> Get(string installation, string path) =>
        await marketplace.Http.Raw("GET", $"/open/v1/{path}", await marketplace.Plugins.PluginToken(installation));
}
