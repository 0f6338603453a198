using System.Buffers;
using System.Net.Mime;
using Marketplace.Api.Http.Problems;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Http.Requests;

/// <summary>Reads a bounded request body into memory.</summary>
internal static class RequestBody
{
    private const string Json = MediaTypeNames.Application.Json;

    /// <summary>Refuses a body declared as something other than JSON; null for JSON or no declaration.</summary>
    public static Refusal? NotJson(HttpRequest request) =>
        string.IsNullOrEmpty(request.ContentType)
        || (
            MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
        )
            ? null
            : ProblemWriter.Plain(ProblemKinds.MediaTypeUnsupported, $"Send {Json}.");

    /// <summary>The refusal of a body that <see cref="Read"/> gave up.</summary>
    public static Refusal TooLong(int limit) => ProblemWriter.Plain(ProblemKinds.BodyTooLarge, $"The body is longer than {limit} bytes.");

    /// <returns>Null if the body is longer than <paramref name="limit"/> bytes.</returns>
    public static async Task<ReadOnlyMemory<byte>?> Read(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > limit)
            {
                reader.AdvanceTo(result.Buffer.Start);
                return null;
            }

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
