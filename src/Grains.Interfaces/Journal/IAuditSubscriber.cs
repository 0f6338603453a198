namespace Marketplace.Journal;

/// <summary>
/// A grain that handles the facts of one stream. Grain type: the subscriber's name; key: the stream's. Dead letters are retried through it,
/// so handling must be idempotent.
/// </summary>
[GrainInterfaceType("audit-subscriber"), Alias("mp.grain.audit-subscriber")]
public interface IAuditSubscriber : IGrainWithStringKey
{
    /// <summary>Handles one fact again; throws if it cannot be handled now.</summary>
    [Alias("retry")]
    Task Retry(AuditItem item, CancellationToken cancellationToken);
}

/// <summary>A fact with its position in the journal.</summary>
/// <param name="Position">Position in commit order over all entities; from 1, ascending, possibly with gaps.</param>
/// <param name="Fact">The fact.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.item")]
public sealed record AuditItem([property: Id(0)] long Position, [property: Id(1)] JournalFact Fact);
