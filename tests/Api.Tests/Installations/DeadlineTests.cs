using System.Text.Json;
using Marketplace.Api.Tests.Diagnostics;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Installations;

/// <summary>Moves the grains' clock, so it has a marketplace of its own.</summary>
public sealed class DeadlineTests(FaultMarketplace marketplace) : IClassFixture<FaultMarketplace>
{
    private static readonly string[] Warnings = ["installation.expiry-near", "installation.expiry-near", "installation.expiry-near"];

    [Fact]
    public async Task Nobody_asks_and_yet_the_seller_is_warned_thrice_and_told_of_the_end()
    {
        marketplace.Reset();
        var installation = await marketplace.NewInstallation(TestPlugins.Everything, "orders.read");
        var seller = TestMarketplace.SellerOf(installation);

        foreach (var (hoursBefore, told) in new[] { (71, 1), (47, 2), (23, 3) })
        {
            marketplace.Clock.Offset += Until(await End(installation), TimeSpan.FromHours(hoursBefore));
            Assert.Equal(Warnings[..told], await WaitForNotifications(seller, "installation.expiry-near", told));
        }

        marketplace.Clock.Offset += Until(await End(installation), TimeSpan.FromMinutes(-1));
        Assert.Single(await WaitForNotifications(seller, "installation.authorisation-expired", 1));
        Assert.Equal("auth-expired", (await marketplace.Client.Installation(installation)).Json.GetProperty("state").GetString());
        Assert.Equal(Warnings, await WaitForNotifications(seller, "installation.expiry-near", 3));
    }

    private TimeSpan Until(DateTimeOffset end, TimeSpan before) => end - before - marketplace.Clock.GetUtcNow();

    private async Task<DateTimeOffset> End(string installation) =>
        (await marketplace.Client.Installation(installation)).Json.GetProperty("authorisation_expires_at").GetDateTimeOffset();

    /// <summary>The notifications of a kind, once there are as many.</summary>
    private Task<string[]> WaitForNotifications(string seller, string kind, int atLeast) =>
        Eventually.Get(
            async () =>
            {
                var answer = await marketplace.Client.Send(
                    HttpMethod.Get,
                    $"/seller/v1/notifications?seller={seller}&limit=100",
                    await marketplace.Client.SellerCenterToken()
                );
                return answer
                    .OrThrow()
                    .Json.GetProperty("notifications")
                    .EnumerateArray()
                    .Select(Kind)
                    .Where(told => told == kind)
                    .ToArray();
            },
            kinds => kinds.Length >= atLeast,
            $"{atLeast} notifications {kind}"
        );

    private static string Kind(JsonElement notification) => notification.GetProperty("kind").GetString()!;
}
