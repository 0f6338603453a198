using Marketplace.Billing;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Ledger;

/// <summary>The logs of one store as ordered streams.</summary>
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

    /// <summary>Verifies that the parts of the store belong together, and reports missing ones.</summary>
    Task CheckStore(Action<Finding> report, CancellationToken cancellationToken);

    /// <summary>The last row according to the state beside an installation's rows; null without a state.</summary>
    Task<(long No, ReadOnlyMemory<byte> Hash)?> ReadDeliveryEnd(InstallationId installation, CancellationToken cancellationToken);
}

/// <summary>The store cannot be opened or read: it is missing, in use, or corrupt. The message is for the user.</summary>
public sealed class LogsUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
