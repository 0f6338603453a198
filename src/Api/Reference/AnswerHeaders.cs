using System.Text.Json.Nodes;
using Marketplace.Api.Calls;
using Microsoft.OpenApi;

namespace Marketplace.Api.Reference;

/// <summary>The marketplace's own response header fields.</summary>
internal static class AnswerHeaders
{
    public const string RequestId = CallHeaders.RequestId;
    public const string RetryAfter = "Retry-After";

    private static readonly string[] Limits = ["RateLimit-Policy", "RateLimit", CallHeaders.Version];

    private const string Receipt = CallHeaders.Receipt;
    private const string Replayed = CallHeaders.Replayed;

    public static IEnumerable<string> Of(Operation? declared, OperationReference? reference) =>
        [
            RequestId,
            .. declared is null ? [] : Limits,
            .. declared is { Billable: true } ? new[] { Receipt } : [],
            .. declared is { IsWrite: true } && reference is { TakesKey: true } ? new[] { Replayed } : [],
        ];

    public static OpenApiHeader Describe(string name) =>
        name switch
        {
            RequestId => Header(
                "The id of this call: also its trace id, and the id under which an error log is kept.",
                "7d1f0c7a5f0e4a0c9a1b2c3d4e5f6071"
            ),
            RetryAfter => Header("Seconds to wait before the same request may pass.", "30"),
            "RateLimit-Policy" => Header(
                "The limits in force (IETF draft): quota `q` in a window of `w` seconds.",
                "\"daily\";q=20000;w=86400, \"burst\";q=50;w=1"
            ),
            "RateLimit" => Header(
                "What remains (`r`) of each limit, and in how many seconds (`t`) it starts again.",
                "\"daily\";r=19873;t=35820"
            ),
            CallHeaders.Version => Header("The schema version in which the answer is written.", "2026-11"),
            Receipt => Header(
                "The call's receipt: its number in the day, its price, the day's total, and the hash of the ledger row that holds it.",
                "seq=1001, day=\"2026-11-23\", price=0.020, total=0.020, call=\"7d1f…\", hash=:…:"
            ),
            _ => Header("`true` if this is the stored answer of the first request with the same key; it is not counted again.", "true"),
        };

    private static OpenApiHeader Header(string description, string example) =>
        new()
        {
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            Example = JsonValue.Create(example),
        };
}
