using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Marketplace.Events;

/// <summary>
/// Tells the same event sent again from another one under its id. The tag stands for an event's data as they were sent, the buyer's
/// included, whatever the order of members and the way numbers are written. It is 16 bits of a hash and no more: enough that other data
/// have another tag in all but one of 65,536 cases, too little for anybody to try out what was sealed (R23). It stands in the feed's data,
/// where no payload takes it from.
/// </summary>
public static class ContentTag
{
    /// <summary>The member of the feed's data that holds it; events of earlier releases have none.</summary>
    public const string Member = "content_tag";

    /// <param name="data">As sent; undefined if there are none, which is the same as an empty object.</param>
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

    /// <summary>The public part with the tag in it.</summary>
    internal static ReadOnlyMemory<byte> With(ReadOnlyMemory<byte> data, int tag)
    {
        var buffer = new ArrayBufferWriter<byte>(data.Length + 24);
        buffer.Write(data.Span[..^1]);
        var member = string.Create(CultureInfo.InvariantCulture, $"{(data.Length > 2 ? "," : string.Empty)}\"{Member}\":{tag}}}");
        buffer.Write(Encoding.ASCII.GetBytes(member));
        return buffer.WrittenMemory;
    }

    /// <summary>
    /// True if an event that is sent again is the one in the feed: of the same type, subject, time and content. Of an event without a tag
    /// the content is not known any more.
    /// </summary>
    public static bool IsSame(FeedEvent known, IncomingEvent again)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(again);
        return IsSame(known.Type, known.Subject, known.Time, known.Data, again);
    }

    /// <summary>As <see cref="IsSame(FeedEvent, IncomingEvent)"/> for two that come together.</summary>
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
            // Not written by this code; there is nothing to compare.
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

    // The length first, so that no two sequences of texts are one.
    private static void AppendText(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
