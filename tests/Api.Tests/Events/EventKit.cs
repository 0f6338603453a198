using System.Text;
using System.Text.Json;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Schemas.Payloads;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Events;

/// <summary>Steps of the tests about events on their way to plugins.</summary>
internal static class EventKit
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public static IDeliveryGrain Delivery(this TestMarketplace marketplace, string installation) =>
        marketplace.Services.GetRequiredService<IGrainFactory>().GetDelivery(InstallationId.Parse(installation, null));

    /// <summary>Waits until the installation's deliveries know what it may have: it is told some moments after the answer.</summary>
    public static async Task<string> NewReader(
        this TestMarketplace marketplace,
        string plugin = TestPlugins.Everything,
        params string[] grants
    )
    {
        var installation = await marketplace.NewInstallation(plugin, grants);
        await marketplace.Entitled(installation);

        // What is told of the installation itself is not what these tests are about: they begin behind it.
        var told = await Eventually.Get(
            async () => (await marketplace.Delivery(installation).Consume(0, 10, null, Ended)).Value,
            batch => batch?.Events.Any(@event => @event.Type == EventTypes.InstallationEnabled) is true,
            "the enabling"
        );
        Assert.Null((await marketplace.Delivery(installation).Confirm(told!.LastSeq, DeliveryChannel.Pull, Ended)).Refusal);
        return installation;
    }

    /// <summary>True for what the marketplace tells an installation of itself.</summary>
    public static bool IsLifecycle(string? type) => EventTypes.OfTheMarketplace.Contains(type ?? string.Empty);

    public static Task Entitled(this TestMarketplace marketplace, string installation) =>
        Eventually.Get(() => marketplace.Delivery(installation).GetStatus(Ended), status => status is { Stop: null }, installation);

    /// <summary>All owed events of the platform after a place, each as the bytes that every way has.</summary>
    public static async Task<IReadOnlyList<string>> Rendered(this TestMarketplace marketplace, string installation, long after = 0)
    {
        var batch = (await marketplace.Delivery(installation).Consume(after, 1_000, null, Ended)).Value!;
        return
        [
            .. batch
                .Events.Where(@event => !@event.IsLifecycle)
                .Select(@event =>
                    Encoding.UTF8.GetString(
                        EventPayloads.Render(@event, InstallationId.Parse(installation, null), batch.Schema, batch.Scopes)
                    )
                ),
        ];
    }

    /// <summary>A page of events.</summary>
    public static async Task<JsonElement> Events(this TestMarketplace marketplace, string installation, string query = "") =>
        (await marketplace.Client.Get(installation, $"events{query}")).OrThrow().Json;

    public static Task<Answer> Confirm(this TestMarketplace marketplace, string installation, string cursor) =>
        marketplace.Client.Call(installation, HttpMethod.Post, "events/confirm", new { cursor });

    /// <summary>What the platform's events of a page are about.</summary>
    public static string[] Subjects(JsonElement page) =>
        [
            .. page.GetProperty("events")
                .EnumerateArray()
                .Where(@event => !IsLifecycle(@event.GetProperty("type").GetString()))
                .Select(@event => @event.GetProperty("subject").GetString()!),
        ];

    public static string Next(JsonElement page) => page.GetProperty("next_cursor").GetString()!;

    public static async Task<long> Used(this TestMarketplace marketplace, string installation) =>
        (await marketplace.Client.Quota(installation)).Json.GetProperty("daily").GetProperty("used").GetInt64();
}
