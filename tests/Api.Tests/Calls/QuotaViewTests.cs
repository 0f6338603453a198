using System.Text.Json;

namespace Marketplace.Api.Tests.Calls;

public class QuotaViewTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task The_view_has_exactly_the_documented_members()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        for (var i = 0; i < 4; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        var view = (await Client.Quota(installation)).Json;

        Assert.Equal(["installation", "day", "daily", "burst", "spend", "errors"], Names(view));
        Assert.Equal(["limit", "used", "remaining", "resetsAt"], Names(view.GetProperty("daily")));
        Assert.Equal(["limit", "remaining", "per_second", "resetsAt"], Names(view.GetProperty("burst")));
        Assert.Equal(["cap", "used", "remaining", "currency", "resetsAt"], Names(view.GetProperty("spend")));
        Assert.Equal(["limit", "used", "remaining", "resetsAt"], Names(view.GetProperty("errors")));
        Assert.Equal(installation, view.GetProperty("installation").GetString());
        Assert.Equal("""7 4 3""", Figures(view.GetProperty("daily"), "limit", "used", "remaining"));
        Assert.Equal("""10000 0 10000""", Figures(view.GetProperty("errors"), "limit", "used", "remaining"));
        Assert.Equal("""null 0.020 null""", Figures(view.GetProperty("spend"), "cap", "used", "remaining"));
        Assert.Equal("CNY", view.GetProperty("spend").GetProperty("currency").GetString());
    }

    [Fact]
    public async Task A_cap_shows_what_is_left_of_it()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        await Client.SellerCommand(HttpMethod.Put, installation, "settings", new Settings(null, 1.5m));
        for (var i = 0; i < 5; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        var spend = (await Client.Quota(installation)).Json.GetProperty("spend");

        Assert.Equal(
            (1.5m, 0.040m, 1.460m),
            (spend.GetProperty("cap").GetDecimal(), spend.GetProperty("used").GetDecimal(), spend.GetProperty("remaining").GetDecimal())
        );
    }

    [Fact]
    public async Task Looking_is_not_counted_and_counters_reset_at_midnight_in_Shanghai()
    {
        var installation = await marketplace.NewInstallation();
        for (var i = 0; i < 3; i++)
        {
            Assert.Null((await Client.Quota(installation)).Receipt);
        }

        var view = (await Client.Quota(installation)).Json;

        Assert.Equal(0, view.GetProperty("daily").GetProperty("used").GetInt32());
        Assert.Equal(TimeSpan.FromHours(16), view.GetProperty("daily").GetProperty("resetsAt").GetDateTimeOffset().UtcDateTime.TimeOfDay);
        var month = view.GetProperty("spend").GetProperty("resetsAt").GetDateTimeOffset().ToOffset(TimeSpan.FromHours(8));
        Assert.Equal((1, TimeSpan.Zero), (month.Day, month.TimeOfDay));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    private static string Figures(JsonElement element, params string[] names) =>
        string.Join(' ', names.Select(name => element.GetProperty(name).GetRawText()));
}
