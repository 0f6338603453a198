namespace Marketplace.Grains.Ports;

/// <summary>How many facts of which kind a day had. A fact counts once, by its position, however often it is counted.</summary>
public interface IAuditCounts
{
    /// <summary>Counts a fact; returns after it is durable.</summary>
    /// <exception cref="StoreUnavailableException">Nothing is known to be counted.</exception>
    Task Count(long position, DateOnly day, string kind, CancellationToken cancellationToken);

    /// <summary>The counts of the days from a day on, by day and kind.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<KindCount>> Read(DateOnly from, CancellationToken cancellationToken);
}

/// <summary>How many facts of one kind a day had.</summary>
public sealed record KindCount(DateOnly Day, string Kind, long Count);
