using System.Text.Json;
using Marketplace.Events;

namespace Marketplace.Privacy;

/// <summary>Collects everything to seal: an object from the path of a member's parent to its members.</summary>
/// <param name="changes">Receives the changes made.</param>
/// <param name="words">The words of the order's buyer.</param>
internal sealed class PrivateRemainder(IntakeChanges changes, BuyerWords words)
{
    private readonly SortedDictionary<string, List<(string Name, JsonElement Value)>> _byPath = new(StringComparer.Ordinal);

    /// <summary>
    /// The text with private data redacted; the original is sealed (R23). Null if there is no text, or nothing of it can stay.
    /// </summary>
    public string? Public(string path, string? text)
    {
        if (text is null)
        {
            return null;
        }

        var rest = PrivateDataScan.StrikeOut(text, words);
        if (rest == text)
        {
            return text;
        }

        At("found").Add((path, JsonSerializer.SerializeToElement(text, PrivateJson.Default.String)));
        changes.Add(path, rest is null ? AttributeChanges.Sealed : AttributeChanges.StruckOut);
        return rest;
    }

    /// <summary>Like <see cref="Public"/> for an enumerated value, which is sealed as a whole.</summary>
    public string? PublicCode(string path, string? code)
    {
        if (code is null || PrivateDataScan.Find(code, words) is null)
        {
            return code;
        }

        At("found").Add((path, JsonSerializer.SerializeToElement(code, PrivateJson.Default.String)));
        changes.Add(path, AttributeChanges.Sealed);
        return null;
    }

    /// <summary>Seals unknown members.</summary>
    public void Keep(IReadOnlyDictionary<string, JsonElement> members) => Keep(string.Empty, members);

    /// <inheritdoc cref="Keep(IReadOnlyDictionary{string, JsonElement})"/>
    public void Keep(string path, IReadOnlyDictionary<string, JsonElement> members)
    {
        foreach (var (name, value) in members)
        {
            At(path).Add((name, value));
            changes.Add(
                path.Length == 0 ? MemberNames.Shown(name) : $"{path.TrimEnd('.')}.{MemberNames.Shown(name)}",
                AttributeChanges.Sealed
            );
        }
    }

    /// <summary>Seals a member declared private; not reported, because the sender expects it.</summary>
    public void Seal(string path, string name, JsonElement value) => At(path).Add((name, value));

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
