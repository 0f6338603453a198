using Marketplace.Quotas;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks whether a limit is reached or nearly reached.</summary>
internal static class QuotaChecks
{
    private const decimal NearLimit = 0.9m;
    private const decimal CapStep = 100m;

    public static DiagnosisCheck Daily { get; } = new("quota", EvidenceSources.Quota, ObserveDay);

    public static DiagnosisCheck Spend { get; } =
        new(
            "spend",
            EvidenceSources.Quota | EvidenceSources.Installation | EvidenceSources.Errors,
            EvidenceSources.Quota | EvidenceSources.Installation,
            ObserveSpend
        );

    public static DiagnosisCheck Burst { get; } =
        new("burst", EvidenceSources.Quota | EvidenceSources.Errors, EvidenceSources.Quota, ObserveBurst);

    public static DiagnosisCheck Errors { get; } = new("error-allowance", EvidenceSources.Quota, ObserveErrors);

    private static Observation ObserveErrors(DiagnosisEvidence evidence)
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
                    CauseTexts.ErrorsUsedUp(view.ErrorsUsed, view.ErrorLimit),
                    facts,
                    Fixes.By(Fixes.Developer, FixTexts.CorrectRequests)
                )
        );
    }

    private static Observation ObserveDay(DiagnosisEvidence evidence)
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
                    CauseTexts.QuotaUsedUp,
                    facts,
                    Fixes.Wait(FixTexts.AwaitReset)
                )
            );
        }

        var fix = Fixes.By(Fixes.Plugin, FixTexts.CallLess);
        if (exhaustsAt < view.DailyResetsAt)
        {
            return Observation.Of(
                facts,
                new Finding(
                    FindingCodes.QuotaForecast,
                    FindingForce.Threatens,
                    CauseTexts.QuotaForecast(LocalTimes.Both(exhaustsAt.Value, evidence.Now)),
                    facts,
                    fix
                )
            );
        }

        return Observation.Of(
            facts,
            view.DailyUsed < view.DailyLimit * NearLimit
                ? null
                : new Finding(FindingCodes.QuotaNearLimit, FindingForce.Threatens, CauseTexts.QuotaNearLimit, facts, fix)
        );
    }

    private static Observation ObserveSpend(DiagnosisEvidence evidence)
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
                reached ? CauseTexts.SpendCapReached(cap) : CauseTexts.SpendNearCap(cap),
                facts,
                Fixes.SpendCap(evidence.Id, FixTexts.RaiseSpendCap(raised), raised)
            )
        );
    }

    private static Observation ObserveBurst(DiagnosisEvidence evidence)
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
                    CauseTexts.BurstExceeded,
                    facts,
                    Fixes.By(Fixes.Plugin, FixTexts.SpreadCalls)
                )
        );
    }
}
