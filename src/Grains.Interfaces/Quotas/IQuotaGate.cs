using Marketplace.Billing;
using Marketplace.Installations;

namespace Marketplace.Quotas;

/// <summary>
/// The call path's access to the quota counters. A counter in this process is used directly; otherwise its grain is called. Either way its
/// owner serialises decisions.
/// </summary>
public interface IQuotaGate
{
    /// <summary>False while the usage ledger accepts nothing: shed calls before they are reserved.</summary>
    bool IsAccepting { get; }

    /// <summary>Decides a call in memory.</summary>
    /// <exception cref="StoreUnavailableException">The counter is not in memory and cannot be loaded now.</exception>
    ValueTask<Reservation> Reserve(InstallationId installation, CallIntent intent, CancellationToken cancellationToken);

    /// <summary>
    /// Turns a permit into a metered call; returns after the ledger's commit. A 4xx answer returns the permit instead and costs nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The metering is unconfirmed, so the call must not be acknowledged.</exception>
    ValueTask<Settlement> Settle(InstallationId installation, CallReport report, CancellationToken cancellationToken);

    /// <summary>Returns a permit; nothing is counted.</summary>
    ValueTask Release(InstallationId installation, CallFailure failure);

    /// <summary>The first answer to a repeated idempotency key, from the ledger.</summary>
    ValueTask<FirstAnswer> ReadAnswer(InstallationId installation, Reservation.Repeated repeated, CancellationToken cancellationToken);

    /// <summary>The counters for the holder of a token, uncounted and free; refused if every call with it would be.</summary>
    ValueTask<Outcome<QuotaView>> GetCounters(InstallationId installation, TokenStamp token, CancellationToken cancellationToken);

    /// <summary>The counters for an answer's header fields, even while calls are refused; null for a dead token.</summary>
    ValueTask<QuotaView?> Show(InstallationId installation, TokenStamp token, CancellationToken cancellationToken);

    /// <summary>The counters, if they are in this process; null otherwise. Asks neither grain nor store.</summary>
    QuotaView? PeekHere(InstallationId installation);

    /// <summary>
    /// The counters and prices for the installation's seller; null for an unknown installation. A counter of this process is asked
    /// directly, and one that nothing was called on today is not started: its figures are read from the ledger.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The counter is not in memory and the ledger does not answer.</exception>
    ValueTask<SellerUsage?> ReadUsage(InstallationId installation, CancellationToken cancellationToken);
}

/// <summary>The result of a permitted call, for Settle.</summary>
/// <param name="CallId">The permit.</param>
/// <param name="Operation">The called operation.</param>
/// <param name="Status">HTTP status, below 500.</param>
/// <param name="Code">Problem code if the answer is a problem; stored among the installation's last errors.</param>
/// <param name="ContentType">Content type of the answer stored with an idempotency key.</param>
/// <param name="Body">The answer stored with an idempotency key; empty otherwise.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.report")]
public readonly record struct CallReport(
    [property: Id(0)] UInt128 CallId,
    [property: Id(1)] OperationName Operation,
    [property: Id(2)] int Status,
    [property: Id(3)] string? Code,
    [property: Id(4)] string ContentType,
    [property: Id(5)] ReadOnlyMemory<byte> Body
);

/// <summary>A permitted call that the platform failed.</summary>
[GenerateSerializer, Immutable, Alias("mp.quotas.failure")]
public readonly record struct CallFailure(
    [property: Id(0)] UInt128 CallId,
    [property: Id(1)] OperationName Operation,
    [property: Id(2)] int Status,
    [property: Id(3)] string Code
);

/// <summary>A metered call.</summary>
/// <param name="Call">Number and price; null if nothing was counted: the operation is not billable, or the answer was an error.</param>
/// <param name="RowHash">Chain hash of its ledger row; empty if nothing was counted.</param>
/// <param name="View">The counters after it.</param>
/// <param name="Refusal">Set if the permit had expired: nothing was counted.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.settlement")]
public sealed record Settlement(
    [property: Id(0)] SettledCall? Call,
    [property: Id(1)] ReadOnlyMemory<byte> RowHash,
    [property: Id(2)] QuotaView View,
    [property: Id(3)] Refusal? Refusal
);

/// <summary>The answer to a repeated idempotency key.</summary>
/// <param name="Entry">The first call from the ledger.</param>
/// <param name="Call">Its number and price.</param>
/// <param name="RowHash">Chain hash of its row.</param>
/// <param name="View">The counters now.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.first-answer")]
public sealed record FirstAnswer(
    [property: Id(0)] UsageEntry Entry,
    [property: Id(1)] SettledCall Call,
    [property: Id(2)] ReadOnlyMemory<byte> RowHash,
    [property: Id(3)] QuotaView View
);
