using System.Buffers;
using System.Text;
using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Events;

namespace Marketplace.Api.PlatformApi.Intake;

/// <summary>
/// One event in the binary mode of CloudEvents' HTTP binding: its attributes are <c>ce-…</c> headers, its data are the body. It is
/// converted to structured mode, so that both are read, bounded and refused alike.
/// </summary>
internal static class BinaryEvent
{
    private const string Prefix = "ce-";
    private const string CloudEvents = "application/cloudevents";

    // Kestrel limits the total size of headers; an event has a handful.
    private const int MaxAttributes = 64;

    /// <summary>
    /// True for binary mode: the request has attributes as headers, and its media type is not that of a structured event.
    /// </summary>
    public static bool Is(HttpRequest request) =>
        request.Headers.ContainsKey(Prefix + "specversion")
        && request.ContentType?.TrimStart().StartsWith(CloudEvents, StringComparison.OrdinalIgnoreCase) != true;

    /// <summary>The event in structured mode.</summary>
    public static ReadOnlyMemory<byte> Structured(HttpRequest request, ReadOnlyMemory<byte> data)
    {
        if (data.Length > 0 && !JsonMediaTypes.IsJson(request.ContentType))
        {
            throw new RequestProblemException(
                ProblemKinds.MediaTypeUnsupported,
                "The data of an event in binary mode must be JSON: send Content-Type: application/json."
            );
        }

        var buffer = new ArrayBufferWriter<byte>(data.Length + 1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (
                var header in request
                    .Headers.Where(header => header.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                    .Take(MaxAttributes)
            )
            {
                var name = header.Key[Prefix.Length..].ToLowerInvariant();
                json.WriteString(name, header.Value is [{ } value] && Decode(value) is { } text ? text : throw Wrong(name));
            }

            if (data.Length > 0)
            {
                json.WritePropertyName("data");
                WriteData(json, data);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteData(Utf8JsonWriter json, ReadOnlyMemory<byte> data)
    {
        try
        {
            // Embedded unchanged, so that size and texts are judged as in structured mode.
            using var document = JsonDocument.Parse(data, new JsonDocumentOptions { MaxDepth = EventLimits.MaxDepth });
            json.WriteRawValue(data.Span, skipInputValidation: true);
        }
        catch (JsonException)
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                $"The body of an event in binary mode must be its data as JSON, at most {EventLimits.MaxDepth} levels deep."
            );
        }
    }

    private static RequestProblemException Wrong(string name) =>
        new(
            SyncRefusals.InvalidAttribute(
                MemberNames.Shown(name),
                "must be given once as a header, with what is not printable ASCII percent-encoded as UTF-8."
            )
        );

    /// <summary>
    /// Decodes a header value by the binding (3.1.3.2): percent-encoded UTF-8, optionally in double quotes. Null if malformed.
    /// </summary>
    internal static string? Decode(string value)
    {
        var bytes = new ArrayBufferWriter<byte>(value.Length);
        var text = value is ['"', .. var quoted, '"'] ? Unquoted(quoted) : value;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.Write(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Write([Convert.ToByte(text.Substring(i + 1, 2), 16)]);
                i += 2;
            }
            else
            {
                return null;
            }
        }

        return System.Text.Unicode.Utf8.IsValid(bytes.WrittenSpan) ? Encoding.UTF8.GetString(bytes.WrittenSpan) : null;
    }

    private static string Unquoted(string text)
    {
        var builder = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            i += text[i] == '\\' && i + 1 < text.Length ? 1 : 0;
            builder.Append(text[i]);
        }

        return builder.ToString();
    }
}
