namespace Marketplace.Grains.Ports;

/// <summary>
/// Items that subscribers could not handle. Unique: (subscriber, stream, position); storing one again updates attempts and error.
/// </summary>
public interface IDeadLetters
{
    /// <summary>Stores a dead letter; returns after it is durable.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Put(NewDeadLetter letter, CancellationToken cancellationToken);

    /// <summary>One dead letter, or null.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<DeadLetterRow?> Read(long id, CancellationToken cancellationToken);

    /// <summary>Those after an id, oldest first.</summary>
    /// <param name="openOnly">True to exclude those settled by a retry.</param>
    /// <param name="afterId">0 for the first page.</param>
    /// <param name="limit">Maximum rows.</param>
    /// <param name="cancellationToken">Cancels waiting for the store.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<DeadLetterRow>> List(bool openOnly, long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Number of open ones.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<long> CountOpen(CancellationToken cancellationToken);

    /// <summary>Marks one as settled by a retry.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Settle(long id, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>An item that a subscriber could not handle.</summary>
/// <param name="Subscriber">The subscriber's grain type.</param>
/// <param name="Stream">The stream's key, which is also the subscriber's grain key.</param>
/// <param name="Position">Position of the fact in the journal; 0 without a fact.</param>
/// <param name="Entity">The fact's entity; empty if only the position is known.</param>
/// <param name="Version">The fact's version; 0 if only the position is known.</param>
/// <param name="Type">The fact's type; empty if only the position is known.</param>
/// <param name="Error">The error, without personal data.</param>
/// <param name="Attempts">Number of attempts.</param>
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

/// <summary>A stored dead letter.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Letter">The failed item; attempts and error are the last ones.</param>
/// <param name="FirstAt">When it was first given up.</param>
/// <param name="SettledAt">When a retry succeeded; null while it is open.</param>
public sealed record DeadLetterRow(long Id, NewDeadLetter Letter, DateTimeOffset FirstAt, DateTimeOffset? SettledAt);
