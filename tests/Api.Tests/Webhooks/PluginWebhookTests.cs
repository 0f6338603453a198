using System.Text.Json;
using Marketplace.Api.Tests.Events;
using Marketplace.Identity;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Webhooks;

/// <summary>One endpoint for all installations of a plugin, over HTTP, with events of two sellers that arrive at a receiver.</summary>
public sealed class PluginWebhookTests(TestMarketplace marketplace) : IAsyncLifetime
{
    private const string Path = "/open/v1/plugin-webhook";

    private PluginReceiver _receiver = null!;
    private string _token = null!;

    private MarketplaceClient Client => marketplace.Client;

    public async ValueTask InitializeAsync()
    {
        _receiver = await PluginReceiver.Start();
        _token = await marketplace.PluginClientToken(TestPlugins.Shared);
    }

    public async ValueTask DisposeAsync()
    {
        await Call(HttpMethod.Delete, Path);
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Two_sellers_events_arrive_at_one_endpoint_each_with_its_installation_signed_with_the_plugins_secret()
    {
        var (one, other) = (await marketplace.NewReader(TestPlugins.Shared), await marketplace.NewReader(TestPlugins.Shared));
        var early = await marketplace.NewOrder(one);
        var set = await Put();
        var secret = Text(set.Json, "secret")!;
        Assert.Equal((201, TestPlugins.Shared), ((int)set.Status, Text(set.Json, "plugin")));

        var late = await marketplace.NewOrder(other);
        foreach (var (order, installation) in new[] { (early, one), (late, other) })
        {
            var message = await Arrived(order);
            Assert.Equal(
                (installation, installation),
                (message.Headers["marketplace-installation"], Text(JsonElement.Parse(message.Body), "installation"))
            );
            Assert.True(message.IsSignedWith(secret));
        }

        var seen = (await Client.Get(one, "webhook")).OrThrow().Json;
        Assert.Equal(("plugin", _receiver.Address), (Text(seen, "endpoint_of"), Text(seen.GetProperty("endpoint"), "url")));
        (await Client.Call(one, HttpMethod.Post, "webhook/secret")).IsProblem(409, "endpoint-missing");
        var deliveries = (await Client.Get(other, "webhook/deliveries")).OrThrow().Json.GetProperty("deliveries").EnumerateArray();
        Assert.Contains(deliveries, entry => Text(entry, "outcome") == "acknowledged");
    }

    [Fact]
    public async Task An_installation_that_is_enabled_later_is_served_too_and_only_with_the_types_that_are_wanted()
    {
        (await Call(HttpMethod.Put, Path, new { url = _receiver.Address, types = new[] { "order.paid" } })).OrThrow();
        var installation = await marketplace.NewInstallation(TestPlugins.Shared);
        await marketplace.Entitled(installation);
        var order = await marketplace.NewOrder(installation);
        (
            await Client.SendEvents([CloudEvents.Of("order.paid", TestMarketplace.SellerOf(installation), order, new { })])
        ).OrThrowIfRejected();

        var message = await Arrived(order);
        Assert.Equal("order.paid", Text(JsonElement.Parse(message.Body), "type"));
        Assert.Single(_receiver.Received, one => one.Body.Contains(order, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rotated_secret_signs_beside_the_old_one_for_every_installation()
    {
        var installation = await marketplace.NewReader(TestPlugins.Shared);
        var old = Text((await Put()).Json, "secret")!;
        var key = MarketplaceClient.NewKey();
        var rotated = (await Call(HttpMethod.Post, $"{Path}/secret", new { overlap_hours = 1 }, key)).OrThrow().Json;
        var young = Text(rotated, "secret")!;
        Assert.Equal(young, Text((await Call(HttpMethod.Post, $"{Path}/secret", new { overlap_hours = 1 }, key)).OrThrow().Json, "secret"));
        Assert.Null(Text((await Call(HttpMethod.Get, Path)).OrThrow().Json, "secret"));
        await Eventually.Get(
            () => marketplace.Delivery(installation).GetStatus(TestContext.Current.CancellationToken),
            status => status!.Setup.Secrets.Length == 2,
            "the new secret"
        );

        var message = await Arrived(await marketplace.NewOrder(installation));
        Assert.Equal((true, true), (message.IsSignedWith(old), message.IsSignedWith(young)));
        (await Call(HttpMethod.Post, $"{Path}/secret", new { overlap_hours = 169 })).IsProblem(422, "endpoint-invalid");
    }

    [Fact]
    public async Task An_installations_own_endpoint_wins_and_without_it_the_plugins_is_used_again()
    {
        await using var own = await PluginReceiver.Start();
        var installation = await marketplace.NewReader(TestPlugins.Shared);
        await Put();
        await Arrived(await marketplace.NewOrder(installation));
        var set = (await Client.Call(installation, HttpMethod.Put, "webhook", new { url = own.Address })).OrThrow();
        Assert.Equal((201, "installation"), ((int)set.Status, Text(set.Json, "endpoint_of")));
        var order = await marketplace.NewOrder(installation);
        var message = await own.Find(message => message.Body.Contains(order, StringComparison.Ordinal), order);
        Assert.True(message.IsSignedWith(Text(set.Json, "secret")!));
        Assert.DoesNotContain(_receiver.Received, one => one.Body.Contains(order, StringComparison.Ordinal));

        var removed = (await Client.Call(installation, HttpMethod.Delete, "webhook")).OrThrow().Json;
        Assert.Equal("plugin", Text(removed, "endpoint_of"));
        await Arrived(await marketplace.NewOrder(installation));
    }

    [Fact]
    public async Task Without_the_endpoint_the_plugin_pulls_from_where_it_is_and_one_that_is_set_again_goes_on_there()
    {
        var installation = await marketplace.NewReader(TestPlugins.Shared);
        await Put();
        var first = await marketplace.NewOrder(installation);
        await Arrived(first);
        (await marketplace.Confirm(installation, EventKit.Next(await marketplace.Events(installation)))).IsProblem(409, "endpoint-pushes");
        (await Call(HttpMethod.Delete, Path)).OrThrow();
        await Eventually.Get(
            async () => (await Client.Get(installation, "webhook")).OrThrow().Json,
            view => !view.TryGetProperty("endpoint", out _),
            "the removal"
        );

        var second = await marketplace.NewOrder(installation);
        Assert.Equal([second], EventKit.Subjects(await marketplace.Events(installation)));
        Assert.Equal(201, (int)(await Put()).Status);
        await Arrived(second);
        Assert.Single(_receiver.Received, message => message.Body.Contains(first, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_for_one_shop_parks_that_shop_alone_until_it_is_resumed_for_all()
    {
        var (gone, well) = (await marketplace.NewReader(TestPlugins.Shared), await marketplace.NewReader(TestPlugins.Shared));
        _receiver.Answer = message => Task.FromResult(message.Headers["marketplace-installation"] == gone ? 410 : 204);
        await Put();
        var order = await marketplace.NewOrder(gone);
        await Eventually.Get(
            async () => (await Client.Get(gone, "webhook")).OrThrow().Json,
            view => view.TryGetProperty("parked", out _),
            "the parking"
        );
        await Arrived(await marketplace.NewOrder(well));
        Assert.False((await Client.Get(well, "webhook")).OrThrow().Json.TryGetProperty("parked", out _));

        _receiver.Answer = null;
        _receiver.Received.Clear();
        (await Call(HttpMethod.Post, $"{Path}/resume")).OrThrow();
        await Arrived(order);
        Assert.False((await Client.Get(gone, "webhook")).OrThrow().Json.TryGetProperty("parked", out _));
    }

    [Fact]
    public async Task A_ping_goes_there_about_no_installation_and_another_plugin_has_nothing_to_do_with_it()
    {
        var secret = Text((await Put()).Json, "secret")!;
        var ping = (await Call(HttpMethod.Post, $"{Path}/ping")).OrThrow().Json;
        var message = Assert.Single(_receiver.Received, message => message.Id == Text(ping, "message_id"));
        Assert.Equal(
            (true, true, false),
            (ping.GetProperty("ok").GetBoolean(), message.IsSignedWith(secret), message.Headers.ContainsKey("marketplace-installation"))
        );

        var foreign = await marketplace.PluginClientToken("lingua");
        Assert.False((await Client.Send(HttpMethod.Get, Path, foreign)).OrThrow().Json.TryGetProperty("endpoint", out _));
        foreach (var path in new[] { "secret", "resume", "ping" })
        {
            (await Client.Send(HttpMethod.Post, $"{Path}/{path}", foreign)).IsProblem(409, "endpoint-missing", path);
        }

        (await Client.Send(HttpMethod.Delete, Path, foreign)).OrThrow();
        Assert.True((await Call(HttpMethod.Get, Path)).OrThrow().Json.TryGetProperty("endpoint", out _));
        var installations = await marketplace.FreshToken(ClientRoles.Plugin, await marketplace.NewInstallation(TestPlugins.Shared));
        (await Client.Send(HttpMethod.Get, Path, installations)).IsProblem(403, "role-forbidden");
    }

    [Theory]
    [InlineData("""{"url":"https://10.0.0.1/"}""", 422, "endpoint-forbidden")]
    [InlineData("""{"url":"http://127.0.0.1:9/","batch_size":0}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"http://127.0.0.1:9/","types":["order.vanished"]}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"http://127.0.0.1:9/","secret":"whsec_x"}""", 400, "body-invalid")]
    public async Task An_endpoint_that_is_none_is_refused_and_nothing_is_kept(string body, int status, string code)
    {
        (await marketplace.Http.Raw("PUT", Path, _token, body.ToUtf8())).IsProblem(status, code, body);
        Assert.False((await Call(HttpMethod.Get, Path)).OrThrow().Json.TryGetProperty("endpoint", out _));
    }

    private Task<Answer> Call(HttpMethod method, string path, object? body = null, string? key = null) =>
        Client.Send(method, path, _token, body, key);

    private async Task<Answer> Put() => (await Call(HttpMethod.Put, Path, new { url = _receiver.Address })).OrThrow();

    private Task<ReceivedWebhook> Arrived(string order) =>
        _receiver.Find(message => message.Body.Contains(order, StringComparison.Ordinal), order);

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
