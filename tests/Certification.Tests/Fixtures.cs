using System.Text;
using System.Text.Json.Nodes;

namespace Marketplace.Certification.Tests;

/// <summary>Files that pass, and those that break exactly one rule.</summary>
internal static class Fixtures
{
    public static readonly DateOnly Today = new(2026, 12, 1);

    /// <summary>A manifest that no rule objects to.</summary>
    public static JsonObject Manifest() =>
        JsonNode
            .Parse(
                """
                {
                  "manifest": "1",
                  "plugin": "tag-bee",
                  "version": "1.2.0",
                  "name": { "zh": "标签蜂", "en": "Tag Bee" },
                  "summary": { "zh": "标记异常订单。", "en": "Marks abnormal orders." },
                  "description": { "zh": "读取新订单，标记需要人工处理的订单。", "en": "Reads new orders and marks those that need a person." },
                  "category": "order-processing",
                  "services": ["order"],
                  "markets": ["US", "BR"],
                  "languages": ["zh-CN", "en"],
                  "scopes": [
                    {
                      "scope": "orders.read", "required": true, "feature": "Queue",
                      "purpose": { "zh": "读取新订单。", "en": "Reads new orders." },
                      "without": { "zh": "无法工作。", "en": "It cannot work." }
                    },
                    {
                      "scope": "orders.flag", "required": false, "feature": "Marks",
                      "purpose": { "zh": "标记订单。", "en": "Marks orders." },
                      "without": { "zh": "不会标记。", "en": "Nothing is marked." }
                    }
                  ],
                  "fields": ["order.items[].quantity", "order.status"],
                  "endpoints": [{ "kind": "webhook", "url": "https://hooks.tag-bee.example/events", "region": "cn" }],
                  "serves_eu": false,
                  "schema": "2026-12",
                  "support": { "email": "support@tag-bee.example", "page": "https://tag-bee.example/support" },
                  "prices": {
                    "effective_from": "2026-12-01",
                    "tiers": [{ "up_to": 1000, "unit_price": 0 }, { "up_to": 5000, "unit_price": 0.02 }],
                    "add_ons": [
                      {
                        "id": "terms", "name": { "zh": "术语库", "en": "Terms" }, "monthly": 299,
                        "unlocks": { "zh": "术语库。", "en": "The terminology base." }
                      }
                    ]
                  }
                }
                """
            )!
            .AsObject();

    /// <summary>A scan without findings.</summary>
    public static JsonObject Scan(params JsonNode[] results) =>
        new()
        {
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(
                new JsonObject
                {
                    ["tool"] = new JsonObject
                    {
                        ["driver"] = new JsonObject { ["name"] = "scanner", ["rules"] = new JsonArray() },
                    },
                    ["results"] = new JsonArray(results),
                }
            ),
        };

    public static JsonObject Result(string rule, string level, string file = "src/app.cs", string message = "Do not do this.") =>
        new()
        {
            ["ruleId"] = rule,
            ["level"] = level,
            ["message"] = new JsonObject { ["text"] = message },
            ["locations"] = new JsonArray(
                new JsonObject
                {
                    ["physicalLocation"] = new JsonObject
                    {
                        ["artifactLocation"] = new JsonObject { ["uri"] = file },
                        ["region"] = new JsonObject { ["startLine"] = 7 },
                    },
                }
            ),
        };

    public static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    /// <summary>Judges a manifest, with a clean scan unless another one is given.</summary>
    public static GateReport Judge(JsonNode manifest, JsonNode? listed = null, JsonNode? scan = null, DateOnly? asOf = null) =>
        Gate.Run(
            new GateFiles(Bytes(manifest))
            {
                Scan = Bytes(scan ?? Scan()),
                Listed = listed is null ? null : (ReadOnlyMemory<byte>?)Bytes(listed),
            },
            asOf ?? Today,
            GatePolicy.Current
        );
}
