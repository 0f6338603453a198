using System.Net;
using System.Text.Json;

namespace Marketplace.TestKit.Client;

/// <summary>An HTTP answer with the parts of the contract read out.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">Media type without parameters; empty if there is none.</param>
/// <param name="Text">The body.</param>
/// <param name="Receipt">Null if the call was not counted.</param>
/// <param name="Limits">The rate limits by policy name, for example <c>daily</c>.</param>
/// <param name="RequestId">The call id, or null.</param>
/// <param name="Replayed">Whether it is the stored answer of an earlier call with the same idempotency key.</param>
/// <param name="RetryAfter">How long to wait, or null.</param>
public sealed record Answer(
    HttpStatusCode Status,
    string ContentType,
    string Text,
    Receipt? Receipt,
    IReadOnlyDictionary<string, RateLimit> Limits,
    string? RequestId,
    bool Replayed,
    TimeSpan? RetryAfter
)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The problem document's <c>code</c>; null if the answer is no problem document.</summary>
    public string? ProblemCode =>
        ContentType == "application/problem+json" && Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>Reads the whole answer.</summary>
    public static async Task<Answer> Read(HttpResponseMessage response) =>
        new(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType ?? "",
            await response.Content.ReadAsStringAsync(),
            Field(response, Receipt.HeaderName) is { } receipt ? Receipt.Parse(receipt) : null,
            RateLimit.Parse(Field(response, "RateLimit-Policy"), Field(response, "RateLimit")),
            Field(response, "X-Request-Id"),
            Field(response, "Idempotent-Replayed") == "true",
            response.Headers.RetryAfter?.Delta
        );

    /// <summary>This answer if it is a success.</summary>
    /// <exception cref="InvalidOperationException">It is not; the message has status and body.</exception>
    public Answer OrThrow() => IsSuccess ? this : throw new InvalidOperationException($"{(int)Status}: {Text}");

    /// <summary>This answer if all events of its request were accepted; an array is answered 200 even if some were rejected.</summary>
    /// <exception cref="InvalidOperationException">Some were rejected; the message says why.</exception>
    public Answer OrThrowIfRejected() =>
        OrThrow().Json.GetProperty("rejected").GetArrayLength() == 0
            ? this
            : throw new InvalidOperationException($"Not all were accepted: {Text}");

    public override string ToString() => $"{(int)Status} {ContentType} {Text}";

    private static string? Field(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
