using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Replay.Plugin;

namespace Marketplace.Replay.Deliveries;

/// <summary>Parses received events: a single one, or an array.</summary>
internal static class EventReader
{
    public static List<ArrivedEvent> Read(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Select(One)] : [One(json)];

    private static ArrivedEvent One(JsonElement json)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.GetRawText())));
        return json.ValueKind == JsonValueKind.Object
            ? new ArrivedEvent(EventKey.Of(json), OrderComparison.Text(json, "id") ?? "", digest, json)
            : new ArrivedEvent(null, "", digest, json);
    }
}
