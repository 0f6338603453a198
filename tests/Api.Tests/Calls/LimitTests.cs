using System.Text.Json;

namespace Marketplace.Api.Tests.Calls;

/// <summary>Daily quota, burst and spend cap as a plugin meets them.</summary>
public class LimitTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task After_the_days_last_call_the_next_is_refused_until_the_next_day()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        await Calls(installation, 7);

        var answer = await Client.Get(installation, "orders");

        var problem = answer.IsProblem(429, "quota-exceeded");
        var evidence = problem.GetProperty("evidence");
        Assert.Equal(
            ("daily", 7, 7),
            (evidence.GetProperty("counter").GetString(), evidence.GetProperty("limit").GetInt32(), evidence.GetProperty("used").GetInt32())
        );
        var resets = evidence.GetProperty("resetsAt").GetDateTimeOffset();
        Assert.Equal(TimeSpan.FromHours(16), resets.UtcDateTime.TimeOfDay);
        Assert.Equal(resets, problem.GetProperty("retry_at").GetDateTimeOffset());
        Assert.InRange(answer.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Assert.Equal(0, answer.Limits["daily"].Remaining);
        Assert.Null(answer.Receipt);
        Assert.Equal(0.070m, (await Quota(installation)).GetProperty("spend").GetProperty("used").GetDecimal());
    }

    [Fact]
    public async Task A_client_that_sleeps_until_retry_at_passes()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Slow);
        var refused = 0;
        for (var i = 0; i < 8; i++)
        {
            var answer = await Client.Get(installation, "orders");
            if (answer.IsSuccess)
            {
                continue;
            }

            refused++;
            var problem = answer.IsProblem(429, "burst-exceeded");
            Assert.NotNull(answer.RetryAfter);
            await Until(problem.GetProperty("retry_at").GetDateTimeOffset());
            (await Client.Get(installation, "orders")).OrThrow();
        }

        Assert.True(refused > 0);
    }

    [Fact]
    public async Task Of_many_calls_at_once_no_more_pass_than_the_burst_allows()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Slow);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Client.Get(installation, "orders")));

        var passed = answers.Count(answer => answer.IsSuccess);
        Assert.All(answers.Where(answer => !answer.IsSuccess), answer => answer.IsProblem(429, "burst-exceeded"));
        Assert.Equal(passed, (await Quota(installation)).GetProperty("daily").GetProperty("used").GetInt32());
        Assert.InRange(passed, 3, 20);
    }

    [Theory]
    [InlineData(0.000, 3)]
    [InlineData(0.020, 4)]
    [InlineData(0.039, 4)]
    [InlineData(0.040, 5)]
    [InlineData(0.055, 6)]
    [InlineData(0.070, 7)]
    public async Task The_spend_cap_is_never_passed_and_fully_usable(double cap, int calls)
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        await SetCap(installation, (decimal)cap);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Client.Get(installation, "orders")));

        Assert.Equal(calls, answers.Count(answer => answer.IsSuccess));
        var code = calls == 7 ? "quota-exceeded" : "spend-cap";
        Assert.All(answers.Where(answer => !answer.IsSuccess), answer => Assert.Contains(answer.ProblemCode, new[] { code, "spend-cap" }));
        var spend = (await Quota(installation)).GetProperty("spend");
        Assert.InRange(spend.GetProperty("used").GetDecimal(), 0m, (decimal)cap);
    }

    [Fact]
    public async Task A_raised_spend_cap_lets_the_next_call_pass()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        await SetCap(installation, 0m);
        await Calls(installation, 3);
        var problem = (await Client.Get(installation, "orders")).IsProblem(429, "spend-cap");
        Assert.Equal("seller", problem.GetProperty("fix").GetProperty("by").GetString());
        Assert.Equal("spend", problem.GetProperty("evidence").GetProperty("counter").GetString());

        await SetCap(installation, 0.020m);

        Assert.Equal(0.020m, (await Client.Get(installation, "orders")).OrThrow().Receipt!.Price);
        (await Client.Get(installation, "orders")).IsProblem(429, "spend-cap");
    }

    [Fact]
    public async Task With_a_cap_of_nothing_the_first_thousand_calls_pass_and_no_more()
    {
        var installation = $"{marketplace.NewSeller()}/peak-dashboard";
        await Client.Install(TestMarketplace.SellerOf(installation), "peak-dashboard", "orders.read");
        await SetCap(installation, 0m);

        var answers = await ManyCalls(installation, 1_050);

        Assert.Equal(1_000, answers.Count(answer => answer.IsSuccess));
        Assert.All(answers.Where(answer => !answer.IsSuccess), answer => answer.IsProblem(429, "spend-cap"));
        await SetCap(installation, null);
        var paid = await ManyCalls(installation, 100);
        Assert.Equal(2.000m, paid.Sum(answer => answer.OrThrow().Receipt!.Price));
        Assert.Equal(2.000m, paid.Max(answer => answer.Receipt!.Total));
        Assert.Equal(
            Enumerable.Range(1, 1_100).Select(n => (long)n),
            answers.Concat(paid).Where(answer => answer.IsSuccess).Select(answer => answer.Receipt!.Seq).Order()
        );
    }

    private static async Task Until(DateTimeOffset at)
    {
        var clock = TimeProvider.System;
        while (clock.GetUtcNow() < at)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private async Task Calls(string installation, int count)
    {
        for (var i = 0; i < count; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }
    }

    private async Task<List<Answer>> ManyCalls(string installation, int count)
    {
        var answers = new List<Answer>();
        foreach (var some in Enumerable.Range(0, count).Chunk(50))
        {
            answers.AddRange(await Task.WhenAll(some.Select(_ => Client.Get(installation, "orders"))));
        }

        return answers;
    }

    private Task<Answer> SetCap(string installation, decimal? cap) =>
        Client.SellerCommand(HttpMethod.Put, installation, "settings", new Settings(null, cap));

    private async Task<JsonElement> Quota(string installation) => (await Client.Quota(installation)).Json;
}
