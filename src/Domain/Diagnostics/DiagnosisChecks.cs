using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Diagnostics;

/// <summary>The checks of a diagnosis, each a pure look at the evidence; what stops every call comes first.</summary>
internal static class DiagnosisChecks
{
    public const string FeedSilent = "feed-silent";
    public const string WindowHidesOrders = "sync-window-hides-orders";
    public const string TokenExpired = "token-expired";
    public const string StorageUnavailable = "storage-unavailable";

    private const decimal NearLimit = 0.9m;
    private const string Error = "error";
    private const string Warning = "warning";

    public static ImmutableArray<Func<DiagnosisEvidence, (Check Check, Finding? Finding)>> InOrderOfLikelihood { get; } =
        [State, Ledger, Token, Grants, Daily, Spend, Burst, SyncWindow, FeedLag];

    private static (Check Check, Finding? Finding) State(DiagnosisEvidence evidence)
    {
        var pause = evidence.Installation.Pause;
        var facts = Facts(("state", evidence.Installation.StateAt(evidence.Now).ToString()), ("paused_since", Text(pause?.Since)), ("reason", pause?.Reason));
        return Result("state", facts, pause is null ? null : new Finding(
            InstallationRefusals.InstallationPaused,
            Error,
            "卖家已暂停该插件，所有调用都会被拒绝。",
            "The seller paused the installation; every call is refused.",
            facts,
            "seller",
            "POST …/resume"));
    }

    private static (Check Check, Finding? Finding) Ledger(DiagnosisEvidence evidence)
    {
        var facts = Facts(("accepting", evidence.LedgerAccepting ? "yes" : "no"));
        return Result("platform", facts, evidence.LedgerAccepting ? null : new Finding(
            StorageUnavailable,
            Error,
            "平台计量账本暂时不可用，调用会收到 503。",
            "The platform's usage ledger takes no calls now; calls get 503.",
            facts,
            "platform",
            "Wait; the platform is alarmed."));
    }

    private static (Check Check, Finding? Finding) Token(DiagnosisEvidence evidence)
    {
        var expired = evidence.TokenExpiresAt <= evidence.Now;
        var revoked = Latest(evidence, QuotaRefusals.TokenRevoked);

        // Most calls with a revoked token end at the door and never reach the counter.
        var isRevoked = revoked is not null || (evidence.TokenId is { } last && evidence.Installation.RevokedTokens.IsRevoked(last));
        var facts = Facts(("last_token_expires_at", Text(evidence.TokenExpiresAt)), ("refused_at", Text(revoked?.At)));
        return Result("token", facts, (isRevoked, expired) switch
        {
            (true, _) => new Finding(
                QuotaRefusals.TokenRevoked,
                Error,
                "插件使用了已撤销的 token。",
                "The plugin used a token that was revoked.",
                facts,
                "plugin",
                "POST /connect/token"),
            (false, true) => new Finding(
                TokenExpired,
                Warning,
                "最近使用的 token 已过期（token 失效），之后没有新的调用。",
                "The token last used has expired and no call came with a new one.",
                facts,
                "plugin",
                "POST /connect/token"),
            _ => null,
        });
    }

    private static (Check Check, Finding? Finding) Grants(DiagnosisEvidence evidence)
    {
        var refused = Latest(evidence, QuotaRefusals.ScopeMissing);
        var facts = Facts(
            ("granted", string.Join(' ', evidence.Installation.Grants)), ("refused_operation", refused?.Operation), ("refused_at", Text(refused?.At)));
        return Result("grants", facts, refused is null ? null : new Finding(
            QuotaRefusals.ScopeMissing,
            Error,
            "插件调用了未授权的接口。",
            "The plugin called an operation whose scope is not granted.",
            facts,
            "seller",
            "PUT …/grants"));
    }

    private static (Check Check, Finding? Finding) Daily(DiagnosisEvidence evidence)
    {
        if (evidence.Quota is not { } quota)
        {
            return Unknown("quota");
        }

        var facts = Facts(("limit", Text(quota.DailyLimit)), ("used", Text(quota.DailyUsed)), ("resets_at", Text(quota.DailyResetsAt)));
        return Result("quota", facts, quota.DailyUsed < quota.DailyLimit * NearLimit ? null : new Finding(
            QuotaRefusals.QuotaExceeded,
            quota.DailyRemaining == 0 ? Error : Warning,
            quota.DailyRemaining == 0 ? "API 配额超限：今日调用次数已用完。" : "今日 API 配额即将用完。",
            quota.DailyRemaining == 0 ? "The day's API quota is used up." : "More than 90 % of the day's API quota are used.",
            facts,
            "time",
            "Wait for the reset."));
    }

    private static (Check Check, Finding? Finding) Spend(DiagnosisEvidence evidence)
    {
        if (evidence.Quota is not { } quota)
        {
            return Unknown("spend");
        }

        var refused = Latest(evidence, QuotaRefusals.SpendCapReached);
        var facts = Facts(("cap", Text(quota.SpendCap)), ("used", Text(quota.SpendUsed)), ("resets_at", Text(quota.SpendResetsAt)));
        var near = quota.SpendCap is { } cap && quota.SpendUsed >= cap * NearLimit && cap > 0;
        return Result("spend", facts, quota.SpendCap is null || (refused is null && !near) ? null : new Finding(
            QuotaRefusals.SpendCapReached,
            refused is null ? Warning : Error,
            "本月费用已达到或接近卖家设置的上限。",
            "The month's spend has reached the seller's cap or is near it.",
            facts,
            "seller",
            "PUT …/settings"));
    }

    private static (Check Check, Finding? Finding) Burst(DiagnosisEvidence evidence)
    {
        if (evidence.Quota is not { } quota)
        {
            return Unknown("burst");
        }

        var refused = Latest(evidence, QuotaRefusals.BurstExceeded);
        var facts = Facts(("limit", Text(quota.Burst.Capacity)), ("remaining", Text(quota.BurstRemaining)), ("refused_at", Text(refused?.At)));
        return Result("burst", facts, refused is null ? null : new Finding(
            QuotaRefusals.BurstExceeded,
            Warning,
            "插件短时间内调用过于频繁。",
            "The plugin called more often than its short-term limit allows.",
            facts,
            "plugin",
            "Spread the calls; obey Retry-After."));
    }

    private static (Check Check, Finding? Finding) SyncWindow(DiagnosisEvidence evidence)
    {
        if (evidence.Feed is not { } feed)
        {
            return Unknown("sync_window");
        }

        var hours = evidence.Installation.SyncWindowHours;
        var facts = Facts(("sync_window_hours", Text(hours)), ("orders", Text(feed.Orders)), ("orders_outside", Text(feed.OutsideWindow)));
        return Result("sync_window", facts, hours is null || feed.OutsideWindow == 0 ? null : new Finding(
            WindowHidesOrders,
            Warning,
            $"同步时间窗为 {hours} 小时，有 {feed.OutsideWindow} 个订单不在窗口内。",
            $"The sync window is {hours} hours; {feed.OutsideWindow} orders lie outside it.",
            facts,
            "seller",
            "PUT …/settings"));
    }

    private static (Check Check, Finding? Finding) FeedLag(DiagnosisEvidence evidence)
    {
        if (evidence.Feed is not { } feed)
        {
            return Unknown("feed");
        }

        var facts = Facts(
            ("head", Text(feed.Head)),
            ("last_accepted_at", Text(feed.LastAcceptedAt)),
            ("lag_seconds", feed.LastAcceptedAt is { } at ? Text((long)(evidence.Now - at).TotalSeconds) : null),
            ("awaiting_creation", Text(feed.AwaitingCreation)));
        return Result("feed", facts, feed.Head > 0 ? null : new Finding(
            FeedSilent,
            Warning,
            "平台尚未收到该店铺的任何事件。",
            "The platform has taken no event of this seller yet.",
            facts,
            "platform",
            "Send the seller's events to /platform/v1/events."));
    }

    private static (Check Check, Finding? Finding) Unknown(string name) => (new Check(name, false, Facts(("loaded", "no"))), null);

    private static (Check Check, Finding? Finding) Result(string name, ImmutableSortedDictionary<string, string> facts, Finding? finding) =>
        (new Check(name, finding is null, facts), finding);

    private static CallError? Latest(DiagnosisEvidence evidence, string code) => evidence.LastErrors.FirstOrDefault(error => error.Code == code);

    private static ImmutableSortedDictionary<string, string> Facts(params (string Name, string? Value)[] facts) => facts
        .Where(fact => fact.Value is not null)
        .ToImmutableSortedDictionary(fact => fact.Name, fact => fact.Value!, StringComparer.Ordinal);

    private static string? Text(DateTimeOffset? instant) => instant?.ToString("O", CultureInfo.InvariantCulture);

    private static string? Text(decimal? number) => number?.ToString(CultureInfo.InvariantCulture);
}
