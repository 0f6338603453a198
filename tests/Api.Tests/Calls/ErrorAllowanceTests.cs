namespace Marketplace.Api.Tests.Calls;

/// <summary>Errors cost nothing, but not without end.</summary>
public sealed class ErrorAllowanceTests(ErrorAllowanceTests.Strict marketplace) : IClassFixture<ErrorAllowanceTests.Strict>
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Every_kind_of_error_takes_one_and_beyond_the_days_last_nothing_passes()
    {
        var installation = await marketplace.NewInstallation();
        var order = await marketplace.NewOrder(installation);
        var token = await Client.PluginToken(installation);
        (await Client.Get(installation, $"orders/{order}")).OrThrow();

        Exchange[] errors =
        [
            await marketplace.Http.Raw("GET", "/open/v1/orders/none", token),
            await marketplace.Http.Raw("GET", "/open/v1/orders?limit=0", token),
            await marketplace.Http.Raw("HEAD", "/open/v1/orders/none", token),
            await marketplace.Http.Raw("POST", "/open/v1/events/confirm", token, """{"cursor":"x"}""".ToUtf8()),
            await marketplace.Http.Raw("POST", $"/open/v1/orders/{order}/flags", token, "{".ToUtf8()),
            await marketplace.Http.Raw(
                "POST",
                $"/open/v1/orders/{order}/flags",
                token,
                "{}".ToUtf8(),
                headers: ("Idempotency-Key", new string('k', 256))
            ),
            await marketplace.Http.Raw("POST", $"/open/v1/orders/{order}/flags", token, new byte[70_000]),
            await marketplace.Http.Raw("GET", "/open/v1/upstream/echo/missing", token),
        ];

        Assert.All(errors, error => Assert.InRange(error.Status, 400, 499));
        Assert.All(errors, error => Assert.Null(error.Answer.Receipt));
        Assert.All(errors, error => Assert.Equal(999_999_999, error.Answer.Limits["daily"].Remaining));
        var quota = (await Client.Quota(installation)).Json;
        Assert.Equal(
            (1, 8, 0),
            (Used(quota, "daily"), Used(quota, "errors"), quota.GetProperty("errors").GetProperty("remaining").GetInt32())
        );

        foreach (var path in new[] { $"orders/{order}", "orders/none", "upstream/free/x" })
        {
            var answer = await Client.Get(installation, path);
            var problem = answer.IsProblem(429, "abnormal-usage");
            var evidence = problem.GetProperty("evidence");
            Assert.Equal(
                ("errors", 8, 8),
                (
                    evidence.GetProperty("counter").GetString(),
                    evidence.GetProperty("limit").GetInt32(),
                    evidence.GetProperty("used").GetInt32()
                )
            );
            Assert.Equal(TimeSpan.FromHours(16), evidence.GetProperty("resetsAt").GetDateTimeOffset().UtcDateTime.TimeOfDay);
            Assert.InRange(answer.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        }

        Assert.Equal(8, Used((await Client.Quota(installation)).Json, "errors"));
        var seller = TestMarketplace.SellerOf(installation);
        var diagnosis = (
            await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}/diagnosis", await Client.UserToken(seller))
        )
            .OrThrow()
            .Json;
        Assert.Equal("abnormal-usage", diagnosis.GetProperty("findings")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Refusals_take_nothing_of_the_allowance()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Everything, "orders.read");
        for (var i = 0; i < 10; i++)
        {
            (await Client.Get(installation, "products")).IsProblem(403, "scope-missing");
            (await Client.Send(HttpMethod.Get, "/open/v1/orders", token: "a.b.c")).IsProblem(401, "token-invalid");
            (await marketplace.Http.Raw("GET", "/open/v1/none", await Client.PluginToken(installation))).IsProblem(404, "not-found");
        }

        Assert.Equal(0, Used((await Client.Quota(installation)).Json, "errors"));
        (await Client.Get(installation, "orders")).OrThrow();
    }

    [Fact]
    public async Task One_installations_errors_are_nobody_elses()
    {
        var (wrong, right) = (await marketplace.NewInstallation(), await marketplace.NewInstallation());
        for (var i = 0; i < 8; i++)
        {
            (await Client.Get(wrong, "orders/none")).IsProblem(404, "order-not-found");
        }

        (await Client.Get(wrong, "orders")).IsProblem(429, "abnormal-usage");
        (await Client.Get(right, "orders")).OrThrow();
    }

    private static int Used(System.Text.Json.JsonElement quota, string counter) =>
        quota.GetProperty(counter).GetProperty("used").GetInt32();

    /// <summary>Allows few errors a day, and refuses the rest.</summary>
    public sealed class Strict : TestMarketplace
    {
        public Strict() => Settings["Marketplace:ErrorsPerDay"] = "8";
    }
}
