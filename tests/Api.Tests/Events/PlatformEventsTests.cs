using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Api.Tests.Matrix;

namespace Marketplace.Api.Tests.Events;

public class PlatformEventsTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task Of_a_batch_the_bad_ones_are_named_by_index_and_the_good_ones_taken()
    {
        var installation = await marketplace.NewInstallation();
        var seller = TestMarketplace.SellerOf(installation);
        var good = CloudEvents.OrderCreated(seller, "good");
        var other = CloudEvents.OrderCreated(seller, "other");
        var answer = (
            await Client.SendEvents([
                "no event",
                good,
                Without(CloudEvents.OrderCreated(seller, "a"), "id"),
                CloudEvents.Of("order.lost", seller, "b", new { }),
                CloudEvents.Of("order.created", seller, "c", new { currency = "CNY", items = "none" }),
                other,
                CloudEvents.Of("order.cancelled", seller, "d", new { reason = new string('x', 70_000) }),
                new Dictionary<string, object>(good) { ["seller"] = "a/b" },
                good,
            ])
        )
            .OrThrow()
            .Json;

        Assert.Equal((2, 1), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("duplicates").GetInt32()));
        Assert.Equal(
            [
                "0 event-data-invalid",
                "2 event-attribute-missing",
                "3 event-type-unknown",
                "4 event-data-invalid",
                "6 event-too-large",
                "7 event-attribute-missing",
            ],
            answer
                .GetProperty("rejected")
                .EnumerateArray()
                .Select(item => $"{item.GetProperty("index").GetInt32()} {item.GetProperty("code").GetString()}")
        );
        Assert.Equal(
            ["good", "other"],
            (await Client.Get(installation, "orders"))
                .OrThrow()
                .Json.GetProperty("orders")
                .EnumerateArray()
                .Select(order => order.GetProperty("order_id").GetString()!)
        );
    }

    [Fact]
    public async Task The_same_event_again_is_a_duplicate_and_one_event()
    {
        var seller = marketplace.NewSeller();
        var created = CloudEvents.OrderCreated(seller, "one");
        Assert.Equal((1, 0), await Send(created));
        var before = await LogExports.ReadAll(Client);

        Assert.Equal((0, 1), await Send(created));
        Assert.Equal((0, 2), await Send(created, created));

        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    [Fact]
    public async Task Each_sellers_events_keep_their_order()
    {
        string[] sellers = [marketplace.NewSeller(), marketplace.NewSeller(), marketplace.NewSeller()];
        var events = Enumerable
            .Range(0, 300)
            .Select(i => CloudEvents.Of("product.updated", sellers[i % 3], $"p-{i:000}", new { title = "t" }))
            .ToArray();

        Assert.Equal((300, 0), await Send([.. events]));

        var feed = (await LogExports.ReadAll(Client))
            .Feed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))
            .ToArray();
        foreach (var seller in sellers)
        {
            var own = feed.Where(item => item.GetProperty("seller").GetString() == seller).ToArray();
            Assert.Equal(Enumerable.Range(1, 100).Select(n => (long)n), own.Select(item => item.GetProperty("seq").GetInt64()));
            Assert.Equal(
                own.Select(item => item.GetProperty("subject").GetString()).Order(StringComparer.Ordinal),
                own.Select(item => item.GetProperty("subject").GetString())
            );
        }
    }

    [Theory]
    [InlineData("application/cloudevents+json", false, 200)]
    [InlineData("application/cloudevents+json; charset=utf-8", false, 200)]
    [InlineData("application/cloudevents-batch+json", true, 200)]
    [InlineData("application/json", false, 200)]
    [InlineData("application/json", true, 200)]
    [InlineData("application/cloudevents+json", true, 400)]
    [InlineData("application/cloudevents-batch+json", false, 400)]
    public async Task One_or_a_batch_is_what_the_media_type_says(string mediaType, bool batch, int status)
    {
        var item = JsonSerializer.Serialize(CloudEvents.OrderCreated(marketplace.NewSeller(), "one"));
        var answer = await marketplace.Http.Raw(
            "POST",
            "/platform/v1/events",
            await Client.PlatformToken(),
            (batch ? $"[{item}]" : item).ToUtf8(),
            mediaType
        );

        Assert.Equal(status, answer.Status);
        if (status != 200)
        {
            answer.IsProblem(400, "body-invalid");
        }
    }

    [Fact]
    public async Task A_single_bad_event_is_refused_as_a_whole()
    {
        var before = await LogExports.ReadAll(Client);
        var answer = await Client.Send(
            HttpMethod.Post,
            "/platform/v1/events",
            await Client.PlatformToken(),
            CloudEvents.Of("order.lost", "s", "x", new { })
        );

        answer.IsProblem(422, "event-type-unknown");
        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    [Fact]
    public async Task An_attribute_or_member_of_a_wrong_type_is_refused_or_kept_as_it_is()
    {
        var seller = marketplace.NewSeller();
        var accepted = 0;
        foreach (var value in GarbageBodies.Values)
        {
            foreach (var body in Spoilt(CloudEvents.OrderCreated(seller, "spoilt"), value))
            {
                var answer = await marketplace.Http.Raw("POST", "/platform/v1/events", await Client.PlatformToken(), body.ToUtf8());
                if (answer.Status == 200)
                {
                    accepted += answer.Answer.Json.GetProperty("accepted").GetInt32();
                }
                else
                {
                    answer.Answer.IsProblem(body);
                }
            }
        }

        var feed = (await LogExports.ReadAll(Client))
            .Feed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line));
        Assert.Equal(accepted, feed.Count(item => item.GetProperty("subject").GetString() == "spoilt"));
    }

    [Fact]
    public async Task More_than_a_thousand_events_are_refused()
    {
        var before = await LogExports.ReadAll(Client);
        (
            await Client.SendEvents([.. Enumerable.Range(0, 1_001).Select(i => CloudEvents.Of("order.paid", "s", $"o-{i}", new { }))])
        ).IsProblem(413, "body-too-large");
        Assert.Equal(before, await LogExports.ReadAll(Client));
    }

    /// <summary>The event with each attribute, each member of its data and each of its buyer's, one at a time, replaced.</summary>
    private static IEnumerable<string> Spoilt(Dictionary<string, object> item, string value)
    {
        string[] paths = ["$", "$.data", "$.data.buyer", "$.data.items[0]", "$.data.payments[0]"];
        foreach (var path in paths)
        {
            var names = Part(JsonSerializer.SerializeToNode(item)!, path).Select(member => member.Key);
            foreach (var name in names)
            {
                // An id of its own for every event, or all but the first would be duplicates.
                var whole = JsonSerializer.SerializeToNode(new Dictionary<string, object>(item) { ["id"] = MarketplaceClient.NewKey() })!;
                Part(whole, path)[name] = "@@";
                yield return whole.ToJsonString().Replace("\"@@\"", value, StringComparison.Ordinal);
            }
        }
    }

    private static JsonObject Part(JsonNode whole, string path) =>
        (
            path switch
            {
                "$" => whole,
                "$.data" => whole["data"],
                "$.data.buyer" => whole["data"]!["buyer"],
                "$.data.items[0]" => whole["data"]!["items"]![0],
                _ => whole["data"]!["payments"]![0],
            }
        )!.AsObject();

    private static Dictionary<string, object> Without(Dictionary<string, object> item, string name)
    {
        item.Remove(name);
        return item;
    }

    private async Task<(int Accepted, int Duplicates)> Send(params Dictionary<string, object>[] events)
    {
        var answer = (await Client.SendEvents(events)).OrThrowIfRejected().Json;
        Assert.Empty(answer.GetProperty("rejected").EnumerateArray());
        return (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("duplicates").GetInt32());
    }
}
