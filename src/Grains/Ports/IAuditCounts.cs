namespace Marketplace.Grains.Ports;

/// <summary>Number of facts per day and kind. A fact is counted once, by its position, however often it is delivered.</summary>
public interface IAuditCounts
{
    /// <summary>Counts a fact; returns after it is durable.</summary>
    /// <exception cref="StoreUnavailableException">The count is unconfirmed.</exception>
    Task Count(long position, DateOnly day, string kind, CancellationToken cancellationToken);

    /// <summary>The counts since a day, by day and kind.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<KindCount>> Read(DateOnly from, CancellationToken cancellationToken);
}

/// <summary>The number of facts of one kind on a day.</summary>
public sealed record KindCount(DateOnly Day, string Kind, long Count);
