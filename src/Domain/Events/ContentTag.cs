using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Marketplace.Events;

/// <summary>
/// Distinguishes an event sent again from another event with the same id. The tag covers an event's data as sent, the buyer's included,
/// independent of member order and number format. It is only 16 bits of a hash: enough that other data differ in all but one of 65,536
/// cases, too little to recover sealed data by trial (R23). It is stored in the feed's data and in no payload.
/// </summary>
public static class ContentTag
{
    /// <summary>Name of the tag's member in the feed's data; events of earlier releases have none.</summary>
    public const string Member = "content_tag";

    /// <param name="data">The data as sent; undefined if there are none, which equals an empty object.</param>
    internal static int Of(JsonElement data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (data.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            hash.AppendData("{}"u8);
        }
        else
        {
            Append(hash, data);
        }

        Span<byte> result = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(result);
        return BinaryPrimitives.ReadUInt16BigEndian(result);
    }

    /// <summary>Adds the tag to the public part.</summary>
    internal static ReadOnlyMemory<byte> With(ReadOnlyMemory<byte> data, int tag)
    {
        var buffer = new ArrayBufferWriter<byte>(data.Length + 24);
        buffer.Write(data.Span[..^1]);
        var member = string.Create(CultureInfo.InvariantCulture, $"{(data.Length > 2 ? "," : string.Empty)}\"{Member}\":{tag}}}");
        buffer.Write(Encoding.ASCII.GetBytes(member));
        return buffer.WrittenMemory;
    }

    /// <summary>
    /// True if an event sent again is the one in the feed: same type, subject, time and content. The content of an event without a tag
    /// cannot be compared.
    /// </summary>
    public static bool IsSame(FeedEvent known, IncomingEvent again)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(again);
        return IsSame(known.Type, known.Subject, known.Time, known.Data, again);
    }

    /// <summary>Like <see cref="IsSame(FeedEvent, IncomingEvent)"/> for two events of one request.</summary>
    public static bool IsSame(IncomingEvent first, IncomingEvent again)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(again);
        return IsSame(first.Type, first.Subject, first.Time, first.Data, again);
    }

    private static bool IsSame(string type, string subject, DateTimeOffset time, ReadOnlyMemory<byte> data, IncomingEvent again) =>
        type == again.Type
        && subject == again.Subject
        && EventLimits.ToMilliseconds(time) == EventLimits.ToMilliseconds(again.Time)
        && (In(data) is not { } tag || In(again.Data) is not { } other || tag == other);

    private static int? In(ReadOnlyMemory<byte> data)
    {
        var reader = new Utf8JsonReader(data.Span);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(Member))
                {
                    reader.Read();
                    return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var tag) ? tag : null;
                }
            }
        }
        catch (JsonException)
        {
            // Not written by this code; nothing to compare.
        }

        return null;
    }

    private static void Append(IncrementalHash hash, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                hash.AppendData("{"u8);
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    AppendText(hash, member.Name);
                    Append(hash, member.Value);
                }

                hash.AppendData("}"u8);
                break;

            case JsonValueKind.Array:
                hash.AppendData("["u8);
                foreach (var element in value.EnumerateArray())
                {
                    Append(hash, element);
                }

                hash.AppendData("]"u8);
                break;

            case JsonValueKind.String:
                AppendText(hash, value.GetString()!);
                break;

            case JsonValueKind.Number:
                hash.AppendData("#"u8);
                AppendText(
                    hash,
                    value.TryGetDecimal(out var number)
                        ? number.ToString("0.############################", CultureInfo.InvariantCulture)
                        : value.GetRawText()
                );
                break;

            default:
                AppendText(hash, value.GetRawText());
                break;
        }
    }

    // Prefix the length, so that two different sequences of texts never hash alike.
    private static void AppendText(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
