using Marketplace.Billing;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Ledger;

/// <summary>The logs of one store, each in its order, as streams.</summary>
public interface ILogs : IAsyncDisposable
{
    /// <summary>Ledger rows by installation, day and seq, after an installation's text.</summary>
    IAsyncEnumerable<UsageRow> ReadLedger(string afterInstallation, CancellationToken cancellationToken);

    /// <summary>Feed events by seller and seq.</summary>
    IAsyncEnumerable<FeedEvent> ReadFeed(CancellationToken cancellationToken);

    /// <summary>Journal facts by entity and version.</summary>
    IAsyncEnumerable<JournalFact> ReadJournal(CancellationToken cancellationToken);

    /// <summary>Delivery rows by installation and number.</summary>
    IAsyncEnumerable<DeliveryRow> ReadDelivery(CancellationToken cancellationToken);

    /// <summary>An installation's delivery rows after a number.</summary>
    IAsyncEnumerable<DeliveryRow> ReadDelivery(InstallationId installation, long afterNo, CancellationToken cancellationToken);

    /// <summary>Looks whether the parts of the store belong together, and reports what is missing.</summary>
    Task CheckStore(Action<Finding> report, CancellationToken cancellationToken);

    /// <summary>Which row the state beside an installation's rows names as the last one; null if there is no state.</summary>
    Task<(long No, ReadOnlyMemory<byte> Hash)?> ReadDeliveryEnd(InstallationId installation, CancellationToken cancellationToken);
}

/// <summary>The store cannot be opened or read: it is missing, in use, or broken below its rows. The message is for the user.</summary>
public sealed class LogsUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
