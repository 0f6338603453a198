namespace Marketplace.Journal;

/// <summary>
/// Follows the journal for pages that show what happens: one reader in each process for all of them, however many there are. It waits for
/// the signal of an append, and asks no grain.
/// </summary>
public interface ISellerEvents
{
    /// <summary>Begins to listen to the facts of some audit streams (<see cref="AuditSubject.Of(string)"/>).</summary>
    /// <exception cref="StoreUnavailableException">The journal does not answer.</exception>
    Task<ISellerListener> Listen(IReadOnlyCollection<string> streams, CancellationToken cancellationToken);

    /// <summary>The facts of some streams after a position and up to another.</summary>
    /// <returns>Null if the journal has grown by so much between them that reading it for one page is out of proportion.</returns>
    /// <exception cref="StoreUnavailableException">The journal does not answer.</exception>
    Task<IReadOnlyList<AuditItem>?> Read(IReadOnlyCollection<string> streams, long after, long upTo, CancellationToken cancellationToken);
}

/// <summary>One page's place in the journal; ends when it is disposed.</summary>
public interface ISellerListener : IDisposable
{
    /// <summary>Every later fact of the streams arrives.</summary>
    long From { get; }

    /// <summary>True once it has fallen too far behind: what came since is lost, and listening has to begin again.</summary>
    bool IsLost { get; }

    /// <summary>Listens to another stream, too.</summary>
    void Add(string stream);

    /// <summary>The next fact that has arrived; false if there is none.</summary>
    bool TryRead(out AuditItem item);

    /// <summary>Returns as soon as something has arrived, or after a time.</summary>
    Task Wait(TimeSpan atMost, CancellationToken cancellationToken);
}
