using Marketplace.Risk;

namespace Marketplace.Quotas;

/// <summary>
/// Counts one installation's calls; settled: answers after the usage ledger's commit. Key: <c>quota/{seller}/{plugin}</c>.
/// </summary>
[GrainInterfaceType("quota")]
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

    /// <summary>The counters, or why the token's holder may not see them.</summary>
    [Alias("look")]
    ValueTask<Outcome<QuotaView>> GetCounters(TokenStamp token, CancellationToken cancellationToken);

    /// <summary>The counters, also while nothing passes; null if there is no such installation or the token is dead.</summary>
    [Alias("show")]
    ValueTask<QuotaView?> Show(TokenStamp token, CancellationToken cancellationToken);

    /// <summary>Takes over what the installation may do now; returns when the next call is judged by it.</summary>
    [Alias("entitle")]
    ValueTask Entitle(Entitlement entitlement);

    /// <summary>Takes over what writes are judged by (R70), if it has judged any; returns when the next write is judged by it.</summary>
    [Alias("watch")]
    ValueTask Watch(RiskStanding standing);

    /// <summary>Ends the counter, so that the next call finds one that starts from ledger and installation as they are written.</summary>
    [Alias("reload")]
    ValueTask Reload();

    /// <summary>Counters, last token and last errors, for diagnosis; null if there is no such installation.</summary>
    [Alias("inspect")]
    ValueTask<QuotaInspection?> Inspect(CancellationToken cancellationToken);
}

/// <summary>What the quota counter remembers of its last calls; in memory only.</summary>
/// <param name="View">The counters.</param>
/// <param name="TokenId">Id of the token last used, or null.</param>
/// <param name="TokenExpiresAt">Its end.</param>
/// <param name="LastCallAt">When a call was last asked for.</param>
/// <param name="LastErrors">The last refusals and failures, newest first.</param>
/// <param name="LedgerAccepting">False while the ledger takes no calls.</param>
/// <param name="Rate">How quickly billable calls come.</param>
/// <param name="LoadedAt">Since when the counter has been watching.</param>
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
