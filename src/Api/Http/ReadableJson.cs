using System.Text.Encodings.Web;
using System.Text.Json;

namespace Marketplace.Api.Http;

/// <summary>JSON in which Chinese and punctuation stay as they are written; the answers are never embedded in HTML.</summary>
internal static class ReadableJson
{
    public static JsonSerializerOptions Readable(this JsonSerializerOptions options) =>
        new(options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
