using System.Text.Json;
using Marketplace.Api.Tests.Schemas;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Api.Tests.Events.EventKit;

namespace Marketplace.Api.Tests.Events;

/// <summary>
/// What plugins are told of their own installations: pushed whatever stops it, and read and live with all other events. Moves the grains'
/// clock.
/// </summary>
public sealed class LifecycleEventTests(SchemaMarketplace marketplace) : IClassFixture<SchemaMarketplace>
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task A_plugin_is_pushed_each_step_of_its_installation_also_while_that_is_stopped_and_orders_wait()
    {
        await using var receiver = await PluginReceiver.Start();
        var installation = await Pushed(receiver, TestPlugins.Everything);
        await receiver.Find(Is(EventTypes.InstallationEnabled), "the enabling");

        (await Client.Pause(installation, "盘点")).OrThrow();
        Assert.Equal(
            "installation-paused",
            Data(await receiver.Find(Is(EventTypes.InstallationPaused), "the pause")).GetProperty("reason").GetString()
        );
        var order = await marketplace.NewOrder(installation);
        (await Client.SetGrants(installation, "orders.read", "products.read")).OrThrow();
        var changed = Data(await receiver.Find(Is(EventTypes.GrantChanged), "the change of grants"));
        Assert.Equal(["orders.read", "products.read"], Texts(changed, "scopes"));
        Assert.Empty(Texts(changed, "added"));
        Assert.Contains("logistics.read", Texts(changed, "removed"));
        Assert.DoesNotContain(receiver.Received, message => Has(order)(message));

        (await Client.Resume(installation)).OrThrow();
        await receiver.Find(Is(EventTypes.InstallationResumed), "the resumption");
        await receiver.Find(Has(order), "the order that waited");
        await AssertOnEveryWay(installation, receiver);

        await Disable(installation);
        await receiver.Find(Is(EventTypes.InstallationDisabled), "the end");
        Assert.Equal(
            [
                EventTypes.InstallationEnabled,
                EventTypes.InstallationPaused,
                EventTypes.GrantChanged,
                EventTypes.InstallationResumed,
                EventTypes.InstallationDisabled,
            ],
            Lifecycle(receiver)
        );
        Assert.Equal(receiver.Received.Count, receiver.Received.Select(message => message.Id).Distinct().Count());
        Assert.All(receiver.Received.Where(message => IsLifecycle(Type(message))), message =>
            Assert.Equal(installation, Data(message).GetProperty("installation").GetString())
        );
    }

    [Fact]
    public async Task Behind_more_orders_than_are_read_ahead_the_plugin_is_told_and_after_the_pause_everything_arrives_once()
    {
        const int Orders = 600;
        await using var receiver = await PluginReceiver.Start();
        var installation = await Pushed(receiver, TestPlugins.Everything);
        await receiver.Find(Is(EventTypes.InstallationEnabled), "the enabling");
        (await Client.Pause(installation, "盘点")).OrThrow();
        await receiver.Find(Is(EventTypes.InstallationPaused), "the pause");
        for (var sent = 0; sent < Orders; sent += 100)
        {
            (
                await Client.SendEvents([
                    .. Enumerable.Range(sent, 100).Select(n => CloudEvents.OrderCreated(TestMarketplace.SellerOf(installation), $"o-{n}")),
                ])
            ).OrThrowIfRejected();
        }

        (await Client.SetGrants(installation, "orders.read")).OrThrow();
        await receiver.Find(Is(EventTypes.GrantChanged), "the change of grants");
        Assert.Equal(3, receiver.Received.Count);

        // A process that ends now must not tell it again, nor forget it.
        await marketplace.Delivery(installation).Reload();
        await marketplace.Delivery(installation).RunDueWork(Ended);
        (await Client.Resume(installation)).OrThrow();
        await Eventually.Get(() => Task.FromResult(receiver.Received.Count), count => count >= Orders + 4, "everything");

        Assert.Equal(Orders + 4, receiver.Received.Select(message => message.Id).Distinct().Count());
        Assert.Equal(Orders + 4, receiver.Received.Count);
        Assert.Equal(
            [EventTypes.InstallationEnabled, EventTypes.InstallationPaused, EventTypes.GrantChanged, EventTypes.InstallationResumed],
            Lifecycle(receiver)
        );
        var status = (await marketplace.Delivery(installation).GetStatus(Ended))!;
        Assert.Equal((Orders, Orders, 0), (status.Days.Sum(day => day.Owed), status.Days.Sum(day => day.Acknowledged), status.Owed));
    }

    [Fact]
    public async Task The_end_of_an_authorisation_is_told_before_and_when_it_comes()
    {
        await using var receiver = await PluginReceiver.Start();
        var installation = await Pushed(receiver, TestPlugins.Everything, "orders.read");
        var end = (await Client.Installation(installation)).Json.GetProperty("authorisation_expires_at").GetDateTimeOffset();

        marketplace.Clock.Offset += end - TimeSpan.FromHours(71) - marketplace.Clock.GetUtcNow();
        var near = Data(await receiver.Find(Is(EventTypes.AuthorisationExpiring), "the warning"));
        Assert.Equal((72, end), (near.GetProperty("hours").GetInt32(), near.GetProperty("expires_at").GetDateTimeOffset()));
        marketplace.Clock.Offset += end + TimeSpan.FromMinutes(1) - marketplace.Clock.GetUtcNow();
        Assert.Equal(
            end,
            Data(await receiver.Find(Is(EventTypes.AuthorisationExpired), "the end")).GetProperty("expires_at").GetDateTimeOffset()
        );

        await Client.Consent(installation, "orders.read");
        await receiver.Find(Is(EventTypes.InstallationResumed), "the renewal");
        await AssertOnEveryWay(installation, receiver);
    }

    [Fact]
    public async Task A_days_calls_are_told_when_they_go_to_their_end_and_when_they_are_used_up()
    {
        await using var receiver = await PluginReceiver.Start();
        var installation = await Pushed(receiver, TestPlugins.Few);
        for (var call = 0; call < 7; call++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        var threshold = Data(await receiver.Find(Is(EventTypes.QuotaThreshold), "the threshold"));
        Assert.Equal(
            (80, 6, 7),
            (
                threshold.GetProperty("threshold_percent").GetInt32(),
                threshold.GetProperty("used").GetInt32(),
                threshold.GetProperty("limit").GetInt32()
            )
        );
        var used = Data(await receiver.Find(Is(EventTypes.QuotaExceeded), "the last call"));
        Assert.Equal((7, 7), (used.GetProperty("used").GetInt32(), used.GetProperty("limit").GetInt32()));
        (await Client.Get(installation, "orders")).IsProblem(429, "quota-exceeded");

        // Another counter of the same day finds the same marks, and tells them as the same events.
        await marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetGrain<Marketplace.Quotas.IQuotaGrain>(GrainKeys.Quota(InstallationId.Parse(installation, null)))
            .Reload();
        (await Client.Get(installation, "orders")).IsProblem(429, "quota-exceeded");
        Assert.Equal(Lifecycle(receiver), await Live(installation, Lifecycle(receiver).Length));
        // Enablements are told behind the journal's stream, marks of the quota by the counter itself: either may be the first.
        Assert.Equal(
            [EventTypes.QuotaThreshold, EventTypes.QuotaExceeded],
            Lifecycle(receiver).Where(type => type != EventTypes.InstallationEnabled)
        );
    }

    [Fact]
    public async Task A_new_schema_version_is_told_to_every_installation_of_a_plugin_that_pins_an_older_one()
    {
        await using var receiver = await PluginReceiver.Start();
        await using var other = await PluginReceiver.Start();
        var (one, two) = (await marketplace.Installation("pins-old", "2024-02"), await marketplace.Installation("pins-old", "2024-02"));
        var (newest, paused) = (await marketplace.Installation("pins-none", null), await marketplace.Installation("pins-old", "2024-02"));
        foreach (var installation in new[] { one, two, paused })
        {
            await SetWebhook(marketplace.Plugins, installation, receiver);
        }

        await SetWebhook(marketplace.Plugins, newest, other);
        await other.Find(Is(EventTypes.InstallationEnabled), "the enabling");
        (await marketplace.Plugins.Pause(paused, "盘点")).OrThrow();

        var announced = (await marketplace.Versions(HttpMethod.Post, "/2026-11/announce", MarketplaceClient.NewKey())).OrThrow().Json;

        foreach (var installation in new[] { one, two, paused })
        {
            var told = Data(
                await receiver.Find(message => Is(EventTypes.SchemaAnnounced)(message) && Has(installation)(message), installation)
            );
            Assert.Equal(("2026-11", "2024-02"), (told.GetProperty("version").GetString(), told.GetProperty("pinned").GetString()));
            Assert.Equal(announced.GetProperty("due_at").GetDateTimeOffset(), told.GetProperty("due_at").GetDateTimeOffset());
        }

        Assert.Contains(EventTypes.SchemaAnnounced, await Pulled(marketplace.Plugins, one));
        Assert.DoesNotContain(other.Received, message => Is(EventTypes.SchemaAnnounced)(message));
    }

    [Fact]
    public async Task The_developer_is_told_of_a_claim_through_its_own_installation()
    {
        await using var receiver = await PluginReceiver.Start();
        var scenario = await Evidence.ClaimScenario.OpenConfirmed(marketplace);
        await SetWebhook(Client, scenario.Installation, receiver);
        var id = (await scenario.File((await scenario.Evidence()).OrThrow().Text)).OrThrow().Json.GetProperty("id").GetString()!;
        var filed = Data(await receiver.Find(Is(EventTypes.ClaimFiled), "the claim"));
        Assert.Equal(
            (id, scenario.Order, 40.5m),
            (filed.GetProperty("claim_id").GetString(), filed.GetProperty("order_id").GetString(), filed.GetProperty("amount").GetDecimal())
        );
        Assert.False(filed.TryGetProperty("reason", out _));

        (await scenario.Operator(id, "answer", new { text = "日志显示已接收" })).OrThrow();
        (await scenario.Operator(id, "accept", new { reason = "evidence" })).OrThrow();
        Assert.Equal("accepted", Data(await receiver.Find(Is(EventTypes.ClaimDecided), "the decision")).GetProperty("outcome").GetString());

        Assert.Equal(
            [EventTypes.ClaimFiled, EventTypes.ClaimAnswered, EventTypes.ClaimDecided],
            Lifecycle(receiver).Where(type => type.StartsWith("claim.", StringComparison.Ordinal))
        );
        await AssertOnEveryWay(scenario.Installation, receiver);
    }

    [Fact]
    public async Task Facts_that_are_told_again_make_no_second_event_and_other_plugins_and_the_sellers_orders_see_none()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        var neighbour = $"{seller}/{TestPlugins.Slow}";
        await Client.Install(seller, TestPlugins.Slow, ["orders.read"]);
        var order = await marketplace.NewOrder(installation);
        (await Client.Pause(installation, "盘点")).OrThrow();
        (await Client.Resume(installation)).OrThrow();
        await Eventually.Get(() => Pulled(Client, installation), types => types.Contains(EventTypes.InstallationResumed), "the resumption");
        var feed = marketplace.Services.GetRequiredService<IGrainFactory>().GetFeed(InstallationId.Parse(installation, null).Seller);
        await Eventually.Get(
            () => Pulled(Client, neighbour),
            types => types.Contains(EventTypes.InstallationEnabled),
            "the other one's enabling"
        );
        var head = await feed.GetHead(Ended);

        var relay = marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IAuditSubscriber>(GrainId.Create("lifecycle-relay", GrainKeys.Of(InstallationId.Parse(installation, null).Seller)));
        await foreach (
            var fact in marketplace
                .Services.GetRequiredService<IJournal>()
                .Read(GrainKeys.Of(InstallationId.Parse(installation, null)), 0, Ended)
        )
        {
            await relay.Retry(new AuditItem(0, fact), Ended);
        }

        Assert.Equal(head, await feed.GetHead(Ended));
        Assert.Equal([EventTypes.InstallationEnabled], (await Pulled(Client, neighbour)).Where(IsLifecycle));
        Assert.Equal(
            [order],
            (await Client.Get(neighbour, "orders"))
                .OrThrow()
                .Json.GetProperty("orders")
                .EnumerateArray()
                .Select(one => one.GetProperty("order_id").GetString())
        );
        var figures = (
            await marketplace.Delivery(neighbour).Reconcile(MarketCalendar.Shanghai.DayOf(marketplace.Clock.GetUtcNow()), Ended)
        ).Figures;
        Assert.Equal((1L, 0L), (figures.Owed, figures.Withheld));
    }

    [Fact]
    public async Task No_platform_can_tell_a_plugin_in_the_marketplaces_name()
    {
        var installation = await marketplace.NewReader();
        var forged = CloudEvents.OrderCreated(TestMarketplace.SellerOf(installation), "o-forged");
        forged["source"] = "urn:marketplace:lifecycle";

        Assert.Contains("reserved", (await Client.SendEvents([forged])).Text, StringComparison.Ordinal);
        Assert.Empty(Subjects(await marketplace.Events(installation)));
    }

    private async Task<string> Pushed(PluginReceiver receiver, string plugin, params string[] grants)
    {
        var installation = await marketplace.NewInstallation(plugin, grants);
        await SetWebhook(Client, installation, receiver);
        return installation;
    }

    private static async Task SetWebhook(MarketplaceClient client, string installation, PluginReceiver receiver) =>
        (await client.Call(installation, HttpMethod.Put, "webhook", new { url = receiver.Address }, MarketplaceClient.NewKey())).OrThrow();

    private async Task Disable(string installation)
    {
        var by = new Initiator(ActorId.Parse("tests"), OperationId.Parse(MarketplaceClient.NewKey()), null, ActorRole.SellerCenter);
        var outcome = await marketplace.Grain(installation).Execute(new InstallationCommand.Disable(null), by, Ended);
        Assert.Null(outcome.Refusal);
    }

    /// <summary>What was pushed is what is read and what comes live.</summary>
    private async Task AssertOnEveryWay(string installation, PluginReceiver receiver)
    {
        var (pushed, pulled) = (Lifecycle(receiver), (await Pulled(Client, installation)).Where(IsLifecycle).ToArray());
        Assert.Equal(pushed, pulled[^pushed.Length..]);
        Assert.Equal(pulled, await Live(installation, pulled.Length));
    }

    private static async Task<string[]> Pulled(MarketplaceClient client, string installation) =>
        [
            .. (await client.Get(installation, "events?cursor=ZTA&limit=1000"))
                .OrThrow()
                .Json.GetProperty("events")
                .EnumerateArray()
                .Select(@event => @event.GetProperty("type").GetString()!),
        ];

    private async Task<string[]> Live(string installation, int count)
    {
        await using var live = await LiveClient.Open(marketplace, installation, "?cursor=ZTA");
        var types = new List<string>();
        while (types.Count < count)
        {
            var next = await live.Next();
            Assert.NotNull(next);
            if (IsLifecycle(next.Type))
            {
                types.Add(next.Type!);
            }
        }

        return [.. types];
    }

    private static string[] Lifecycle(PluginReceiver receiver) => [.. receiver.Received.Select(Type).Where(IsLifecycle)];

    private static Func<ReceivedWebhook, bool> Is(string type) => message => Type(message) == type;

    private static Func<ReceivedWebhook, bool> Has(string text) => message => message.Body.Contains(text, StringComparison.Ordinal);

    private static string Type(ReceivedWebhook message) => JsonElement.Parse(message.Body).GetProperty("type").GetString()!;

    private static JsonElement Data(ReceivedWebhook message) => JsonElement.Parse(message.Body).GetProperty("data");

    private static string[] Texts(JsonElement data, string name) =>
        [.. data.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];
}
