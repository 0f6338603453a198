using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Installations;

namespace Marketplace.Quotas;

/// <summary>The refusals of the quota rule, each with its code, evidence and the party that can lift it (C1, C7).</summary>
public static class QuotaRefusals
{
    public const string QuotaExceeded = "quota-exceeded";
    public const string BurstExceeded = "burst-exceeded";
    public const string SpendCapReached = "spend-cap";
    public const string AbnormalUsageCode = "abnormal-usage";
    public const string ScopeMissing = "scope-missing";
    public const string ScopePending = "scope-pending";
    public const string ScopeExpiredCode = "scope-expired";
    public const string TokenRevoked = "token-revoked";
    public const string RegionMismatch = "region-mismatch";
    public const string KeyReused = "idempotency-key-reused";
    public const string KeyInProgress = "idempotency-in-progress";
    public const string PermitExpired = "permit-expired";

    /// <summary>
    /// Codes with which a plugin's call can be refused, whatever its operation. Calls with an idempotency key have two more:
    /// <see cref="KeyReused"/> and <see cref="KeyInProgress"/>.
    /// </summary>
    public static readonly ImmutableArray<string> OfCalls =
    [
        TokenRevoked,
        ScopeMissing,
        ScopePending,
        ScopeExpiredCode,
        InstallationRefusals.InstallationNotFound,
        InstallationRefusals.InstallationPaused,
        InstallationRefusals.InstallationSuspended,
        InstallationRefusals.InstallationDisabled,
        InstallationRefusals.ConsentMissing,
        InstallationRefusals.EntityUnverified,
        InstallationRefusals.AuthorisationExpired,
        RegionMismatch,
        QuotaExceeded,
        BurstExceeded,
        AbnormalUsageCode,
        SpendCapReached,
        PermitExpired,
    ];

    public static Refusal Daily(long limit, long used, DateTimeOffset resetsAt) =>
        new(
            QuotaExceeded,
            $"The installation has used {used} of {limit} calls of the day.",
            "time",
            "Wait for the next day, or ask for a price book that goes on."
        )
        {
            Counter = "daily",
            Limit = limit,
            Used = used,
            ResetsAt = resetsAt,
            RetryAt = resetsAt,
        };

    /// <summary>Calls in flight occupy the day's last places: one may be returned before midnight, so a short wait makes sense.</summary>
    public static Refusal DailyHeld(long limit, long used, DateTimeOffset resetsAt, DateTimeOffset retryAt) =>
        Daily(limit, used, resetsAt) with
        {
            RetryAt = retryAt,
        };

    public static Refusal Burst(BurstLimit limit, int remaining, DateTimeOffset resetsAt, DateTimeOffset retryAt) =>
        new(
            BurstExceeded,
            $"More than {limit.Capacity} calls at once or {limit.PerSecond} a second.",
            "plugin",
            "Spread the calls; the next one passes at retry_at."
        )
        {
            Counter = "burst",
            Limit = limit.Capacity,
            Used = limit.Capacity - remaining,
            ResetsAt = resetsAt,
            RetryAt = retryAt,
        };

    public static Refusal Spend(decimal cap, decimal used, DateTimeOffset resetsAt) =>
        new(
            SpendCapReached,
            FormattableString.Invariant($"The next call would pass the seller's spend cap of {cap:0.000} CNY a month."),
            "seller",
            "Raise the spend cap in the installation's settings."
        )
        {
            Counter = "spend",
            Limit = cap,
            Used = used,
            ResetsAt = resetsAt,
            RetryAt = resetsAt,
        };

    /// <summary>The plugin gets too many errors; repeating them is useless.</summary>
    public static Refusal AbnormalUsage(long limit, long used, DateTimeOffset resetsAt) =>
        new(
            AbnormalUsageCode,
            FormattableString.Invariant($"{used} calls of the day were answered with an error (4xx); {limit} a day are allowed."),
            "plugin",
            "Mend the requests that are refused, and see the error log for what is wrong with them; calls pass again at retry_at."
        )
        {
            Counter = "errors",
            Limit = limit,
            Used = used,
            ResetsAt = resetsAt,
            RetryAt = resetsAt,
        };

    public static Refusal Scope(ScopeNeed need) =>
        new(ScopeMissing, $"The installation has not granted {need}.", "seller", "Grant the scope, or do not call operations that need it.")
        {
            Evidence = RefusalFact.All(RefusalFacts.Scope.Of(need)),
        };

    /// <summary>The scope came with a newer version of the plugin; earlier grants keep working.</summary>
    public static Refusal Pending(string scope) =>
        new(
            ScopePending,
            $"{scope} came with a new version of the plugin and waits for the seller's decision.",
            "seller",
            "Decide on the scope in the consent document."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Scope.Of(scope)),
        };

    /// <summary>Sensitive scopes expire sooner than the authorisation.</summary>
    public static Refusal ScopeExpired(string scope, DateTimeOffset since) =>
        new(
            ScopeExpiredCode,
            FormattableString.Invariant($"The grant of the sensitive scope {scope} ended at {since:O}."),
            "seller",
            "Grant the scope again."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Scope.Of(scope), RefusalFacts.ExpiredAt.Of(since)),
        };

    public static Refusal Token() =>
        new(
            TokenRevoked,
            "The access token was revoked, or was issued before the plugin was disabled.",
            "plugin",
            "Ask for a new token at the token endpoint."
        );

    public static Refusal Region(DataRegion home, DataRegion here) =>
        new(
            RegionMismatch,
            $"The installation's data stay in region {home}; this is {here}.",
            "plugin",
            $"Call the endpoint of region {home}."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.HomeRegion.Of(home), RefusalFacts.ThisRegion.Of(here)),
        };

    public static Refusal ReusedKey() =>
        new(KeyReused, "The idempotency key was used with another request.", "plugin", "Use a new key for every new write.");

    public static Refusal RunningKey(DateTimeOffset retryAt) =>
        new(KeyInProgress, "The first call with this idempotency key has not ended yet.", "plugin", "Repeat the call a little later.")
        {
            RetryAt = retryAt,
        };

    public static Refusal ExpiredPermit() =>
        new(
            PermitExpired,
            "The call took longer than its permit lasts and was not counted.",
            "plugin",
            "Repeat the call with the same idempotency key."
        );
}
