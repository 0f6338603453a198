using System.Text.Encodings.Web;
using System.Text.Json;

namespace Marketplace.Api.Http;

/// <summary>JSON with unescaped Chinese and punctuation; the answers are never embedded in HTML.</summary>
internal static class ReadableJson
{
    public static JsonSerializerOptions Readable(this JsonSerializerOptions options) =>
        new(options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
