namespace Marketplace.Grains.Ports;

/// <summary>
/// What subscribers could not handle. Unique: (subscriber, stream, position); putting it again updates attempts and error.
/// </summary>
public interface IDeadLetters
{
    /// <summary>Keeps what could not be handled; returns after it is durable.</summary>
    /// <exception cref="StoreUnavailableException">Nothing is known to be kept.</exception>
    Task Put(NewDeadLetter letter, CancellationToken cancellationToken);

    /// <summary>One dead letter, or null.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<DeadLetterRow?> Read(long id, CancellationToken cancellationToken);

    /// <summary>Those after an id, oldest first.</summary>
    /// <param name="openOnly">Without those that a retry has settled.</param>
    /// <param name="afterId">0 for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends waiting for the store.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<DeadLetterRow>> List(bool openOnly, long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>How many are open.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<long> CountOpen(CancellationToken cancellationToken);

    /// <summary>Marks one as settled by a retry.</summary>
    /// <exception cref="StoreUnavailableException">Nothing is known to be marked.</exception>
    Task Settle(long id, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>What a subscriber could not handle.</summary>
/// <param name="Subscriber">The subscriber's grain type.</param>
/// <param name="Stream">The stream's key, which is also the subscriber's grain key.</param>
/// <param name="Position">Place of the fact in the journal; 0 where it is about no fact.</param>
/// <param name="Entity">The fact's entity; empty where only the position is known.</param>
/// <param name="Version">The fact's version; 0 where only the position is known.</param>
/// <param name="Type">The fact's type; empty where only the position is known.</param>
/// <param name="Error">What went wrong, without anybody's data.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="At">When it was given up.</param>
public sealed record NewDeadLetter(
    string Subscriber,
    string Stream,
    long Position,
    string Entity,
    long Version,
    string Type,
    string Error,
    int Attempts,
    DateTimeOffset At
);

/// <summary>A dead letter as it is kept.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Letter">What could not be handled; attempts and error are the last ones.</param>
/// <param name="FirstAt">When it was given up first.</param>
/// <param name="SettledAt">When a retry succeeded; null while it is open.</param>
public sealed record DeadLetterRow(long Id, NewDeadLetter Letter, DateTimeOffset FirstAt, DateTimeOffset? SettledAt);
