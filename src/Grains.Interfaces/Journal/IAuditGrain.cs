using System.Collections.Immutable;

namespace Marketplace.Journal;

/// <summary>What operators ask of journal, streams and subscribers; volatile, any number per silo. Key: <see cref="GrainKey"/>.</summary>
[GrainInterfaceType("audit")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>The one key.</summary>
    const string GrainKey = "audit/all";

    /// <summary>Counts of facts by day and kind from a day on, the streams' lag, and how many dead letters are open.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("kpis")]
    Task<AuditKpis> GetKpis(DateOnly from, CancellationToken cancellationToken);

    /// <summary>Dead letters after an id, oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("dead-letters")]
    Task<ImmutableArray<DeadLetter>> ListDeadLetters(bool openOnly, long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Has the subscriber handle it again; answers it as it is then: settled, or open with one attempt more. Null if there is none.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("retry"), ResponseTimeout("00:00:30")]
    Task<DeadLetter?> RetryDeadLetter(long id, CancellationToken cancellationToken);

    /// <summary>Verifies the chains of the entities after one, as many as fit into a moment.</summary>
    /// <param name="afterEntity">Empty for the first page.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("verify"), ResponseTimeout("00:01:00")]
    Task<ChainReport> Verify(string afterEntity, CancellationToken cancellationToken);

    /// <summary>Verifies one entity's chain.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("verify-one"), ResponseTimeout("00:01:00")]
    Task<ChainReport> VerifyEntity(string entity, CancellationToken cancellationToken);
}

/// <summary>Figures of the audit trail.</summary>
/// <param name="Counts">Facts by day (Asia/Shanghai) and kind.</param>
/// <param name="Head">Position of the journal's last fact.</param>
/// <param name="Queues">How far each stream queue was delivered.</param>
/// <param name="OpenDeadLetters">How many dead letters nobody has settled.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.kpis")]
public sealed record AuditKpis(
    [property: Id(0)] ImmutableArray<AuditCount> Counts,
    [property: Id(1)] long Head,
    [property: Id(2)] ImmutableArray<QueueProgress> Queues,
    [property: Id(3)] long OpenDeadLetters
);

/// <summary>How many facts of one kind a day had.</summary>
[GenerateSerializer, Immutable, Alias("mp.audit.count")]
public readonly record struct AuditCount([property: Id(0)] DateOnly Day, [property: Id(1)] string Kind, [property: Id(2)] long Count);

/// <summary>How far one queue was delivered.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Position">Everything up to it was delivered or is a dead letter.</param>
/// <param name="Head">The last position of the log that the queue is a share of.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.queue")]
public readonly record struct QueueProgress([property: Id(0)] string Queue, [property: Id(1)] long Position, [property: Id(2)] long Head);

/// <summary>What a subscriber could not handle.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Subscriber">Which subscriber.</param>
/// <param name="Stream">The stream's key.</param>
/// <param name="Position">The fact's place in the journal; 0 where it is about none, but about a feed whose deliveries were not
/// woken.</param>
/// <param name="Entity">The fact's entity, or the feed; empty where it is not known.</param>
/// <param name="Version">The fact's version; 0 where it is not known.</param>
/// <param name="Type">The fact's type; empty where it is not known.</param>
/// <param name="Error">What went wrong, without anybody's data.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="FirstAt">When it was given up first.</param>
/// <param name="LastAt">When it was tried last.</param>
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

/// <summary>What a verification found.</summary>
/// <param name="Entities">Entities seen.</param>
/// <param name="Facts">Facts seen.</param>
/// <param name="Findings">What is wrong, the first so many.</param>
/// <param name="Next">The last entity of this page, after which the next one begins; null at the end.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.chain-report")]
public sealed record ChainReport(
    [property: Id(0)] long Entities,
    [property: Id(1)] long Facts,
    [property: Id(2)] ImmutableArray<ChainFinding> Findings,
    [property: Id(3)] string? Next
);

/// <summary>One thing that is wrong in a chain.</summary>
[GenerateSerializer, Immutable, Alias("mp.audit.chain-finding")]
public sealed record ChainFinding(
    [property: Id(0)] string Entity,
    [property: Id(1)] long Version,
    [property: Id(2)] string Code,
    [property: Id(3)] string Detail
);
