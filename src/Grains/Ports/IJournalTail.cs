using Marketplace.Journal;

namespace Marketplace.Grains.Ports;

/// <summary>The journal in commit order, for readers with a cursor. A position becomes visible only after all smaller ones.</summary>
public interface IJournalTail
{
    /// <summary>
    /// Raised after every append of this process, and soon after one of another process; while the connection that brings those is away,
    /// they are not signalled.
    /// </summary>
    AppendSignal Appended { get; }

    /// <summary>The position of the last fact; 0 without facts.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<long> ReadHead(CancellationToken cancellationToken);

    /// <summary>The facts after a position, in order; at most <paramref name="limit"/>.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<AuditItem>> ReadAfter(long position, int limit, CancellationToken cancellationToken);
}
