using System.Text;

namespace Marketplace.Api.Tests.Matrix;

/// <summary>Bodies that are no JSON object of any contract here.</summary>
internal static class GarbageBodies
{
    public static IEnumerable<(string Name, byte[] Body)> All { get; } =
    [
        ("empty", []),
        ("blank", Text("   \r\n")),
        ("null", Text("null")),
        ("text", Text("\"x\"")),
        ("number", Text("1")),
        ("huge number", Text("1e999999")),
        ("true", Text("true")),
        ("array of null", Text("[null]")),
        ("array of array", Text("[[[]]]")),
        ("cut object", Text("{")),
        ("cut text", Text("{\"a\":\"")),
        ("two objects", Text("{}{}")),
        ("comment", Text("/* */{}")),
        ("single quotes", Text("{'a':1}")),
        ("deep arrays", Text(new string('[', 5_000) + new string(']', 5_000))),
        ("deep objects", Text(string.Concat(Enumerable.Repeat("{\"a\":", 600)) + "1" + new string('}', 600))),
        ("mark only", [0xEF, 0xBB, 0xBF]),
        ("UTF-16", Encoding.Unicode.GetBytes("{}")),
        ("invalid UTF-8", [.. "{\"kind\":\""u8, 0xC3, 0x28, .. "\"}"u8]),
        ("overlong UTF-8", [.. "{\"kind\":\""u8, 0xC0, 0x80, .. "\"}"u8]),
        ("NUL bytes", [0, 0, 0, 0]),
        ("NUL in a text", [.. "{\"kind\":\""u8, 0, .. "\"}"u8]),
        ("form", Text("kind=other&grants=orders.read")),
        ("XML", Text("<grants><grant>orders.read</grant></grants>")),
    ];

    /// <summary>Values in place of a member's own.</summary>
    public static string[] Values { get; } =
    [
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{\"a\":1}",
        "-1",
        "1e400",
        "-1e400",
        "123456789012345678901234567890",
        "0.0000000000000000000000001",
        "true",
        "\"\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "[\"\\ud800\"]",
        "[null]",
        "[1]",
        "\"" + new string('x', 5_000) + "\"",
    ];

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
