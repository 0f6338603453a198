using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Events;
using Marketplace.Labels;

namespace Marketplace.Schemas.Payloads;

/// <summary>Writes an event's data according to <see cref="PayloadClassification"/>: only members classified as public. Pure.</summary>
internal static class PayloadData
{
    private const string HandleName = "address_handle";
    private const string SealedName = "sealed";

    /// <summary>The data in the newest schema version, as UTF-8 JSON.</summary>
    /// <param name="type">The event's type; an unlisted type gets an empty object.</param>
    /// <param name="data">The public part as stored in the feed.</param>
    /// <param name="addressHandle">
    /// The order's handle if the installation may print labels; written only if the order has an address.
    /// </param>
    public static ReadOnlyMemory<byte> Of(string type, ReadOnlyMemory<byte> data, string? addressHandle)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(data.Length, 16));
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, type, data, addressHandle);
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, string type, ReadOnlyMemory<byte> data, string? addressHandle)
    {
        json.WriteStartObject();
        if (PayloadClassification.Events.TryGetValue(type, out var members) && Parse(data) is { } document)
        {
            using (document)
            {
                WriteMembers(json, document.RootElement, members);
                if (addressHandle is not null && HasAddress(document.RootElement))
                {
                    json.WriteString(HandleName, addressHandle);
                }
            }
        }

        json.WriteEndObject();
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> data)
    {
        try
        {
            var document = JsonDocument.Parse(data);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool HasAddress(JsonElement data) =>
        data.TryGetProperty("buyer", out var buyer)
        && buyer.ValueKind == JsonValueKind.Object
        && AddressHandles.HasAddress(SealedOf(buyer));

    private static void WriteMembers(Utf8JsonWriter json, JsonElement element, ImmutableArray<ClassifiedMember> members)
    {
        var existing = SealedOf(element);
        foreach (var member in members)
        {
            if (member.Class == DataClass.BuyerPrivate && existing.HasFlag(member.Field))
            {
                WriteRedacted(json, member.Name);
            }
            else if (member.Class == DataClass.Public && element.TryGetProperty(member.Name, out var value))
            {
                WritePublic(json, member, value);
            }
        }
    }

    private static PrivateFields SealedOf(JsonElement element) =>
        element.TryGetProperty(SealedName, out var marks) && marks.ValueKind == JsonValueKind.Number && marks.TryGetInt32(out var flags)
            ? (PrivateFields)flags
            : PrivateFields.None;

    private static void WritePublic(Utf8JsonWriter json, ClassifiedMember member, JsonElement value)
    {
        switch (member.Form, value.ValueKind)
        {
            case (MemberForm.Value, _) when IsValue(value):
                json.WritePropertyName(member.Name);
                value.WriteTo(json);
                break;

            case (MemberForm.Group, JsonValueKind.Object):
                json.WriteStartObject(member.Name);
                WriteMembers(json, value, member.Members);
                json.WriteEndObject();
                break;

            case (MemberForm.Texts, JsonValueKind.Object):
                json.WriteStartObject(member.Name);
                foreach (var text in value.EnumerateObject().Where(text => IsValue(text.Value)))
                {
                    text.WriteTo(json);
                }

                json.WriteEndObject();
                break;

            case (MemberForm.Values or MemberForm.Groups, JsonValueKind.Array):
                WriteArray(json, member, value);
                break;
        }
    }

    private static void WriteArray(Utf8JsonWriter json, ClassifiedMember member, JsonElement array)
    {
        json.WriteStartArray(member.Name);
        foreach (var element in array.EnumerateArray())
        {
            if (member.Form == MemberForm.Values && IsValue(element))
            {
                element.WriteTo(json);
            }
            else if (member.Form == MemberForm.Groups && element.ValueKind == JsonValueKind.Object)
            {
                json.WriteStartObject();
                WriteMembers(json, element, member.Members);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    // The same words as in answers to reads.
    private static void WriteRedacted(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("redacted", true);
        json.WriteString("reason", "buyer-private");
        json.WriteEndObject();
    }

    private static bool IsValue(JsonElement value) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;
}
