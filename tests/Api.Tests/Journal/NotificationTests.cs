using System.Text.Json;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Journal;

/// <summary>What sellers are told, and that they have read it.</summary>
public class NotificationTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_pause_is_told_in_both_languages_and_can_be_marked_as_read_once()
    {
        var installation = await marketplace.NewInstallation();
        await Client.Pause(installation, "盘点");

        var before = await WaitForNotifications(installation, "", page => Kinds(page).Contains("installation.paused"));
        var paused = before.GetProperty("notifications").EnumerateArray().Single(told => Text(told, "kind") == "installation.paused");
        Assert.Equal("插件 everything 已暂停：盘点。", Text(paused.GetProperty("text"), "zh"));
        Assert.Equal("The plugin everything was paused: 盘点.", Text(paused.GetProperty("text"), "en"));
        Assert.Equal(installation, Text(paused, "installation"));
        Assert.Equal(JsonValueKind.Null, paused.GetProperty("read_at").ValueKind);

        var read = await MarkRead(installation, Text(paused, "id"));
        var again = await MarkRead(installation, Text(paused, "id"));
        Assert.Equal(200, (int)read.Status);
        Assert.Equal(read.Text, again.Text);

        // Each entity is told in its own order, so more of the enabling may come after the pause.
        var after = await WaitForNotifications(installation, "&unread=true", _ => true);
        Assert.Equal(after.GetProperty("notifications").GetArrayLength(), after.GetProperty("unread").GetInt32());
        Assert.DoesNotContain("installation.paused", Kinds(after));
        Assert.Subset(Kinds(after).ToHashSet(), Kinds(before).Where(kind => kind != "installation.paused").ToHashSet());
    }

    [Fact]
    public async Task A_notification_that_is_not_there_or_somebody_elses_is_not_found()
    {
        var installation = await marketplace.NewInstallation();
        var other = await marketplace.NewInstallation();
        var told = await WaitForNotifications(other, "", page => Kinds(page).Any());

        Assert.Equal(404, (int)(await MarkRead(installation, "999999999")).Status);
        Assert.Equal(404, (int)(await MarkRead(installation, Text(told.GetProperty("notifications")[0], "id"))).Status);
        Assert.Equal(400, (int)(await MarkRead(installation, "one")).Status);
    }

    private async Task<JsonElement> WaitForNotifications(string installation, string query, Func<JsonElement, bool> condition) =>
        await Eventually.Get(
            async () =>
                (
                    await Client.Send(
                        HttpMethod.Get,
                        $"/seller/v1/notifications?seller={TestMarketplace.SellerOf(installation)}{query}",
                        await Client.SellerCenterToken()
                    )
                )
                    .OrThrow()
                    .Json,
            condition,
            "the notifications"
        );

    private async Task<Answer> MarkRead(string installation, string id) =>
        await Client.Send(
            HttpMethod.Post,
            $"/seller/v1/notifications/{id}/read?seller={TestMarketplace.SellerOf(installation)}",
            await Client.SellerCenterToken()
        );

    private static IEnumerable<string> Kinds(JsonElement page) =>
        page.GetProperty("notifications").EnumerateArray().Select(told => Text(told, "kind"));

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
