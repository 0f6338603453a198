using System.Globalization;
using System.Text.Json;

namespace Marketplace.Api.Tests.Billing;

/// <summary>Operators announce prices, and a seller sees them before it consents (R52, R53).</summary>
public class PriceTests(TestMarketplace marketplace)
{
    private const string Root = $"/platform/v1/plugins/{TestPlugins.Slow}/prices";

    private static readonly object[] Dearer =
    [
        new { up_to = 1_000, unit_price = 0.000m },
        new { up_to = 5_000, unit_price = 0.021m },
        new { up_to = 20_000, unit_price = 0.015m },
    ];

    private MarketplaceClient Client => marketplace.Client;

    private static DateOnly Today => MarketCalendar.Shanghai.DayOf(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task An_announced_rise_is_shown_before_consent_and_the_accepted_version_is_kept()
    {
        var from = Today.AddDays(100);
        var body = new { effective_from = from, tiers = Dearer };
        var announced = (await Operator(HttpMethod.Post, Root, body, "announce-a-rise")).OrThrow();
        var again = await Operator(HttpMethod.Post, Root, body, "announce-a-rise");
        var listed = (await Operator(HttpMethod.Get, Root)).Json;
        var installation = $"{marketplace.NewSeller()}/{TestPlugins.Slow}";
        var enabled = (await Enable(installation)).Json.GetProperty("prices");
        var shown = (await Client.ConsentDocument(installation)).Json;

        Assert.Equal(201, (int)announced.Status);
        Assert.Equal(announced.Text, again.Text);
        var version = announced.Json.GetProperty("version").GetInt32();
        Assert.Equal(1, listed.GetProperty("in_force").GetInt32());
        Assert.Contains(listed.GetProperty("versions").EnumerateArray(), one => one.GetProperty("version").GetInt32() == version);
        var day = from.ToString("O", CultureInfo.InvariantCulture);
        foreach (var prices in new[] { enabled, shown.GetProperty("prices") })
        {
            Assert.Equal(1, prices.GetProperty("version").GetInt32());
            Assert.Equal(0.020m, prices.GetProperty("tiers")[1].GetProperty("unit_price").GetDecimal());
            Assert.Equal(day, prices.GetProperty("next").GetProperty("effective_from").GetString());
            Assert.Equal(0.021m, prices.GetProperty("next").GetProperty("tiers")[1].GetProperty("unit_price").GetDecimal());
            var estimate = prices.GetProperty("estimate");
            Assert.Equal(("orders", 0m), (estimate.GetProperty("basis").GetString(), estimate.GetProperty("amount").GetDecimal()));
            Assert.Equal(50m, estimate.GetProperty("suggested_cap").GetDecimal());
        }

        (await Consent(installation, shown, version)).IsProblem(409, "price-changed");
        var consented = (await Consent(installation, shown, 1)).OrThrow().Json;
        Assert.Equal(1, consented.GetProperty("agreement").GetProperty("price_version").GetInt32());
    }

    [Fact]
    public async Task A_rise_without_notice_and_impossible_prices_are_refused_and_change_nothing()
    {
        var before = (await Operator(HttpMethod.Get, Root)).Text;

        (await Announce(Today.AddDays(89), Dearer)).IsProblem(409, "price-notice-short");
        (await Announce(Today, Dearer)).IsProblem(422, "price-invalid");
        (await Announce(Today.AddDays(120), [new { up_to = 999, unit_price = 0 }])).IsProblem(422, "price-invalid");
        (await Announce(Today.AddDays(120), [])).IsProblem(400, "body-invalid");
        (await Announce(Today.AddDays(120), [new { up_to = 1_000 }])).IsProblem(400, "body-invalid");
        (await Operator(HttpMethod.Post, Root, new { tiers = Dearer })).IsProblem(400, "body-invalid");
        (await Operator(HttpMethod.Get, "/platform/v1/plugins/no-such-plugin/prices")).IsProblem(404, "plugin-not-found");

        Assert.Equal(before, (await Operator(HttpMethod.Get, Root)).Text);
    }

    private Task<Answer> Announce(DateOnly from, object[] tiers) => Operator(HttpMethod.Post, Root, new { effective_from = from, tiers });

    private async Task<Answer> Operator(HttpMethod method, string path, object? body = null, string? key = null) =>
        await Client.Send(method, path, await Client.OperatorToken(), body, key);

    private async Task<Answer> Enable(string installation)
    {
        var seller = TestMarketplace.SellerOf(installation);
        var token = await Client.UserToken(seller);
        return (await Client.Send(HttpMethod.Post, "/seller/v1/installations", token, new { seller, plugin = TestPlugins.Slow })).OrThrow();
    }

    private async Task<Answer> Consent(string installation, JsonElement document, int version)
    {
        var agreement = document.GetProperty("agreement");
        var body = new
        {
            agreement = new { version = agreement.GetProperty("version").GetString(), hash = agreement.GetProperty("hash").GetString() },
            scopes = document.GetProperty("required").EnumerateArray().Select(scope => scope.GetProperty("scope").GetString()).ToArray(),
            price_version = version,
        };
        return await Client.SellerCommand(HttpMethod.Post, installation, "consent", body);
    }
}
