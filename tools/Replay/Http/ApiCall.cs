using System.Net;
using System.Text.Json;

namespace Marketplace.Replay.Http;

/// <summary>One request, in a form that can be sent again.</summary>
/// <remarks><c>Operation</c>: its name in the statistics.</remarks>
internal sealed record ApiCall(string Operation, HttpMethod Method, Uri Route)
{
    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public string? IdempotencyKey { get; init; }

    public string? Actor { get; init; }

    /// <summary>True for idempotent calls; otherwise a lost reply is counted as such.</summary>
    public bool RepeatIsHarmless { get; init; }

    /// <summary>Called for each lost reply of a call that may have been counted.</summary>
    public Action? OnLostReply { get; init; }
}

/// <summary>The final answer, completely read.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, byte[] Body, JsonElement? Json, IReadOnlyDictionary<string, string> Headers)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The problem's code, or null.</summary>
    public string? Code => Member("code") ?? Member("type")?.Split(':')[^1];

    public string Detail => Member("detail") ?? Member("title") ?? "";

    public bool IsReplay => Headers.ContainsKey("Idempotent-Replayed");

    public string Outcome => IsSuccess ? $"{(int)Status}{(IsReplay ? " replayed" : "")}" : $"{(int)Status} {Code}".TrimEnd();

    private string? Member(string name) =>
        !IsSuccess
        && Json is { ValueKind: JsonValueKind.Object } json
        && json.TryGetProperty(name, out var text)
        && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
