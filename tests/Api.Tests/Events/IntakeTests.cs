using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Marketplace.Api.Tests.Events;

/// <summary>What the platform sends is taken, in every form that CloudEvents and HTTP allow; what is refused is named.</summary>
public class IntakeTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Binary_mode_is_read_as_structured_mode_is()
    {
        var seller = marketplace.NewSeller();
        (string, string)[] headers = [.. Binary(seller, "bin %41"), ("ce-subject", "o%2D1")];
        var first = await Post("{\"reason\":\"x\"}", headers);
        var structured = await Client.SendEvents([
            new Dictionary<string, object>
            {
                ["specversion"] = "1.0",
                ["id"] = "bin A",
                ["source"] = "urn:test:" + seller,
                ["type"] = "order.cancelled",
                ["subject"] = "o-1",
                ["time"] = "2026-11-23T10:00:00Z",
                ["seller"] = seller,
                ["data"] = new { reason = "x" },
            },
        ]);

        Assert.Equal((200, 1), (first.Status, first.Answer.Json.GetProperty("accepted").GetInt32()));
        Assert.Equal(1, structured.OrThrow().Json.GetProperty("duplicates").GetInt32());
    }

    [Theory]
    [InlineData("ce-time", "2026-11-23T10:00:00", "time")]
    [InlineData("ce-seller", "a%2Fb", "seller")]
    [InlineData("ce-subject", "%zz", "subject")]
    [InlineData("ce-subject", "a%00b", "subject")]
    [InlineData("ce-specversion", "0.3", "specversion")]
    public async Task A_wrong_header_of_binary_mode_is_named(string header, string value, string attribute)
    {
        var headers = Binary(marketplace.NewSeller(), "x")
            .Append(("ce-subject", "o-1"))
            .Where(pair => pair.Item1 != header)
            .Append((header, value))
            .ToArray();

        Attribute((await Post("{}", headers)).Answer.IsProblem(422, "event-attribute-missing"), attribute);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_compressed_body_is_read(string encoding)
    {
        var body = Compressed(encoding, JsonSerializer.SerializeToUtf8Bytes(CloudEvents.OrderCreated(marketplace.NewSeller(), "zipped")));

        Assert.Equal(1, (await PostEncoded(body, encoding)).GetProperty("accepted").GetInt32());
    }

    [Theory]
    [InlineData("zstd", 415, "media-type-unsupported")]
    [InlineData("gzip, gzip", 415, "media-type-unsupported")]
    [InlineData("gzip", 400, "body-invalid")]
    public async Task A_body_that_is_not_compressed_as_it_says_is_refused(string encoding, int status, string code)
    {
        var problem = await PostEncoded(
            JsonSerializer.SerializeToUtf8Bytes(CloudEvents.OrderCreated(marketplace.NewSeller(), "plain")),
            encoding
        );

        Assert.Equal((status, code), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_body_that_grows_beyond_the_bound_is_refused_for_its_length()
    {
        var problem = await PostEncoded(Compressed("gzip", new byte[64 * 1024 * 1024]), "gzip");

        Assert.Equal(413, problem.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Another_event_under_a_known_id_is_refused_by_name_and_the_same_is_a_duplicate()
    {
        var (seller, other) = (marketplace.NewSeller(), marketplace.NewSeller());
        var created = CloudEvents.OrderCreated(seller, "o-1");
        var paid = new Dictionary<string, object>(created) { ["type"] = "order.paid", ["data"] = new { } };
        var elsewhere = new Dictionary<string, object>(created) { ["seller"] = other };
        var answer = (await Client.SendEvents([created, paid, created])).OrThrow().Json;

        Assert.Equal((1, 1), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("duplicates").GetInt32()));
        Assert.Equal(["1 event-id-reused events[1].id"], Rejected(answer));
        Assert.Equal(["0 event-id-reused events[0].id"], Rejected((await Client.SendEvents([elsewhere])).OrThrow().Json));
        var single = await marketplace.Http.Raw(
            "POST",
            "/platform/v1/events",
            await Client.PlatformToken(),
            JsonSerializer.SerializeToUtf8Bytes(paid)
        );
        single.Answer.IsProblem(409, "event-id-reused");
    }

    [Fact]
    public async Task Each_refusal_of_a_batch_names_the_path_and_each_change_too()
    {
        var seller = marketplace.NewSeller();
        var answer = (
            await Client.SendEvents([
                CloudEvents.OrderCreated(seller, "o-1"),
                CloudEvents.Of(
                    "order.created",
                    seller,
                    "o-2",
                    new
                    {
                        currency = "EUR",
                        items = new[]
                        {
                            new
                            {
                                line = 1,
                                product_id = "p",
                                quantity = -1,
                                unit_price = 1,
                            },
                        },
                    }
                ),
                CloudEvents.Of("order.cancelled", seller, "o-1", new { reason = "two\nlines", mood = "bad" }),
                new Dictionary<string, object>(CloudEvents.OrderCreated(seller, "o-3")) { ["time"] = "2026-11-23T10:00:00" },
                new Dictionary<string, object>(CloudEvents.OrderCreated(seller, "o-4")) { ["Bad-Ext"] = "x" },
                new Dictionary<string, object>(CloudEvents.OrderCreated(seller, "o-5")) { ["campaign"] = "x" },
            ])
        ).OrThrow().Json;

        Assert.Equal(
            [
                "1 event-data-invalid events[1].data.items[0].quantity",
                "3 event-attribute-missing events[3].time",
                "4 event-attribute-missing events[4].Bad-Ext",
            ],
            Rejected(answer)
        );
        Assert.Contains("2 events[2].data.reason cleaned", Changed(answer));
        Assert.Contains("2 events[2].data.mood sealed", Changed(answer));
        Assert.Contains("5 events[5].campaign dropped", Changed(answer));
    }

    [Fact]
    public async Task The_buyer_of_the_order_is_struck_out_of_later_texts_and_refused_in_a_plugins()
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        var data = new
        {
            currency = "CNY",
            items = new[]
            {
                new
                {
                    line = 1,
                    product_id = "p",
                    quantity = 1,
                    unit_price = 1,
                },
            },
            buyer = new
            {
                name = "张三丰",
                street = "桃花岛",
                region = "ZJ",
                country = "CN",
            },
        };
        (await Client.SendEvents([CloudEvents.Of("order.created", seller, "o-1", data)])).OrThrow();
        (
            await Client.SendEvents([
                CloudEvents.Of("logistics.track.updated", seller, "W1", new { order_id = "o-1", status = "已签收，签收人：张三丰" }),
                CloudEvents.Of("order.cancelled", seller, "o-1", new { reason = "张 三 丰要求取消" }),
            ])
        ).OrThrow();

        var track = (await Client.Get(installation, "tracking/W1")).OrThrow().Json;
        var order = (await Client.Get(installation, "orders/o-1")).OrThrow().Json;
        Assert.Equal(
            ("已签收，签收人：***", "***要求取消"),
            (track.GetProperty("status").GetString(), order.GetProperty("cancel_reason").GetString())
        );
        (await Client.Call(installation, HttpMethod.Post, "orders/o-1/flags", new { kind = "other", note = "张三丰 called" })).IsProblem(
            422,
            "private-data-in-input"
        );
        (await Client.Call(installation, HttpMethod.Post, "orders/o-1/flags", new { kind = "other", note = "the buyer called" })).OrThrow();
    }

    [Fact]
    public async Task A_nul_is_refused_at_every_door()
    {
        var installation = await marketplace.NewInstallation();
        (string Method, string Path, string? Body, string? Type)[] doors =
        [
            ("GET", "/connect/authorize?client_id=%00&response_type=code", null, null),
            ("POST", "/connect/token", "grant_type=client_credentials&client_id=a%00&client_secret=b", "application/x-www-form-urlencoded"),
            ("POST", "/connect/token", "grant_type=refresh_token&refresh_token=%00", "application/x-www-form-urlencoded"),
            ("POST", $"/seller/v1/installations/{installation}/pause", "{\"reason\":\"a \\u0000 b\"}", "application/json"),
            ("GET", $"/open/v1/orders?status=%00", null, null),
            ("POST", "/open/v1/orders/o-1/flags", "{\"kind\":\"other\",\"note\":\"a\\u0000\"}", "application/json"),
        ];
        foreach (var (method, path, body, type) in doors)
        {
            var token =
                path.StartsWith("/open", StringComparison.Ordinal) ? await Client.PluginToken(installation)
                : path.StartsWith("/seller", StringComparison.Ordinal) ? await Client.SellerCenterToken()
                : null;
            var answer = await marketplace.Http.Raw(method, path, token, body is null ? null : Encoding.UTF8.GetBytes(body), type);
            Assert.True(answer.Status is 400 or 422, $"{method} {path}: {answer.Status}");
        }
    }

    private static IEnumerable<(string Name, string Value)> Binary(string seller, string id) =>
        [
            ("ce-specversion", "1.0"),
            ("ce-id", id),
            ("ce-source", "urn:test:" + seller),
            ("ce-type", "order.cancelled"),
            ("ce-time", "2026-11-23T10:00:00Z"),
            ("ce-seller", seller),
        ];

    private static IEnumerable<string> Rejected(JsonElement answer) =>
        answer
            .GetProperty("rejected")
            .EnumerateArray()
            .Select(item =>
                $"{item.GetProperty("index").GetInt32()} {item.GetProperty("code").GetString()} {item.GetProperty("attribute").GetString()}"
            );

    private static IEnumerable<string> Changed(JsonElement answer) =>
        answer
            .GetProperty("changed")
            .EnumerateArray()
            .Select(item =>
                $"{item.GetProperty("index").GetInt32()} {item.GetProperty("attribute").GetString()} "
                + $"{item.GetProperty("change").GetString()}"
            );

    private static void Attribute(JsonElement problem, string attribute) =>
        Assert.Contains($"'{attribute}'", problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);

    private static byte[] Compressed(string encoding, byte[] body)
    {
        using var target = new MemoryStream();
        using (
            Stream packing = encoding switch
            {
                "gzip" => new GZipStream(target, CompressionLevel.Fastest),
                "br" => new BrotliStream(target, CompressionLevel.Fastest),
                _ => new ZLibStream(target, CompressionLevel.Fastest),
            }
        )
        {
            packing.Write(body);
        }

        return target.ToArray();
    }

    private async Task<Exchange> Post(string body, params (string Name, string Value)[] headers) =>
        await marketplace.Http.Raw(
            "POST",
            "/platform/v1/events",
            await Client.PlatformToken(),
            Encoding.UTF8.GetBytes(body),
            "application/json",
            headers
        );

    private async Task<JsonElement> PostEncoded(byte[] body, string encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/platform/v1/events") { Content = new ByteArrayContent(body) };
        request.Headers.Authorization = new("Bearer", await Client.PlatformToken());
        request.Content.Headers.ContentType = new("application/cloudevents+json");
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var response = await marketplace.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
