using Marketplace.Quotas;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks whether a limit is reached or nearly reached.</summary>
internal static class QuotaChecks
{
    private const decimal NearLimit = 0.9m;
    private const decimal CapStep = 100m;

    public static DiagnosisCheck Daily { get; } = new("quota", EvidenceSources.Quota, LookAtDay);

    public static DiagnosisCheck Spend { get; } =
        new(
            "spend",
            EvidenceSources.Quota | EvidenceSources.Installation | EvidenceSources.Errors,
            EvidenceSources.Quota | EvidenceSources.Installation,
            LookAtSpend
        );

    public static DiagnosisCheck Burst { get; } =
        new("burst", EvidenceSources.Quota | EvidenceSources.Errors, EvidenceSources.Quota, LookAtBurst);

    public static DiagnosisCheck Errors { get; } = new("error-allowance", EvidenceSources.Quota, LookAtErrors);

    private static Observation LookAtErrors(DiagnosisEvidence evidence)
    {
        var view = evidence.Quota!.View;
        var facts = Of(("limit", Text(view.ErrorLimit)), ("used", Text(view.ErrorsUsed)), ("resets_at", Text(view.DailyResetsAt)));
        return Observation.Of(
            facts,
            view.ErrorLimit == 0 || view.ErrorsRemaining > 0
                ? null
                : new Finding(
                    QuotaRefusals.AbnormalUsageCode,
                    FindingForce.StopsAll,
                    new BilingualText(
                        $"插件今日已收到 {view.ErrorsUsed} 次错误应答，超过每日 {view.ErrorLimit} 次的上限，调用被暂停到明天零点。",
                        $"{view.ErrorsUsed} of the plugin's calls today were answered with an error; {view.ErrorLimit} a day "
                            + $"are allowed. It may call again after midnight."
                    ),
                    facts,
                    Fixes.By(Fixes.Developer, "开发者修正被拒绝的请求", "The developer corrects the requests that are refused.")
                )
        );
    }

    private static Observation LookAtDay(DiagnosisEvidence evidence)
    {
        var (quota, view) = (evidence.Quota!, evidence.Quota!.View);
        var exhaustsAt = view.DailyRemaining == 0 ? null : quota.Rate.ExhaustsAt(view.DailyRemaining, evidence.Now);
        var facts = Of(
            ("limit", Text(view.DailyLimit)),
            ("used", Text(view.DailyUsed)),
            ("remaining", Text(view.DailyRemaining)),
            ("resets_at", Text(view.DailyResetsAt)),
            ("recent_calls", Text(quota.Rate.Calls)),
            ("recent_seconds", Text((long)quota.Rate.Span.TotalSeconds)),
            ("exhausts_at", Text(exhaustsAt))
        );
        if (view.DailyRemaining == 0)
        {
            return Observation.Of(
                facts,
                new Finding(
                    QuotaRefusals.QuotaExceeded,
                    FindingForce.StopsAll,
                    new BilingualText("API 配额超限：今日调用次数已用完。", "The day's API quota is used up."),
                    facts,
                    Fixes.Wait("等待配额重置", "Wait for the reset.")
                )
            );
        }

        var fix = Fixes.By(Fixes.Plugin, "降低调用频率，或等待配额重置", "Call less often, or wait for the reset.");
        if (exhaustsAt < view.DailyResetsAt)
        {
            return Observation.Of(
                facts,
                new Finding(
                    FindingCodes.QuotaForecast,
                    FindingForce.Threatens,
                    new BilingualText(
                        $"按当前速度，今日 API 配额将在 {LocalTimes.Text(exhaustsAt.Value, true, evidence.Now)} 用完。",
                        $"At the current rate the day's API quota is used up at {LocalTimes.Text(exhaustsAt.Value, false, evidence.Now)}."
                    ),
                    facts,
                    fix
                )
            );
        }

        return Observation.Of(
            facts,
            view.DailyUsed < view.DailyLimit * NearLimit
                ? null
                : new Finding(
                    FindingCodes.QuotaNearLimit,
                    FindingForce.Threatens,
                    new BilingualText("今日 API 配额已使用 90% 以上。", "More than 90 % of the day's API quota are used."),
                    facts,
                    fix
                )
        );
    }

    private static Observation LookAtSpend(DiagnosisEvidence evidence)
    {
        var view = evidence.Quota!.View;
        var cap = evidence.Installation!.SpendCap;
        var refused = evidence.Latest(QuotaRefusals.SpendCapReached);
        var facts = Of(
            ("cap", Text(cap)),
            ("used", Text(view.SpendUsed)),
            ("resets_at", Text(view.SpendResetsAt)),
            ("refused_at", Text(refused?.At))
        );

        // A refusal under a lower cap, or before the month began, says nothing about now. Nor does a cap of 0 by itself: the day's free
        // calls pass, and only a charged call is refused.
        var reached =
            cap is not null
            && ((cap > 0 && view.SpendUsed >= cap) || (refused?.Limit >= cap && refused.At > evidence.Now - DiagnosisEvidence.RecentSpan));
        if (cap is null || (!reached && (cap == 0 || view.SpendUsed < cap * NearLimit)))
        {
            return Observation.Fine(facts);
        }

        var raised = decimal.Ceiling(decimal.Max(2 * cap.Value, view.SpendUsed + CapStep));
        return Observation.Of(
            facts,
            new Finding(
                reached ? QuotaRefusals.SpendCapReached : FindingCodes.SpendNearCap,
                reached ? FindingForce.StopsSome : FindingForce.Threatens,
                reached
                    ? new BilingualText(
                        $"本月费用已达到卖家设置的上限 {cap} 元。",
                        $"The month's spend has reached the seller's cap of {cap} CNY."
                    )
                    : new BilingualText(
                        $"本月费用已超过上限 {cap} 元的 90%。",
                        $"The month's spend is above 90 % of the seller's cap of {cap} CNY."
                    ),
                facts,
                Fixes.SpendCap(
                    evidence.Id,
                    new BilingualText($"将费用上限提高到 {raised} 元", $"Raise the spend cap to {raised} CNY."),
                    raised
                )
            )
        );
    }

    private static Observation LookAtBurst(DiagnosisEvidence evidence)
    {
        var view = evidence.Quota!.View;
        var refused = evidence.Recent.Where(error => error.Code == QuotaRefusals.BurstExceeded).ToArray();
        var facts = Of(
            ("limit", Text(view.Burst.Capacity)),
            ("per_second", Text(view.Burst.PerSecond)),
            ("remaining", Text(view.BurstRemaining)),
            ("refused_last_hour", Text(evidence.CountRecent(QuotaRefusals.BurstExceeded))),
            ("refused_at", Text(refused.FirstOrDefault()?.At))
        );
        return Observation.Of(
            facts,
            evidence.CountRecent(QuotaRefusals.BurstExceeded) == 0
                ? null
                : new Finding(
                    QuotaRefusals.BurstExceeded,
                    FindingForce.StopsSome,
                    new BilingualText("插件短时间内调用过于频繁。", "The plugin called more often than its short-term limit allows."),
                    facts,
                    Fixes.By(Fixes.Plugin, "分散调用，并遵守 Retry-After", "Spread the calls; obey Retry-After.")
                )
        );
    }
}
