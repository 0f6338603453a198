using System.Text.Json;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Journal;

/// <summary>The seller's trail: who, when, what, before and after, from which address (R74).</summary>
public class TrailTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Every_command_is_in_the_trail_with_before_and_after_and_whence_it_came()
    {
        var installation = await marketplace.NewInstallation();
        await Client.Pause(installation, "stocktaking");

        var paused = Find(await Trail(installation, entries => entries.Any(entry => Type(entry) == "paused")), "paused");

        Assert.Equal($"installation/{installation}", Text(paused, "entity"));
        Assert.Equal(
            ("demo-seller-center:li-lei", "seller-user:owner", "127.0.0.1"),
            (Text(paused, "actor"), Text(paused, "role"), Text(paused, "address"))
        );
        Assert.Equal(("running", "paused"), (Text(paused.GetProperty("before"), "phase"), Text(paused.GetProperty("after"), "phase")));
        Assert.Equal("stocktaking", Text(paused.GetProperty("after"), "pause_reason"));
        Assert.Equal(JsonValueKind.Null, paused.GetProperty("before").GetProperty("pause_reason").ValueKind);
        var line = await Client
            .Export("journal")
            .SingleAsync(fact => Text(fact, "hash") == Text(paused, "hash"), TestContext.Current.CancellationToken);
        Assert.Equal(("127.0.0.1", "seller-user:owner"), (Text(line, "address"), Text(line, "role")));
    }

    [Fact]
    public async Task Seller_Center_names_its_users_address_and_only_an_address()
    {
        var installation = await marketplace.NewInstallation();
        async Task<HttpResponseMessage> Pause(string address)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post,
                new Uri($"/seller/v1/installations/{installation}/pause", UriKind.Relative)
            );
            request.Headers.Authorization = new("Bearer", await Client.SellerCenterToken());
            request.Headers.Add("X-Actor-Address", address);
            return await marketplace.Http.SendAsync(request, TestContext.Current.CancellationToken);
        }

        using var refused = await Pause("not-an-address");
        (await Answer.Read(refused)).IsProblem(400, "parameter-invalid");
        using var paused = await Pause("203.0.113.7");
        paused.EnsureSuccessStatusCode();

        Assert.Equal(
            "203.0.113.7",
            Text(Find(await Trail(installation, entries => entries.Any(entry => Type(entry) == "paused")), "paused"), "address")
        );
    }

    [Fact]
    public async Task The_trail_is_newest_first_and_its_pages_put_together_are_all_of_it()
    {
        var installation = await marketplace.NewInstallation();
        for (var i = 0; i < 3; i++)
        {
            await Client.Pause(installation);
            await Client.Resume(installation);
        }

        var all = await Trail(installation, entries => entries.Count(entry => Type(entry) == "resumed") == 3);
        Assert.Equal(all.Select(Id).OrderDescending(), all.Select(Id));
        Assert.Equal("resumed", Type(all[0]));

        var paged = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = (await Read(installation, $"&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Json;
            paged.AddRange(page.GetProperty("entries").EnumerateArray());
            Assert.True(page.GetProperty("entries").GetArrayLength() <= 2);
            cursor = page.GetProperty("has_more").GetBoolean() ? page.GetProperty("next_cursor").GetString() : null;
        } while (cursor is not null);
        Assert.Equal(all.Select(Id), paged.Select(Id));
    }

    [Fact]
    public async Task What_changed_nothing_is_in_the_journal_under_its_key_and_neither_in_the_trail_nor_among_the_notifications()
    {
        var installation = await marketplace.NewInstallation();
        var path = $"/seller/v1/installations/{installation}/pause";
        foreach (var key in new[] { "first", "second", "second" })
        {
            (
                await marketplace.Http.Raw(
                    "POST",
                    path,
                    await Client.SellerCenterToken(),
                    "{}"u8.ToArray(),
                    headers: [("Idempotency-Key", $"{installation}-{key}")]
                )
            ).Answer.OrThrow();
        }

        await Client.Resume(installation);
        var entries = await Trail(installation, entries => entries.Any(entry => Type(entry) == "resumed"));
        var told = await Eventually.Get<IReadOnlyList<JsonElement>>(
            async () =>
                [
                    .. (
                        await Client.Send(
                            HttpMethod.Get,
                            $"/seller/v1/notifications?seller={TestMarketplace.SellerOf(installation)}",
                            await Client.SellerCenterToken()
                        )
                    )
                        .OrThrow()
                        .Json.GetProperty("notifications")
                        .EnumerateArray(),
                ],
            notices => notices.Any(notice => Text(notice, "kind") == "installation.resumed"),
            "the notifications"
        );

        var kept = await Client
            .Export("journal")
            .SingleAsync(fact => Text(fact, "operation_id") == $"{installation}-second", TestContext.Current.CancellationToken);
        Assert.Equal("nothing-changed", Type(kept));
        Assert.Single(entries, entry => Type(entry) == "paused");
        Assert.DoesNotContain(entries, entry => Type(entry) == "nothing-changed");
        Assert.DoesNotContain(told, notice => Text(notice, "kind").EndsWith("nothing-changed", StringComparison.Ordinal));
        var verified = await Client.Send(
            HttpMethod.Get,
            $"/platform/v1/audit/verify?entity=installation/{installation}",
            await Client.OperatorToken()
        );
        Assert.True(verified.OrThrow().Json.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Each_filter_leaves_out_what_does_not_match()
    {
        var installation = await marketplace.NewInstallation();
        await Client.Pause(installation);
        await Client.Resume(installation);
        var paused = Find(await Trail(installation, entries => entries.Any(entry => Type(entry) == "resumed")), "paused");
        var at = paused.GetProperty("at").GetDateTimeOffset();
        var seller = $"seller/{TestMarketplace.SellerOf(installation)}";

        Assert.Equal(["paused"], await Types(installation, "&type=paused"));
        await Shows("&actor=" + Uri.EscapeDataString(Text(paused, "actor")), entry => Text(entry, "actor") == Text(paused, "actor"));
        await Shows($"&entity={seller}", entry => Text(entry, "entity") == seller);
        await Shows($"&from={Uri.EscapeDataString(at.ToString("O"))}", entry => entry.GetProperty("at").GetDateTimeOffset() >= at);
        await Shows($"&to={Uri.EscapeDataString(at.ToString("O"))}", entry => entry.GetProperty("at").GetDateTimeOffset() < at);
        Assert.Equal(["resumed", "paused"], await Types(installation, "&type=paused&type=resumed"));
        Assert.Empty(await Types(installation, "&type=no-such-type"));

        // Facts of the seller's enterprise come by a stream of their own, perhaps between two reads: both are read again until they agree.
        Task Shows(string query, Func<JsonElement, bool> matches) =>
            Eventually.Get(
                async () => (All: await Trail(installation, _ => true), Filtered: (await Types(installation, query)).ToArray()),
                read => read.Filtered.Length > 0 && read.All.Where(matches).Select(Type).SequenceEqual(read.Filtered),
                query
            );
    }

    [Fact]
    public async Task A_user_sees_the_own_trail_only()
    {
        var installation = await marketplace.NewInstallation();
        var stranger = await Client.UserToken(marketplace.NewSeller());

        foreach (var path in new[] { "audit", "notifications" })
        {
            var answer = await Client.Send(HttpMethod.Get, $"/seller/v1/{path}?seller={TestMarketplace.SellerOf(installation)}", stranger);
            Assert.Equal(404, (int)answer.Status);
        }
    }

    [Theory]
    [InlineData("&limit=0", "parameter-invalid")]
    [InlineData("&limit=101", "parameter-invalid")]
    [InlineData("&from=yesterday", "parameter-invalid")]
    [InlineData("&entity=a&entity=b", "parameter-invalid")]
    [InlineData("&cursor=x", "cursor-invalid")]
    public async Task A_query_that_cannot_be_read_is_refused(string query, string code)
    {
        var answer = await Client.Send(HttpMethod.Get, $"/seller/v1/audit?seller=s-1{query}", await Client.SellerCenterToken());

        Assert.Equal(400, (int)answer.Status);
        Assert.Equal(code, answer.Json.GetProperty("code").GetString());
    }

    private async Task<IReadOnlyList<JsonElement>> Trail(string installation, Func<IReadOnlyList<JsonElement>, bool> condition) =>
        await Eventually.Get<IReadOnlyList<JsonElement>>(
            async () => [.. (await Read(installation, "&limit=100")).Json.GetProperty("entries").EnumerateArray()],
            condition,
            "the trail"
        );

    private async Task<Answer> Read(string installation, string query) =>
        (
            await Client.Send(
                HttpMethod.Get,
                $"/seller/v1/audit?seller={TestMarketplace.SellerOf(installation)}{query}",
                await Client.SellerCenterToken()
            )
        ).OrThrow();

    private async Task<IEnumerable<string>> Types(string installation, string query) =>
        (await Read(installation, query)).Json.GetProperty("entries").EnumerateArray().Select(Type).ToArray();

    private static JsonElement Find(IEnumerable<JsonElement> entries, string type) => entries.Single(entry => Type(entry) == type);

    private static long Id(JsonElement entry) => long.Parse(Text(entry, "id"), System.Globalization.CultureInfo.InvariantCulture);

    private static string Type(JsonElement entry) => Text(entry, "type");

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
