using System.Collections.Immutable;
using Marketplace.Quotas;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics;

/// <summary>What the calls of the last hour themselves tell: upstreams, idempotency keys, requests that cannot pass, our own failures.</summary>
internal static class CallChecks
{
    /// <summary>So many refusals of one kind are no accident.</summary>
    public const int Repeated = 3;

    /// <summary>Codes of requests that will not pass however often they are sent: the plugin's own mistakes.</summary>
    public static readonly ImmutableHashSet<string> Mistakes =
    [
        "body-invalid", "body-too-large", "parameter-invalid", "media-type-unsupported", "idempotency-key-invalid", "cursor-invalid", "order-not-found",
        "product-not-found", "tracking-not-found", "order-state-conflict", "split-incomplete", "merge-invalid", "input-invalid", "private-data-in-input",
    ];

    private static readonly ImmutableArray<string> KeyCodes = [QuotaRefusals.KeyReused, QuotaRefusals.KeyInProgress, "idempotency-answer-not-kept"];

    private static readonly ImmutableArray<string> FailureCodes = ["internal-error", QuotaRefusals.PermitExpired, "overloaded"];

    public static DiagnosisCheck Upstreams { get; } = new("upstreams", Sources, EvidenceSources.None, LookAtUpstreams);

    public static DiagnosisCheck Idempotency { get; } = new("idempotency", Sources, EvidenceSources.None, LookAtKeys);

    public static DiagnosisCheck Requests { get; } = new("requests", Sources, EvidenceSources.None, LookAtRequests);

    public static DiagnosisCheck Failures { get; } = new("failures", Sources, EvidenceSources.None, LookAtFailures);

    private const EvidenceSources Sources = EvidenceSources.Errors | EvidenceSources.Quota;

    private static Observation LookAtUpstreams(DiagnosisEvidence evidence)
    {
        var failed = Recent(evidence, [FindingCodes.UpstreamFailing]);
        var facts = FactsOf(failed);
        return Observation.Of(facts, failed.Length == 0 ? null : new Finding(
            FindingCodes.UpstreamFailing,
            FindingForce.StopsSome,
            new BilingualText("插件所用的外部服务没有应答或出错，未计费。", "A service behind the platform did not answer or failed; nothing was billed."),
            facts,
            Fixes.By(Fixes.Upstream, "外部服务恢复后重试", "Repeat once the service answers again.")));
    }

    private static Observation LookAtKeys(DiagnosisEvidence evidence)
    {
        var refused = Recent(evidence, KeyCodes);
        var facts = FactsOf(refused);
        return Observation.Of(facts, refused.Length == 0 ? null : new Finding(
            refused[0].Code,
            FindingForce.StopsSome,
            new BilingualText("插件重复使用了幂等键，写入被拒绝。", "The plugin uses idempotency keys for other requests or before the first has ended; its writes are refused."),
            facts,
            Fixes.By(Fixes.Developer, "开发者为每次新的写入使用新的幂等键", "The developer has the plugin use a new key for every new write."))
        {
            ExplainedCodes = KeyCodes,
        });
    }

    private static Observation LookAtRequests(DiagnosisEvidence evidence)
    {
        var refused = Recent(evidence, Mistakes);
        var facts = FactsOf(refused);
        return Observation.Of(facts, refused.Length < Repeated ? null : new Finding(
            FindingCodes.RequestsRefused,
            FindingForce.StopsSome,
            new BilingualText($"插件多次发送无法通过的请求（{refused[0].Code}）。", $"The plugin keeps sending requests that cannot pass ({refused[0].Code})."),
            facts,
            Fixes.By(Fixes.Developer, "把错误日志 ID 提供给插件技术支持", "Give the error-log id to the plugin's support."))
        {
            ExplainedCodes = [.. Mistakes],
        });
    }

    private static Observation LookAtFailures(DiagnosisEvidence evidence)
    {
        var failed = Recent(evidence, FailureCodes);
        var facts = FactsOf(failed);
        return Observation.Of(facts, failed.Length == 0 ? null : new Finding(
            FindingCodes.PlatformFailing,
            FindingForce.StopsSome,
            new BilingualText("平台处理调用时出错，未计费。", "The platform failed while it served calls; nothing was billed."),
            facts,
            Fixes.By(Fixes.Platform, "把错误日志 ID 提供给平台", "Give the error-log id to the platform."))
        {
            ExplainedCodes = FailureCodes,
        });
    }

    private static ErrorEntry[] Recent(DiagnosisEvidence evidence, IReadOnlyCollection<string> codes) =>
        [.. evidence.Recent.Where(error => codes.Contains(error.Code))];

    private static ImmutableSortedDictionary<string, string> FactsOf(ErrorEntry[] errors) => Of(
        ("last_hour", Text(errors.Length)),
        ("last_code", errors.FirstOrDefault()?.Code),
        ("last_operation", errors.FirstOrDefault()?.Operation),
        ("last_at", Text(errors.FirstOrDefault()?.At)),
        ("last_error_log_id", errors.FirstOrDefault()?.CallId.ToString("x32", System.Globalization.CultureInfo.InvariantCulture)));
}
