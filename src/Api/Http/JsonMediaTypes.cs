using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Http;

/// <summary>Which media types are JSON, and which one our own answers have.</summary>
internal static class JsonMediaTypes
{
    /// <summary>Of answers that are not written by the framework, which says the same.</summary>
    public const string Utf8 = "application/json; charset=utf-8";

    /// <summary>True for <c>application/json</c>, <c>text/json</c> and every <c>…+json</c>.</summary>
    public static bool IsJson(string? mediaType) =>
        MediaTypeHeaderValue.TryParse(mediaType, out var type)
        && (
            type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)
        );
}
