using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Marketplace.Schemas.Payloads;
using Xunit;

namespace Marketplace.Domain.Tests.Schemas.Payloads;

/// <summary>
/// Laws of the down-conversions, over made-up versions that add members first, last, deep, in arrays and as whole objects.
/// </summary>
public sealed class PayloadConversionProperties
{
    private static readonly PayloadSchema First = PayloadSchema.First(
        "2024-01",
        [
            SchemaChange.NewObject("order"),
            new("order", "id", "string", true),
            new("order", "lines", "array", true),
            new("order", "lines[].sku", "string", true),
            new("order", "buyer", "object"),
            new("order", "buyer.region", "string"),
        ]
    );

    private static readonly PayloadSchema Second = First.Next(
        "2024-04",
        new("order", "code", "string"),
        new("order", "lines[].tax", "number"),
        new("order", "buyer.tier", "string")
    );

    private static readonly PayloadSchema Third = Second.Next(
        "2024-07",
        new("order", "code2", "string"),
        new("order", "gift", "object"),
        new("order", "gift.note", "string", true),
        new("order", "lines[].parts", "array"),
        new("order", "lines[].parts[].sku", "string", true)
    );

    private static readonly PayloadSchema Fourth = Third.Next(
        "2024-10",
        new("order", "lines[].parts[].tax", "number"),
        new("order", "buyer.region2", "string")
    );

    private static readonly PayloadSchemas Schemas = new(First, Second, Third, Fourth);

    private static readonly string[] Months = ["2023-12", "2024-01", "2024-02", "2024-04", "2024-06", "2024-07", "2024-10", "2025-01"];

    // Known names and others, at every depth: what nobody declared stays where it is.
    private static readonly Gen<string> Name = OneOf(
        "id",
        "lines",
        "sku",
        "buyer",
        "region",
        "code",
        "tax",
        "tier",
        "code2",
        "gift",
        "note",
        "parts",
        "region2",
        "other",
        "c\\u006fde",
        "lïnes"
    );

    private static readonly Gen<string> Space = OneOf("", "", " ", "\n  ");

    private static readonly Gen<string> Leaf = OneOf("1", "-2.50e3", "null", "true", "\"a,}\\\"{\"", "\"code\"", "[]", "{}", "\"\"");

    private static readonly Gen<string> Payload = Object(4);

    [Fact]
    public void A_conversion_is_the_payload_without_what_the_version_lacks() =>
        Gen.Select(Payload, OneOf(Months))
            .Sample(
                (payload, month) =>
                {
                    var expected = JsonNode.Parse(payload)!;
                    var kept = Schemas.At(month).Objects["order"];
                    foreach (var path in Fourth.Objects["order"].Keys.Where(path => !kept.ContainsKey(path)))
                    {
                        Remove(expected, path.Replace("[]", string.Empty, StringComparison.Ordinal).Split('.'));
                    }

                    return JsonNode.DeepEquals(expected, JsonNode.Parse(Down(payload, month)));
                }
            );

    [Fact]
    public void Two_steps_are_one() =>
        Gen.Select(Payload, OneOf(Months), OneOf(Months))
            .Sample(
                (payload, one, other) =>
                {
                    var (later, earlier) = string.CompareOrdinal(one, other) > 0 ? (one, other) : (other, one);
                    return Down(Down(payload, later), earlier) == Down(payload, earlier);
                }
            );

    [Fact]
    public void A_step_twice_is_a_step() =>
        Gen.Select(Payload, OneOf(Months)).Sample((payload, month) => Down(Down(payload, month), month) == Down(payload, month));

    [Fact]
    public void Nothing_is_invented_and_the_newest_version_is_the_payload_itself() =>
        Gen.Select(Payload, OneOf(Months))
            .Sample(
                (payload, month) =>
                {
                    var before = payload.GroupBy(c => c).ToDictionary(group => group.Key, group => group.Count());
                    return Down(payload, "2024-10") == payload
                        && Down(payload, month).GroupBy(c => c).All(group => group.Count() <= before.GetValueOrDefault(group.Key));
                }
            );

    [Fact]
    public void Within_a_larger_answer_only_the_object_is_converted() =>
        Payload
            .Array[0, 3]
            .Sample(orders =>
            {
                var page = $$$"""{"code":1,"orders":[{{{string.Join(',', orders)}}}],"gift":{"note":"x"}}""";
                var expected =
                    $$$"""{"code":1,"orders":[{{{string.Join(',', orders.Select(order => Down(order, "2024-01")))}}}],"gift":{"note":"x"}}""";
                return Text(Schemas.ConversionOf("order", "orders[]").Down(Bytes(page), "2024-01")) == expected;
            });

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static Gen<string> Object(int depth)
    {
        var value = depth == 0 ? Leaf : Gen.Frequency((3, Leaf), (2, Object(depth - 1)), (2, Array(depth - 1)));
        var member =
            from name in Name
            from before in Space
            from after in Space
            from content in value
            select (name, text: $"{before}\"{name}\"{after}:{after}{content}{before}");
        // Names twice are refused at the door.
        return member
            .Array[0, 6]
            .Select(members => members.DistinctBy(one => JsonNode.Parse($"\"{one.name}\"")!.GetValue<string>()))
            .Select(members => $"{{{string.Join(',', members.Select(one => one.text))}}}");
    }

    private static Gen<string> Array(int depth) => Object(depth).Array[0, 3].Select(elements => $"[{string.Join(", ", elements)}]");

    private static void Remove(JsonNode? node, ReadOnlySpan<string> path)
    {
        if (node is JsonArray elements)
        {
            foreach (var element in elements)
            {
                Remove(element, path);
            }
        }
        else if (node is JsonObject members && path.Length == 1)
        {
            members.Remove(path[0]);
        }
        else if (node is JsonObject holder)
        {
            Remove(holder[path[0]], path[1..]);
        }
    }

    private static string Down(string payload, string month) => Text(Schemas.ConversionOf("order").Down(Bytes(payload), month));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
