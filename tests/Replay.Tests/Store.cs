using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Replay.Tests;

/// <summary>Events in, orders out.</summary>
internal sealed class Store
{
    private static readonly string[] Steps = ["created", "paid", "shipped", "delivered", "cancelled"];
    private static readonly string[] PrivateMembers =
    [
        "customer_id",
        "name",
        "phone",
        "email",
        "identity_number",
        "street",
        "city",
        "postcode",
    ];

    private readonly HashSet<string> _seen = [];
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _orders = [];
    private readonly Dictionary<string, JsonObject> _tracking = [];
    private readonly Dictionary<(string, string), JsonObject> _buyers = [];

    public HashSet<string> Installations { get; } = [];

    /// <summary>Is given every accepted event.</summary>
    public Action<JsonObject> Appended { get; set; } = _ => { };

    public Dictionary<string, Reply> Replays { get; } = [];

    /// <summary>(seller, type, subject, time) in order of arrival.</summary>
    public List<(string Seller, string Type, string Subject, DateTimeOffset At)> Arrived { get; } = [];

    public Reply Accept(JsonArray events, Faults faults)
    {
        var (accepted, duplicates, rejected) = (0, 0, new JsonArray());
        for (var index = 0; index < events.Count; index++)
        {
            var e = events[index]!.AsObject();
            if (faults.RejectsProducts && (string)e["type"]! == "product.updated")
            {
                rejected.Add(
                    new JsonObject
                    {
                        ["index"] = index,
                        ["code"] = "invalid-event",
                        ["detail"] = "no",
                    }
                );
            }
            else if (!_seen.Add($"{e["source"]} {e["id"]}"))
            {
                duplicates++;
            }
            else
            {
                accepted++;
                Fold(e, faults);
                Appended(e);
            }
        }

        return Reply.Ok(
            new JsonObject
            {
                ["accepted"] = accepted,
                ["duplicates"] = duplicates,
                ["rejected"] = rejected,
            }
        );
    }

    public (string Operation, Reply Reply) Open(string seller, HttpRequest request, string[] route, string body, Faults faults)
    {
        var orders = Of(seller);
        switch (route)
        {
            case ["orders"]:
                return ("orders.list", Page(orders, request));
            case ["orders", var id, ..] when !orders.ContainsKey(id) || id == faults.LosesOrder:
                return ("orders.get", Reply.Problem(404, "not-found"));
            case ["orders", var id]:
                return ("orders.get", Reply.Ok(Shown(seller, orders[id], faults)));
            case ["orders", var id, "flags"]:
                return ("orders.flag", Written(seller, orders[id], faults));
            case ["orders", var id, "tracking"]:
                return ("orders.track", Written(seller, orders[id], faults));
            case ["tracking", var id] when _tracking.TryGetValue($"{seller} {id}", out var record):
                return ("tracking.get", Reply.Ok(record.DeepClone()));
            default:
                return ("orders.get", Reply.Problem(404, "not-found"));
        }
    }

    private SortedDictionary<string, JsonObject> Of(string seller) =>
        _orders.TryGetValue(seller, out var orders) ? orders : _orders[seller] = new(StringComparer.Ordinal);

    private void Fold(JsonObject e, Faults faults)
    {
        var (seller, type, subject) = ((string)e["seller"]!, (string)e["type"]!, (string)e["subject"]!);
        var at = (DateTimeOffset)e["time"]!;
        Arrived.Add((seller, type, subject, at));
        if (type == "logistics.track.updated")
        {
            Track($"{seller} {subject}", subject, e, at);
        }
        else if (type.StartsWith("order.", StringComparison.Ordinal) && subject != faults.LosesOrder)
        {
            FoldOrder(seller, type["order.".Length..], subject, e["data"]!.AsObject(), at);
        }
    }

    private void FoldOrder(string seller, string step, string subject, JsonObject data, DateTimeOffset at)
    {
        var orders = Of(seller);
        if (!orders.TryGetValue(subject, out var order))
        {
            orders[subject] = order = new JsonObject { ["order_id"] = subject };
        }

        order[$"{step}_at"] = at;
        if (Array.IndexOf(Steps, step) > Array.IndexOf(Steps, (string?)order["status"]))
        {
            order["status"] = step;
        }

        if (step == "cancelled")
        {
            order["cancel_reason"] = data["reason"]!.DeepClone();
        }

        if (step == "created")
        {
            Create(seller, subject, order, data);
        }
    }

    private void Create(string seller, string subject, JsonObject order, JsonObject data)
    {
        foreach (var name in new[] { "currency", "items", "payments", "estimated_delivery" })
        {
            order[name] = data[name]?.DeepClone();
        }

        order["total"] = data["items"]!
            .AsArray()
            .Sum(item => ((decimal)item!["unit_price"]! * (int)item["quantity"]!) + (decimal)item["freight"]!);
        var buyer = data["buyer"]!.AsObject();
        _buyers[(seller, subject)] = buyer.DeepClone().AsObject();
        var seen = new JsonObject
        {
            ["region"] = buyer["region"]?.DeepClone(),
            ["country"] = buyer["country"]?.DeepClone(),
            ["postcode_prefix"] = ((string?)buyer["postcode"])?[..2],
        };
        foreach (var name in PrivateMembers.Where(name => buyer[name] is not null))
        {
            seen[name] = new JsonObject { ["redacted"] = true, ["reason"] = "buyer-private" };
        }

        order["buyer"] = seen;
    }

    private void Track(string key, string id, JsonObject e, DateTimeOffset at)
    {
        var data = e["data"]!;
        if (!_tracking.TryGetValue(key, out var record))
        {
            _tracking[key] = record = new JsonObject
            {
                ["tracking_id"] = id,
                ["order_id"] = data["order_id"]!.DeepClone(),
                ["carrier"] = data["carrier"]!.DeepClone(),
                ["points"] = new JsonArray(),
            };
        }

        record["points"]!
            .AsArray()
            .Add(
                new JsonObject
                {
                    ["at"] = at,
                    ["status"] = data["status"]!.DeepClone(),
                    ["location"] = data["location"]!.DeepClone(),
                }
            );
    }

    private static Reply Page(SortedDictionary<string, JsonObject> orders, HttpRequest request)
    {
        var (limit, cursor) = (int.Parse(request.Query["limit"]!, null), request.Query["cursor"].ToString());
        var page = orders.Where(order => string.CompareOrdinal(order.Key, cursor) > 0).Take(limit + 1).ToList();
        var more = page.Count > limit;
        var shown = new JsonArray([.. page.Take(limit).Select(order => order.Value.DeepClone())]);
        return Reply.Ok(
            new JsonObject
            {
                ["orders"] = shown,
                ["has_more"] = more,
                ["next_cursor"] = more ? page[limit - 1].Key : null,
            }
        );
    }

    private Reply Written(string seller, JsonObject order, Faults faults) =>
        Reply.Ok(
            new JsonObject
            {
                ["order_id"] = order["order_id"]!.DeepClone(),
                ["seq"] = 1,
                ["order"] = Shown(seller, order, faults),
            }
        );

    private JsonObject Shown(string seller, JsonObject order, Faults faults)
    {
        var shown = order.DeepClone().AsObject();
        var id = (string)order["order_id"]!;
        if (id == faults.AltersOrder)
        {
            var item = shown["items"]![0]!;
            item["unit_price"] = (decimal)item["unit_price"]! + 0.01m;
        }

        if (faults.LeaksInText)
        {
            shown["flags"] = new JsonArray(new JsonObject { ["note"] = $"call {_buyers[(seller, id)]["city"]}!" });
        }

        return shown;
    }
}
