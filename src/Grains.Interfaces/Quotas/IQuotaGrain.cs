using Marketplace.Risk;

namespace Marketplace.Quotas;

/// <summary>
/// Counts one installation's calls; settled: returns after the usage ledger's commit. Key: <c>quota/{seller}/{plugin}</c>.
/// </summary>
[GrainInterfaceType("quota"), Alias("mp.grain.quota")]
public interface IQuotaGrain : IGrainWithStringKey
{
    [Alias("reserve"), ResponseTimeout("00:00:05")]
    ValueTask<Reservation> Reserve(CallIntent intent, CancellationToken cancellationToken);

    [Alias("settle"), ResponseTimeout("00:00:10")]
    ValueTask<Settlement> Settle(CallReport report, CancellationToken cancellationToken);

    [Alias("release")]
    ValueTask Release(CallFailure failure);

    [Alias("read-answer")]
    ValueTask<FirstAnswer> ReadAnswer(Reservation.Repeated repeated, CancellationToken cancellationToken);

    /// <summary>The counters for the token's holder, or a refusal.</summary>
    [Alias("look")]
    ValueTask<Outcome<QuotaView>> GetCounters(TokenStamp token, CancellationToken cancellationToken);

    /// <summary>The counters, even while calls are refused; null for an unknown installation or a dead token.</summary>
    [Alias("show")]
    ValueTask<QuotaView?> Show(TokenStamp token, CancellationToken cancellationToken);

    /// <summary>Applies a new entitlement; returns once the next call is judged by it.</summary>
    [Alias("entitle")]
    ValueTask Entitle(Entitlement entitlement);

    /// <summary>Applies the risk state for writes (R70), if writes are judged here; returns once the next write is judged by it.</summary>
    [Alias("watch")]
    ValueTask Watch(RiskStatus status);

    /// <summary>Closes the counter, so that the next call reloads it from ledger and installation.</summary>
    [Alias("reload")]
    ValueTask Reload();

    /// <summary>Counters, last token and last errors, for diagnosis; null for an unknown installation.</summary>
    [Alias("inspect")]
    ValueTask<QuotaInspection?> Inspect(CancellationToken cancellationToken);

    /// <summary>Counters and prices for the seller, even while calls are refused; null for an unknown installation.</summary>
    [Alias("usage")]
    ValueTask<SellerUsage?> ReadUsage(CancellationToken cancellationToken);
}

/// <summary>The quota counter's memory of recent calls; not stored.</summary>
/// <param name="View">The counters.</param>
/// <param name="TokenId">Id of the token last used, or null.</param>
/// <param name="TokenExpiresAt">When that token expires.</param>
/// <param name="LastCallAt">When a call last arrived.</param>
/// <param name="LastErrors">The last refusals and failures, newest first.</param>
/// <param name="LedgerAccepting">False while the ledger accepts no calls.</param>
/// <param name="Rate">The rate of billable calls.</param>
/// <param name="LoadedAt">When the counter was loaded.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.inspection")]
public sealed record QuotaInspection(
    [property: Id(0)] QuotaView View,
    [property: Id(1)] string? TokenId,
    [property: Id(2)] DateTimeOffset? TokenExpiresAt,
    [property: Id(3)] DateTimeOffset? LastCallAt,
    [property: Id(4)] IReadOnlyList<CallError> LastErrors,
    [property: Id(5)] bool LedgerAccepting,
    [property: Id(6)] CallRate Rate,
    [property: Id(7)] DateTimeOffset LoadedAt
);
