using System.Collections.Immutable;
using Marketplace.Quotas;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks the calls of the last hour: upstreams, idempotency keys, requests that cannot succeed, our own failures.</summary>
internal static class CallChecks
{
    /// <summary>Refusals of one kind that are no coincidence.</summary>
    public const int Repeated = 3;

    /// <summary>Codes of requests that fail however often they are sent: the plugin's own mistakes.</summary>
    public static readonly ImmutableHashSet<string> Mistakes =
    [
        "body-invalid",
        "body-too-large",
        "parameter-invalid",
        "media-type-unsupported",
        "idempotency-key-invalid",
        "cursor-invalid",
        "order-not-found",
        "product-not-found",
        "tracking-not-found",
        "order-state-conflict",
        "split-incomplete",
        "merge-invalid",
        "merge-buyers-differ",
        "merge-buyer-unknown",
        "input-invalid",
        "private-data-in-input",
    ];

    private static readonly ImmutableArray<string> KeyCodes =
    [
        QuotaRefusals.KeyReused,
        QuotaRefusals.KeyInProgress,
        "idempotency-answer-not-kept",
    ];

    private static readonly ImmutableArray<string> FailureCodes = ["internal-error", QuotaRefusals.PermitExpired, "overloaded"];

    public static DiagnosisCheck Upstreams { get; } = new("upstreams", Sources, EvidenceSources.None, ObserveUpstreams);

    public static DiagnosisCheck Idempotency { get; } = new("idempotency", Sources, EvidenceSources.None, ObserveKeys);

    public static DiagnosisCheck Requests { get; } = new("requests", Sources, EvidenceSources.None, ObserveRequests);

    public static DiagnosisCheck Failures { get; } = new("failures", Sources, EvidenceSources.None, ObserveFailures);

    private const EvidenceSources Sources = EvidenceSources.Errors | EvidenceSources.Quota;

    private static Observation ObserveUpstreams(DiagnosisEvidence evidence)
    {
        var failed = Recent(evidence, [FindingCodes.UpstreamFailing]);
        var facts = FactsOf(evidence, failed, [FindingCodes.UpstreamFailing]);
        return Observation.Of(
            facts,
            Count(evidence, [FindingCodes.UpstreamFailing]) == 0
                ? null
                : new Finding(
                    FindingCodes.UpstreamFailing,
                    FindingForce.StopsSome,
                    CauseTexts.UpstreamFails,
                    facts,
                    Fixes.By(Fixes.Upstream, FixTexts.RepeatOnceUpstreamAnswers)
                )
        );
    }

    private static Observation ObserveKeys(DiagnosisEvidence evidence)
    {
        var refused = Recent(evidence, KeyCodes);
        var facts = FactsOf(evidence, refused, KeyCodes);
        return Observation.Of(
            facts,
            Count(evidence, KeyCodes) == 0
                ? null
                : new Finding(
                    CodeOf(evidence, refused, KeyCodes),
                    FindingForce.StopsSome,
                    CauseTexts.KeysReused,
                    facts,
                    Fixes.By(Fixes.Developer, FixTexts.UseNewKeys)
                )
                {
                    ExplainedCodes = KeyCodes,
                }
        );
    }

    private static Observation ObserveRequests(DiagnosisEvidence evidence)
    {
        var refused = Recent(evidence, Mistakes);
        var facts = FactsOf(evidence, refused, Mistakes);
        return Observation.Of(
            facts,
            Count(evidence, Mistakes) < Repeated
                ? null
                : new Finding(
                    FindingCodes.RequestsRefused,
                    FindingForce.StopsSome,
                    CauseTexts.RequestsRefused(CodeOf(evidence, refused, Mistakes)),
                    facts,
                    Fixes.By(Fixes.Developer, FixTexts.TellPluginSupport)
                )
                {
                    ExplainedCodes = [.. Mistakes],
                }
        );
    }

    private static Observation ObserveFailures(DiagnosisEvidence evidence)
    {
        var failed = Recent(evidence, FailureCodes);
        var facts = FactsOf(evidence, failed, FailureCodes);
        return Observation.Of(
            facts,
            Count(evidence, FailureCodes) == 0
                ? null
                : new Finding(
                    FindingCodes.PlatformFailing,
                    FindingForce.StopsSome,
                    CauseTexts.PlatformFails,
                    facts,
                    Fixes.By(Fixes.Platform, FixTexts.TellPlatform)
                )
                {
                    ExplainedCodes = FailureCodes,
                }
        );
    }

    private static long Count(DiagnosisEvidence evidence, IReadOnlyCollection<string> codes) => codes.Sum(evidence.CountRecent);

    // If other errors have displaced all of these from the log, report the most frequent of them.
    private static string CodeOf(DiagnosisEvidence evidence, ErrorEntry[] kept, IReadOnlyCollection<string> codes) =>
        kept.FirstOrDefault()?.Code ?? codes.MaxBy(evidence.CountRecent)!;

    private static ErrorEntry[] Recent(DiagnosisEvidence evidence, IReadOnlyCollection<string> codes) =>
        [.. evidence.Recent.Where(error => codes.Contains(error.Code))];

    private static ImmutableSortedDictionary<string, string> FactsOf(
        DiagnosisEvidence evidence,
        ErrorEntry[] errors,
        IReadOnlyCollection<string> codes
    ) =>
        Of(
            ("last_hour", Text(Count(evidence, codes))),
            ("last_code", errors.FirstOrDefault()?.Code),
            ("last_operation", errors.FirstOrDefault()?.Operation),
            ("last_at", Text(errors.FirstOrDefault()?.At)),
            ("last_error_log_id", errors.FirstOrDefault()?.CallId.ToString("x32", System.Globalization.CultureInfo.InvariantCulture))
        );
}
