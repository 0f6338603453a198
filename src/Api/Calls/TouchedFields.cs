using System.Text.Json;
using Marketplace.Sync;

namespace Marketplace.Api.Calls;

/// <summary>
/// Tells before a write is decided which fields its body sets, for the risk rules (R70): the members of the body's JSON object that are not null. Names
/// are read as the handlers read them, so a body means the same to both.
/// </summary>
internal static class TouchedFields
{
    /// <summary>Stands for a body that cannot be looked into.</summary>
    public const string Unreadable = "$body";

    /// <param name="operation">A built-in operation refuses what it cannot read before it writes anything; an upstream decides for itself.</param>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    public static IReadOnlyList<string> Of(Operation operation, HttpRequest request, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return [];
        }

        using var document = RequestBody.NotJson(request) is null ? JsonInput.Open(body, EventLimits.MaxDepth) : null;
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } fields)
        {
            return operation.IsUpstream ? [Unreadable] : [];
        }

        return [.. fields.EnumerateObject().Where(field => field.Value.ValueKind != JsonValueKind.Null).Select(field => field.Name)];
    }
}
