using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Http;

/// <summary>Which media types are JSON.</summary>
internal static class JsonMediaTypes
{
    /// <summary>True for <c>application/json</c>, <c>text/json</c> and every <c>…+json</c>.</summary>
    public static bool IsJson(string? mediaType) =>
        MediaTypeHeaderValue.TryParse(mediaType, out var type)
        && (
            type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)
        );
}
