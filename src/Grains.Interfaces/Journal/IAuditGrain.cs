using System.Collections.Immutable;

namespace Marketplace.Journal;

/// <summary>The operators' view of journal, streams and subscribers; volatile, any number per silo. Key: <see cref="GrainKey"/>.</summary>
[GrainInterfaceType("audit"), Alias("mp.grain.audit")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string GrainKey = "audit/all";

    /// <summary>Counts of facts by day and kind since a day, the streams' lag, and the number of open dead letters.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("kpis")]
    Task<AuditKpis> GetKpis(DateOnly from, CancellationToken cancellationToken);

    /// <summary>Dead letters after an id, oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("dead-letters")]
    Task<ImmutableArray<DeadLetter>> ListDeadLetters(bool openOnly, long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Lets the subscriber handle it again; returns it as settled, or open with one more attempt. Null if there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("retry"), ResponseTimeout("00:00:30")]
    Task<DeadLetter?> RetryDeadLetter(long id, CancellationToken cancellationToken);

    /// <summary>Verifies the chains of the entities after one, in pages of limited duration.</summary>
    /// <param name="afterEntity">Empty for the first page.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("verify"), ResponseTimeout("00:01:00")]
    Task<ChainReport> Verify(string afterEntity, CancellationToken cancellationToken);

    /// <summary>Verifies one entity's chain.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("verify-one"), ResponseTimeout("00:01:00")]
    Task<ChainReport> VerifyEntity(string entity, CancellationToken cancellationToken);
}

/// <summary>Metrics of the audit trail.</summary>
/// <param name="Counts">Facts by day (Asia/Shanghai) and kind.</param>
/// <param name="Head">Position of the journal's last fact.</param>
/// <param name="Queues">The delivery position of each stream queue.</param>
/// <param name="OpenDeadLetters">Number of unsettled dead letters.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.kpis")]
public sealed record AuditKpis(
    [property: Id(0)] ImmutableArray<AuditCount> Counts,
    [property: Id(1)] long Head,
    [property: Id(2)] ImmutableArray<QueueProgress> Queues,
    [property: Id(3)] long OpenDeadLetters
);

/// <summary>The number of facts of one kind on a day.</summary>
[GenerateSerializer, Immutable, Alias("mp.audit.count")]
public readonly record struct AuditCount([property: Id(0)] DateOnly Day, [property: Id(1)] string Kind, [property: Id(2)] long Count);

/// <summary>The delivery position of one queue.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Position">Everything up to here was delivered or is a dead letter.</param>
/// <param name="Head">The last position of the queue's log.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.queue")]
public readonly record struct QueueProgress([property: Id(0)] string Queue, [property: Id(1)] long Position, [property: Id(2)] long Head);

/// <summary>An item that a subscriber could not handle.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Subscriber">The subscriber.</param>
/// <param name="Stream">The stream's key.</param>
/// <param name="Position">The fact's position in the journal; 0 for a lost wake-up of a feed's deliveries.</param>
/// <param name="Entity">The fact's entity, or the feed; empty if unknown.</param>
/// <param name="Version">The fact's version; 0 if unknown.</param>
/// <param name="Type">The fact's type; empty if unknown.</param>
/// <param name="Error">The error, without personal data.</param>
/// <param name="Attempts">Number of attempts.</param>
/// <param name="FirstAt">When it was first given up.</param>
/// <param name="LastAt">When it was last tried.</param>
/// <param name="SettledAt">When a retry succeeded; null while it is open.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.dead-letter")]
public sealed record DeadLetter(
    [property: Id(0)] long Id,
    [property: Id(1)] string Subscriber,
    [property: Id(2)] string Stream,
    [property: Id(3)] long Position,
    [property: Id(4)] string Entity,
    [property: Id(5)] long Version,
    [property: Id(6)] string Type,
    [property: Id(7)] string Error,
    [property: Id(8)] int Attempts,
    [property: Id(9)] DateTimeOffset FirstAt,
    [property: Id(10)] DateTimeOffset LastAt,
    [property: Id(11)] DateTimeOffset? SettledAt
);

/// <summary>The result of a verification.</summary>
/// <param name="Entities">Entities verified.</param>
/// <param name="Facts">Facts verified.</param>
/// <param name="Findings">The first findings, up to the limit.</param>
/// <param name="Next">The last entity of this page, where the next one starts; null at the end.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.chain-report")]
public sealed record ChainReport(
    [property: Id(0)] long Entities,
    [property: Id(1)] long Facts,
    [property: Id(2)] ImmutableArray<ChainFinding> Findings,
    [property: Id(3)] string? Next
);

/// <summary>One defect of a chain.</summary>
[GenerateSerializer, Immutable, Alias("mp.audit.chain-finding")]
public sealed record ChainFinding(
    [property: Id(0)] string Entity,
    [property: Id(1)] long Version,
    [property: Id(2)] string Code,
    [property: Id(3)] string Detail
);
