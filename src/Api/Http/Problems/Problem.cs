using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Identity.Browser;
using Marketplace.Installations;

namespace Marketplace.Api.Http.Problems;

/// <summary>An RFC 9457 problem document with the extensions of this marketplace (docs/problems.md).</summary>
public sealed class Problem
{
    public const string ContentType = "application/problem+json";

    /// <summary>Names the problem's page; the code follows.</summary>
    public const string TypePrefix = "urn:marketplace:problem:";

    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    /// <summary>The error-log id as a URN.</summary>
    public required string Instance { get; init; }

    public required string Code { get; init; }

    /// <summary>SYSTEM, ISV or ISP.</summary>
    public required string TypeClass { get; init; }

    /// <summary>The call id.</summary>
    public required string RequestId { get; init; }

    /// <summary>The rule that refused; the same as the code unless several rules share a type.</summary>
    public required string Rule { get; init; }

    public required bool Retryable { get; init; }

    public required ProblemEvidence Evidence { get; init; }

    public required ProblemFix Fix { get; init; }

    /// <summary>The instant from which the same request may pass.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    public required string Doc { get; init; }

    /// <param name="refusal">The rule that said no.</param>
    /// <param name="requestId">The call id.</param>
    /// <param name="language">Of title, detail and fix.</param>
    /// <param name="now">When it is read.</param>
    internal static Problem Of(Refusal refusal, string requestId, ReaderLanguage language, DateTimeOffset now)
    {
        var kind = ProblemKinds.Of(refusal.Code);
        return new Problem
        {
            Type = TypePrefix + kind.Code,
            Title = ProblemTexts.Title(kind, language),
            Status = kind.Status,
            Detail = ProblemTexts.Detail(refusal, kind, language, now),
            Instance = "urn:marketplace:error-log:" + requestId,
            Code = kind.Code,
            TypeClass = kind.Class,
            RequestId = requestId,
            Rule = refusal.Code,
            Retryable = kind.Retryable,
            Evidence = new ProblemEvidence(refusal.Counter, refusal.Limit, refusal.Used, refusal.ResetsAt, refusal.Evidence)
            {
                Confirmation = refusal.TryGet(RefusalFacts.Confirmation, out var confirmation) ? confirmation : null,
                Allowed =
                    refusal.Code == InstallationRefusals.StateForbidsCode && refusal.TryGet(RefusalFacts.AllowedCommands, out var allowed)
                        ? allowed
                        : null,
            },
            Fix = new ProblemFix(refusal.FixBy, ProblemTexts.Fix(refusal, language, now)),
            RetryAt = refusal.RetryAt,
            Doc = $"{ProblemPage.Path}#{kind.Code}",
        };
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ProblemJson.Readable.Problem);

    /// <summary>Whole seconds until <see cref="RetryAt"/>, rounded up, at least 1; null where waiting does not help.</summary>
    public string? RetryAfter(DateTimeOffset now)
    {
        var wait =
            RetryAt is { } at ? Math.Max(1, Math.Ceiling((at - now).TotalSeconds))
            : Status == StatusCodes.Status503ServiceUnavailable ? 1
            : (double?)null;
        return wait?.ToString("0", CultureInfo.InvariantCulture);
    }
}

/// <summary>
/// The facts behind a refusal: the counter with its limit, what is used of it and when it starts again, and others by name.
/// </summary>
public sealed record ProblemEvidence(
    string? Counter,
    decimal? Limit,
    decimal? Used,
    [property: JsonPropertyName("resetsAt")] DateTimeOffset? ResetsAt,
    IReadOnlyDictionary<string, string>? Facts
)
{
    /// <summary>What to repeat the request with, if it is meant; null where nothing is to be confirmed.</summary>
    public string? Confirmation { get; init; }

    /// <summary>What is possible instead; null where nothing is known to be.</summary>
    public IReadOnlyList<string>? Allowed { get; init; }
}

/// <summary>Who can lift a refusal, and how.</summary>
public sealed record ProblemFix(string By, string Action);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    public static ProblemJson Readable => field ??= new(Default.Options.Readable());
}
