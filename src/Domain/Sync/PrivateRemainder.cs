using System.Text.Json;

namespace Marketplace.Sync;

/// <summary>Collects what must not travel with an event: an object from the path of a member's parent to its members.</summary>
internal sealed class PrivateRemainder
{
    private readonly SortedDictionary<string, List<(string Name, JsonElement Value)>> _byPath = new(StringComparer.Ordinal);

    /// <summary>The text, unless it seems to hold private data: then it is sealed instead (R23).</summary>
    public string? Public(string path, string? text)
    {
        if (text is null || PrivateDataScan.Find(text) is null)
        {
            return text;
        }

        At("found").Add((path, JsonSerializer.SerializeToElement(text, PrivateJson.Default.String)));
        return null;
    }

    public void Keep(IReadOnlyDictionary<string, JsonElement> members) => Keep(string.Empty, members);

    public void Keep(string path, IReadOnlyDictionary<string, JsonElement> members)
    {
        if (members.Count > 0)
        {
            At(path).AddRange(members.Select(member => (member.Key, member.Value)));
        }
    }

    public ReadOnlyMemory<byte> ToBytes()
    {
        if (_byPath.Count == 0)
        {
            return default;
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (path, members) in _byPath)
            {
                json.WriteStartObject(path);
                foreach (var (name, value) in members)
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private List<(string Name, JsonElement Value)> At(string path)
    {
        if (!_byPath.TryGetValue(path, out var members))
        {
            _byPath[path] = members = [];
        }

        return members;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class PrivateJson : System.Text.Json.Serialization.JsonSerializerContext;
