using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.Tests.Problems;

/// <summary>Problem documents speak Chinese and English to people, and the same to machines.</summary>
public class ProblemTextsTests(TestMarketplace marketplace)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 6, 5, 0, TimeSpan.Zero);

    [Fact]
    public void Every_problem_has_a_Chinese_title() =>
        Assert.All(ProblemKinds.All, kind => Assert.EndsWith("。", ProblemTitles.Of(kind.Code).Zh, StringComparison.Ordinal));

    [Fact]
    public void Every_problem_says_in_Chinese_what_to_do() =>
        Assert.All(ProblemKinds.All, kind => Assert.NotNull(ProblemFixes.Find(kind.Code)));

    [Theory]
    [InlineData("zh-CN", "zh-CN", "请卖家在卖家中心恢复该插件")]
    [InlineData("en-GB", "en", "The installation is paused.")]
    public async Task The_page_of_problem_types_speaks_the_readers_language(string accepted, string language, string text)
    {
        var page = await marketplace.Http.Raw("GET", "/problems", token: null, headers: ("Accept-Language", accepted));

        Assert.Equal(200, page.Status);
        Assert.Contains($"<html lang=\"{language}\">", page.Answer.Text, StringComparison.Ordinal);
        Assert.Contains(text, page.Answer.Text, StringComparison.Ordinal);
        Assert.All(ProblemKinds.All, kind => Assert.Contains($"<tr id=\"{kind.Code}\">", page.Answer.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Figures_and_times_are_told_in_the_readers_language()
    {
        var refusal = new Refusal(
            "quota-exceeded",
            "1,000 of 1,000 calls; again at 2026-11-29T16:00:00Z.",
            "time",
            "Wait until 2026-11-29T16:00:00Z."
        )
        {
            Counter = "daily",
            Limit = 1_000,
            Used = 1_000,
            ResetsAt = new DateTimeOffset(2026, 11, 29, 16, 0, 0, TimeSpan.Zero),
        };

        var chinese = Problem.Of(refusal, "0", ReaderLanguage.Chinese, Now);
        var english = Problem.Of(refusal, "0", ReaderLanguage.English, Now);

        Assert.Equal("今日调用次数已用完：每日调用次数上限 1000，已用 1000，11月30日 00:00 重置。", chinese.Detail);
        Assert.Equal("1,000 of 1,000 calls; again at 30 November 00:00 (Beijing time).", english.Detail);
        Assert.Equal("Wait until 30 November 00:00 (Beijing time).", english.Fix.Action);
        Assert.DoesNotMatch(new Regex("[A-Za-z]"), chinese.Title + chinese.Fix.Action);
        Assert.Equal((chinese.Code, chinese.Evidence.ResetsAt, chinese.Fix.By), (english.Code, english.Evidence.ResetsAt, english.Fix.By));
    }

    [Theory]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN", "没有这个订单")]
    [InlineData("de-DE,de;q=0.9,en;q=0.8", "en", "There is no such order")]
    [InlineData("zh;q=0.1, en;q=0.9", "en", "There is no such order")]
    [InlineData(null, "en", "There is no such order")]
    public async Task A_plugin_is_answered_in_the_language_that_it_asks_for(string? accepted, string language, string title)
    {
        var installation = await marketplace.NewInstallation();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/open/v1/orders/not-there");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {await marketplace.Client.PluginToken(installation)}");
        if (accepted is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", accepted);
        }

        using var response = await marketplace.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = System.Text.Json.JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(language, Assert.Single(response.Content.Headers.ContentLanguage));
        Assert.Contains("Accept-Language", response.Headers.Vary);
        Assert.StartsWith(title, problem.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal("order-not-found", problem.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("orders.read", "未授予该权限：涉及 读取订单（orders.read）。")]
    [InlineData("orders.read or products.read", "未授予该权限：涉及 读取订单（orders.read）或读取商品（products.read）。")]
    public void A_scope_is_called_by_the_name_that_sellers_read(string need, string detail)
    {
        var refusal = new Refusal("scope-missing", $"The installation has not granted {need}.", "seller", "Grant the scope.")
        {
            Evidence = ImmutableSortedDictionary<string, string>.Empty.Add("scope", need),
        };

        Assert.Equal(detail, Problem.Of(refusal, "0", ReaderLanguage.Chinese, Now).Detail);
    }

    [Fact]
    public async Task A_Chinese_reader_learns_which_parameter_is_wrong_and_what_was_expected()
    {
        var token = await marketplace.Client.PluginToken(await marketplace.NewInstallation());

        var english = (await marketplace.Http.Raw("GET", "/open/v1/orders?limit=many", token))
            .Answer.Json.GetProperty("detail")
            .GetString()!;
        var chinese = (await marketplace.Http.Raw("GET", "/open/v1/orders?limit=many", token, headers: ("Accept-Language", "zh-CN")))
            .Answer
            .Json;

        Assert.Contains("'limit'", english, StringComparison.Ordinal);
        Assert.Equal($"参数无效：{english}", chinese.GetProperty("detail").GetString());
    }
}
