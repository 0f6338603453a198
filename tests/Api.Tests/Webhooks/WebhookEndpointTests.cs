using System.Globalization;
using System.Text.Json;
using Marketplace.Api.Tests.Events;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Webhooks;

/// <summary>A plugin's endpoint over HTTP, with events that arrive at a receiver.</summary>
public sealed class WebhookEndpointTests(TestMarketplace marketplace) : IAsyncLifetime
{
    private PluginReceiver _receiver = null!;

    private MarketplaceClient Client => marketplace.Client;

    public async ValueTask InitializeAsync() => _receiver = await PluginReceiver.Start();

    public async ValueTask DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task The_secret_is_shown_by_the_call_that_made_it_and_its_repeat_and_nowhere_else()
    {
        var installation = await marketplace.NewReader();
        var key = MarketplaceClient.NewKey();
        var first = await Put(installation, key: key);
        var secret = Text(first.Json, "secret")!;
        Assert.Equal(201, (int)first.Status);
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", secret);

        var repeat = (await Put(installation, key: key)).OrThrow();
        var again = (await Put(installation)).OrThrow();
        var seen = (await Client.Get(installation, "webhook")).OrThrow();
        Assert.Equal(secret, Text(repeat.Json, "secret"));
        Assert.Equal((200, null, null), ((int)again.Status, Text(again.Json, "secret"), Text(seen.Json, "secret")));
        Assert.Single(seen.Json.GetProperty("secrets").EnumerateArray());
        await foreach (var line in Client.Export("journal"))
        {
            Assert.DoesNotContain(secret["whsec_".Length..], line.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(marketplace.Logs.Lines, line => line.Contains(secret["whsec_".Length..], StringComparison.Ordinal));
        (await Put(installation, key: key, body: new { url = _receiver.Address, timeout_seconds = 7 })).IsProblem(
            422,
            "idempotency-key-reused"
        );
    }

    [Fact]
    public async Task An_event_arrives_signed_and_its_delivery_is_listed()
    {
        var installation = await marketplace.NewReader();
        var secret = Text((await Put(installation)).OrThrow().Json, "secret")!;
        var order = await marketplace.NewOrder(installation);
        var message = await _receiver.Find(message => message.Body.Contains(order, StringComparison.Ordinal), order);
        var body = JsonElement.Parse(message.Body);

        Assert.True(message.IsSignedWith(secret));
        Assert.True(message.IsSignedByOneOf((await Keys()).Json));
        Assert.Equal(
            (message.Id, "order.created", order, installation),
            (Text(body, "id"), Text(body, "type"), Text(body, "subject"), Text(body, "installation"))
        );
        Assert.Equal(
            ("1", "application/cloudevents+json; charset=utf-8"),
            (message.Headers["marketplace-attempt"], message.Headers["content-type"])
        );
        Assert.Equal(installation, message.Headers["marketplace-installation"]);
        var deliveries = await Deliveries(installation, list => list.Any(IsPushed));
        var entry = deliveries.First(IsPushed);
        Assert.Equal(
            (Text(body, "sequence"), 204, 1),
            (
                entry.GetProperty("sequence").GetInt64().ToString(CultureInfo.InvariantCulture),
                entry.GetProperty("status").GetInt32(),
                entry.GetProperty("attempt").GetInt32()
            )
        );
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(message.Bytes)), Text(entry, "payload_hash"));
    }

    [Fact]
    public async Task An_endpoint_gets_the_types_it_wants_and_after_a_change_the_others_too()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        var set = (await Put(installation, body: new { url = _receiver.Address, types = new[] { "order.paid", "order.paid" } })).OrThrow();
        Assert.Equal(
            ["order.paid"],
            set.Json.GetProperty("endpoint").GetProperty("types").EnumerateArray().Select(type => type.GetString())
        );
        var unwanted = await marketplace.NewOrder(installation);
        (await Client.SendEvents([CloudEvents.Of("order.paid", seller, unwanted, new { })])).OrThrowIfRejected();
        var paid = await _receiver.Find(message => message.Body.Contains(unwanted, StringComparison.Ordinal), unwanted);
        Assert.Equal("order.paid", Text(JsonElement.Parse(paid.Body), "type"));
        var withheld = await Deliveries(installation, list => list.Any(entry => Text(entry, "outcome") == "withheld"));
        Assert.Contains(withheld, entry => Text(entry, "reason") == "type-not-wanted");
        Assert.Equal(0, (await Client.Get(installation, "webhook")).OrThrow().Json.GetProperty("dead_letters").GetInt32());

        (await Put(installation)).OrThrow();
        var order = await marketplace.NewOrder(installation);
        await _receiver.Find(message => message.Body.Contains(order, StringComparison.Ordinal), order);
        Assert.Equal(2, _receiver.Received.Count);
    }

    [Fact]
    public async Task Deliveries_come_in_pages_newest_first_without_gaps()
    {
        var installation = await marketplace.NewReader();
        await Put(installation);
        for (var i = 0; i < 5; i++)
        {
            await marketplace.NewOrder(installation);
            var count = i + 1;
            await Eventually.Get(() => Task.FromResult(_receiver.Received.Count), received => received >= count, "the orders");
        }

        var all = await Deliveries(installation, list => list.Count(IsPushed) == 5);
        var paged = new List<long>();
        for (string? cursor = ""; cursor is not null; )
        {
            var page = (await Client.Get(installation, $"webhook/deliveries?limit=1&cursor={cursor}")).OrThrow().Json;
            paged.AddRange(page.GetProperty("deliveries").EnumerateArray().Select(entry => entry.GetProperty("sequence").GetInt64()));
            cursor = page.GetProperty("has_more").GetBoolean() ? Text(page, "next_cursor") : null;
        }

        Assert.Equal(all.Select(entry => entry.GetProperty("sequence").GetInt64()), paged);
        Assert.Equal(paged.OrderDescending(), paged);
        (await Client.Get(installation, "webhook/deliveries?cursor=x")).IsProblem(400, "cursor-invalid");
        (await Client.Get(installation, "webhook/deliveries?limit=0")).IsProblem(400, "parameter-invalid");
    }

    [Fact]
    public async Task Every_secret_signs_until_the_instant_that_was_promised_for_it_however_often_it_is_rotated()
    {
        var installation = await marketplace.NewReader();
        var old = Text((await Put(installation)).OrThrow().Json, "secret")!;
        var rotated = (await Client.Call(installation, HttpMethod.Post, "webhook/secret", new { overlap_hours = 1 })).OrThrow();
        var young = Text(rotated.Json, "secret")!;
        Assert.NotEqual(old, young);
        Assert.Equal(2, rotated.Json.GetProperty("secrets").GetArrayLength());
        var overlapping = await Ping(installation);
        Assert.True(overlapping.IsSignedWith(old));
        Assert.True(overlapping.IsSignedWith(young));

        // The one before is to retire at once; to the first an hour was promised.
        var newest = Text(
            (await Client.Call(installation, HttpMethod.Post, "webhook/secret", new { overlap_hours = 0 })).OrThrow().Json,
            "secret"
        )!;
        var third = await Ping(installation);
        Assert.Equal((true, false, true), (third.IsSignedWith(old), third.IsSignedWith(young), third.IsSignedWith(newest)));
        (await Client.Call(installation, HttpMethod.Post, "webhook/secret", new { overlap_hours = 169 })).IsProblem(
            422,
            "endpoint-invalid"
        );
    }

    [Fact]
    public async Task More_secrets_than_a_message_can_carry_are_refused_and_all_that_were_promised_still_sign()
    {
        var installation = await marketplace.NewReader();
        var secrets = new List<string> { Text((await Put(installation)).OrThrow().Json, "secret")! };
        while (secrets.Count < 10)
        {
            secrets.Add(Text((await Client.Call(installation, HttpMethod.Post, "webhook/secret")).OrThrow().Json, "secret")!);
        }

        (await Client.Call(installation, HttpMethod.Post, "webhook/secret")).IsProblem(429, "secrets-busy");
        var message = await Ping(installation);
        Assert.All(secrets, secret => Assert.True(message.IsSignedWith(secret)));
        secrets[^1] = Text(
            (await Client.Call(installation, HttpMethod.Post, "webhook/secret", new { overlap_hours = 0 })).OrThrow().Json,
            "secret"
        )!;
        Assert.True((await Ping(installation)).IsSignedWith(secrets[^1]));
    }

    [Fact]
    public async Task Naming_and_removing_an_endpoint_again_and_again_leaves_the_seller_one_notification()
    {
        var installation = await marketplace.NewReader();
        var seller = TestMarketplace.SellerOf(installation);
        async Task<JsonElement[]> ReadNotifications() =>
            [
                .. (
                    await Client.Send(
                        HttpMethod.Get,
                        $"/seller/v1/notifications?seller={seller}&limit=100",
                        await Client.SellerCenterToken()
                    )
                )
                    .OrThrow()
                    .Json.GetProperty("notifications")
                    .EnumerateArray()
                    .Where(one => Text(one, "kind")!.StartsWith("delivery.", StringComparison.Ordinal)),
            ];
        for (var i = 0; i < 10; i++)
        {
            (await Put(installation)).OrThrow();
            (await Client.Call(installation, HttpMethod.Delete, "webhook")).OrThrow();
        }

        (await Put(installation, body: new { url = _receiver.Address, timeout_seconds = 9 })).OrThrow();
        var last = await Eventually.Get(
            ReadNotifications,
            told => told.Length == 1 && Text(told[0], "kind") == "delivery.endpoint-set",
            "the last of them alone"
        );
        Assert.Equal(installation, Text(last[0], "installation"));
    }

    [Fact]
    public async Task A_ping_says_how_it_went()
    {
        var installation = await marketplace.NewReader();
        await Put(installation);
        await Ping(installation);
        _receiver.Status = 500;
        var failed = (await Client.Call(installation, HttpMethod.Post, "webhook/ping")).OrThrow().Json;

        Assert.Equal(
            (false, "status", 500),
            (failed.GetProperty("ok").GetBoolean(), Text(failed, "error"), failed.GetProperty("status").GetInt32())
        );
        Assert.DoesNotContain(await Deliveries(installation, _ => true), entry => entry.TryGetProperty("attempt", out _));
    }

    [Fact]
    public async Task A_dry_run_shows_the_request_signed_and_sends_nothing()
    {
        var installation = await marketplace.NewReader();
        var secret = Text((await Put(installation)).OrThrow().Json, "secret")!;
        var order = await marketplace.NewOrder(installation);
        var sent = await _receiver.Find(message => message.Body.Contains(order, StringComparison.Ordinal), order);
        var sequence = long.Parse(Text(JsonElement.Parse(sent.Body), "sequence")!, CultureInfo.InvariantCulture);
        await Deliveries(installation, list => list.Any(entry => Text(entry, "outcome") == "acknowledged"));
        var received = _receiver.Received.Count;
        var shown = (await Client.Call(installation, HttpMethod.Post, "webhook/dry-run", new { sequence })).OrThrow().Json;
        var headers = shown
            .GetProperty("headers")
            .EnumerateObject()
            .ToDictionary(header => header.Name, header => header.Value.GetString()!, StringComparer.OrdinalIgnoreCase);
        var message = new ReceivedWebhook(headers, Text(shown, "body")!.ToUtf8());

        Assert.Equal((_receiver.Address, sequence), (Text(shown, "url"), shown.GetProperty("sequences")[0].GetInt64()));
        Assert.Equal((sent.Id, sent.Body), (message.Id, message.Body));
        Assert.True(message.IsSignedWith(secret));
        Assert.True(message.IsSignedByOneOf((await Keys()).Json));
        Assert.All(headers.Keys, name => Assert.True(sent.Headers.ContainsKey(name), name));
        Assert.Equal((sent.Headers["content-type"], sent.Headers["user-agent"]), (headers["content-type"], headers["user-agent"]));
        Assert.False((await Client.Call(installation, HttpMethod.Post, "webhook/dry-run")).OrThrow().Json.TryGetProperty("body", out _));
        (await Client.Call(installation, HttpMethod.Post, "webhook/dry-run", new { sequence = sequence + 1 })).IsProblem(
            422,
            "position-invalid"
        );
        Assert.Equal(received, _receiver.Received.Count);
    }

    [Fact]
    public async Task Batches_are_signed_as_a_whole_and_a_dry_run_shows_the_same()
    {
        var installation = await marketplace.NewReader();
        var secret = Text((await Put(installation, body: new { url = _receiver.Address, batch_size = 10 })).OrThrow().Json, "secret")!;
        var order = await marketplace.NewOrder(installation);
        var sent = await _receiver.Find(message => message.Body.Contains(order, StringComparison.Ordinal), order);
        var sequence = long.Parse(Text(JsonElement.Parse(sent.Body)[0], "sequence")!, CultureInfo.InvariantCulture);
        var shown = (await Client.Call(installation, HttpMethod.Post, "webhook/dry-run", new { sequence })).OrThrow().Json;

        Assert.True(sent.IsSignedWith(secret));
        Assert.StartsWith("bat_", sent.Id, StringComparison.Ordinal);
        Assert.Equal(
            (sent.Id, sent.Body, sent.Headers["content-type"]),
            (Text(shown.GetProperty("headers"), "webhook-id"), Text(shown, "body"), Text(shown.GetProperty("headers"), "content-type"))
        );
    }

    [Fact]
    public async Task A_replay_sends_the_same_id_again_and_a_dry_one_only_lists()
    {
        var installation = await marketplace.NewReader();
        await Put(installation);
        var order = await marketplace.NewOrder(installation);
        var other = await marketplace.NewOrder(installation);
        var sent = await _receiver.Find(message => message.Body.Contains(order, StringComparison.Ordinal), order);
        await Deliveries(installation, list => list.Count(IsPushed) == 2);
        var dry = (await Client.Call(installation, HttpMethod.Post, "replays", new { order_id = order, dry_run = true })).OrThrow().Json;
        Assert.Equal([sent.Id], dry.GetProperty("events").EnumerateArray().Select(one => Text(one, "id")));
        Assert.False(dry.GetProperty("has_more").GetBoolean());
        Assert.Equal(2, _receiver.Received.Count);

        var key = MarketplaceClient.NewKey();
        var asked = await Client.Call(installation, HttpMethod.Post, "replays", new { order_id = order }, key);
        Assert.Equal(202, (int)asked.Status);
        var id = Text(asked.Json, "id")!;
        var again = await _receiver.Find(message => message.Headers.GetValueOrDefault("marketplace-replay") == id, "the replay");
        Assert.Equal((sent.Id, sent.Body), (again.Id, again.Body));
        Assert.Equal(3, _receiver.Received.Count);
        Assert.DoesNotContain(_receiver.Received.Skip(2), message => message.Body.Contains(other, StringComparison.Ordinal));

        // Meanwhile the feed has grown, and the end that was left open is another one.
        await marketplace.NewOrder(installation);
        await Deliveries(installation, list =>
            list.Count(entry => Text(entry, "outcome") == "acknowledged" && Text(entry, "channel") == "push") == 3
        );
        Assert.Equal(
            id,
            Text((await Client.Call(installation, HttpMethod.Post, "replays", new { order_id = order }, key)).OrThrow().Json, "id")
        );
        (await Client.Call(installation, HttpMethod.Post, "replays", new { order_id = other }, key)).IsProblem(
            422,
            "idempotency-key-reused"
        );
        Assert.Single(_receiver.Received, message => message.Headers.ContainsKey("marketplace-replay"));
        Assert.Empty((await Client.Get(installation, "replays")).OrThrow().Json.GetProperty("replays").EnumerateArray());
    }

    [Theory]
    [InlineData("""{}""", 400, "body-invalid")]
    [InlineData("""{"dry_run":true}""", 400, "body-invalid")]
    [InlineData("""{"dead_letters":false}""", 400, "body-invalid")]
    [InlineData("""{"from_seq":0}""", 422, "endpoint-invalid")]
    [InlineData("""{"from_seq":-1,"to_seq":5}""", 422, "endpoint-invalid")]
    [InlineData("""{"from_seq":5,"to_seq":4}""", 422, "endpoint-invalid")]
    [InlineData("""{"to_seq":0}""", 422, "endpoint-invalid")]
    [InlineData("""{"from_seq":999999}""", 422, "position-invalid")]
    [InlineData("""{"order_id":""}""", 422, "endpoint-invalid")]
    [InlineData("""{"order_id":"a\u0000b"}""", 400, "body-invalid")]
    [InlineData("""{"from_seq":1,"unknown":1}""", 400, "body-invalid")]
    public async Task A_replay_of_nothing_is_refused(string body, int status, string code)
    {
        var installation = await marketplace.NewReader();
        await Put(installation);
        await marketplace.NewOrder(installation);
        var answer = await marketplace.Http.Raw("POST", "/open/v1/replays", await Client.PluginToken(installation), body.ToUtf8());

        answer.IsProblem(status, code, body);
    }

    [Theory]
    [InlineData("""{}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":null}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":""}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"/hook"}""", 422, "endpoint-forbidden")]
    [InlineData("""{"url":"hook"}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"https://plugin.example/a b"}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"https://plugin.example/#part"}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"https://plugin.example/\u0000"}""", 400, "body-invalid")]
    [InlineData("""{"url":"http://plugin.example/"}""", 422, "endpoint-forbidden")]
    [InlineData("""{"url":"https://user:word@plugin.example/"}""", 422, "endpoint-forbidden")]
    [InlineData("""{"url":"https://10.0.0.1/"}""", 422, "endpoint-forbidden")]
    [InlineData("""{"url":"https://169.254.169.254/latest/meta-data"}""", 422, "endpoint-forbidden")]
    [InlineData("""{"url":"https://[fd00:ec2::254]/"}""", 422, "endpoint-forbidden")]
    [InlineData("""{"url":"http://127.0.0.1:9/","ordering":"any"}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"http://127.0.0.1:9/","batch_size":0}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"http://127.0.0.1:9/","batch_size":101}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"http://127.0.0.1:9/","timeout_seconds":0}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"http://127.0.0.1:9/","timeout_seconds":31}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"http://127.0.0.1:9/","types":["order.created","order.vanished"]}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"http://127.0.0.1:9/","types":[null]}""", 422, "endpoint-invalid")]
    [InlineData("""{"url":"http://127.0.0.1:9/","secret":"whsec_x"}""", 400, "body-invalid")]
    public async Task An_endpoint_that_is_none_is_refused_and_nothing_is_kept(string body, int status, string code)
    {
        var installation = await marketplace.NewReader();
        var answer = await marketplace.Http.Raw("PUT", "/open/v1/webhook", await Client.PluginToken(installation), body.ToUtf8());

        answer.IsProblem(status, code, body);
        Assert.False((await Client.Get(installation, "webhook")).OrThrow().Json.TryGetProperty("endpoint", out _));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_parks_the_endpoint_until_it_is_resumed_and_nothing_is_lost()
    {
        var installation = await marketplace.NewReader();
        await Put(installation);
        _receiver.Status = 410;
        var order = await marketplace.NewOrder(installation);
        var parked = await Eventually.Get(
            async () => (await Client.Get(installation, "webhook")).OrThrow().Json,
            view => view.TryGetProperty("parked", out _),
            "the parking"
        );
        Assert.Equal("gone", Text(parked.GetProperty("parked"), "reason"));
        var later = await marketplace.NewOrder(installation);

        _receiver.Status = 204;
        _receiver.Received.Clear();
        var resumed = (await Client.Call(installation, HttpMethod.Post, "webhook/resume")).OrThrow().Json;
        Assert.False(resumed.TryGetProperty("parked", out _));
        await _receiver.Find(message => message.Body.Contains(order, StringComparison.Ordinal), order);
        await _receiver.Find(message => message.Body.Contains(later, StringComparison.Ordinal), later);
    }

    [Fact]
    public async Task Without_an_endpoint_there_is_nothing_to_do_with_it()
    {
        var installation = await marketplace.NewReader();
        foreach (var path in new[] { "webhook/secret", "webhook/resume", "webhook/ping", "webhook/dry-run" })
        {
            (await Client.Call(installation, HttpMethod.Post, path)).IsProblem(409, "endpoint-missing", path);
        }

        await marketplace.NewOrder(installation);
        Assert.Equal(200, (int)(await Client.Call(installation, HttpMethod.Delete, "webhook")).Status);
        await Put(installation);
        var removed = (await Client.Call(installation, HttpMethod.Delete, "webhook")).OrThrow().Json;
        Assert.False(removed.TryGetProperty("endpoint", out _));
        Assert.Empty(removed.GetProperty("secrets").EnumerateArray());
        Assert.Empty((await Client.Get(installation, "webhook/dead-letters")).OrThrow().Json.GetProperty("dead_letters").EnumerateArray());
    }

    [Fact]
    public async Task A_paused_installation_is_refused_and_a_revoked_token_too()
    {
        var installation = await marketplace.NewReader();
        await Put(installation);
        var token = await marketplace.FreshToken("plugin", installation);
        await marketplace.Revoke(token, "plugin", installation);
        (await Client.Send(HttpMethod.Get, "/open/v1/webhook", token)).IsProblem(401, "token-revoked");

        await Client.Pause(installation, "tests");
        (await Client.Get(installation, "webhook")).IsProblem(403, "installation-paused");
        (await Put(installation)).IsProblem(403, "installation-paused");
    }

    [Fact]
    public async Task Another_installation_sees_nothing_of_it()
    {
        var installation = await marketplace.NewReader();
        var foreign = await marketplace.NewReader();
        await Put(installation);
        var seen = (await Client.Get(foreign, "webhook")).OrThrow().Json;

        Assert.Equal(foreign, Text(seen, "installation"));
        Assert.False(seen.TryGetProperty("endpoint", out _));
    }

    [Fact]
    public async Task Who_pings_too_often_is_slowed_and_it_costs_no_quota()
    {
        var installation = await marketplace.NewReader();
        await Put(installation);
        var before = (await Client.Quota(installation)).Json.GetProperty("daily").GetProperty("used").GetInt64();
        var answers = new List<Answer>();
        for (var i = 0; i < 60 && !answers.Any(answer => (int)answer.Status == 429); i++)
        {
            answers.Add(await Client.Call(installation, HttpMethod.Post, "webhook/ping"));
        }

        answers[^1].IsProblem(429, "burst-exceeded");
        Assert.Equal(answers.Count - 1, _receiver.Received.Count);
        Assert.Equal(before, (await Client.Quota(installation)).Json.GetProperty("daily").GetProperty("used").GetInt64());
    }

    [Fact]
    public async Task An_operator_rotates_the_marketplaces_key_and_the_earlier_one_stays_published()
    {
        var installation = await marketplace.NewReader();
        await Put(installation);
        var before = await Ping(installation);
        var rotated = (await Client.Send(HttpMethod.Post, "/platform/v1/keys/rotate", await Client.OperatorToken())).OrThrow().Json;
        var after = await Ping(installation);
        var keys = (await Keys()).Json;

        Assert.NotEqual(before.Headers["marketplace-key"], after.Headers["marketplace-key"]);
        Assert.Equal(after.Headers["marketplace-key"], Text(rotated.GetProperty("keys").EnumerateArray().Last(), "id"));
        Assert.True(before.IsSignedByOneOf(keys));
        Assert.True(after.IsSignedByOneOf(keys));
        Assert.All(keys.GetProperty("keys").EnumerateArray(), key =>
            Assert.Equal(("Ed25519", "whpk_" + Text(key, "public_key")), (Text(key, "alg"), Text(key, "whpk")))
        );
    }

    private async Task<Answer> Put(string installation, string? key = null, object? body = null) =>
        await Client.Call(installation, HttpMethod.Put, "webhook", body ?? new { url = _receiver.Address }, key);

    /// <summary>Pings and hands over what came.</summary>
    private async Task<ReceivedWebhook> Ping(string installation)
    {
        var ping = (await Client.Call(installation, HttpMethod.Post, "webhook/ping")).OrThrow().Json;
        Assert.Equal((true, 204), (ping.GetProperty("ok").GetBoolean(), ping.GetProperty("status").GetInt32()));
        return Assert.Single(_receiver.Received, message => message.Id == Text(ping, "message_id"));
    }

    /// <summary>True for what arrived at the endpoint: what was pulled before there was one is in the log, too.</summary>
    private static bool IsPushed(JsonElement entry) => (Text(entry, "outcome"), Text(entry, "channel")) == ("acknowledged", "push");

    private Task<JsonElement[]> Deliveries(string installation, Func<JsonElement[], bool> condition) =>
        Eventually.Get(
            async () =>
                (await Client.Get(installation, "webhook/deliveries")).OrThrow().Json.GetProperty("deliveries").EnumerateArray().ToArray(),
            condition,
            "deliveries"
        );

    private async Task<Answer> Keys() => (await Client.Send(HttpMethod.Get, "/.well-known/marketplace-keys", token: null)).OrThrow();

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
