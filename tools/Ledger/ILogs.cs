using Marketplace.Audit;
using Marketplace.Billing;
using Marketplace.Sync;

namespace Marketplace.Ledger;

/// <summary>The three logs of one store, each in its order, as streams.</summary>
public interface ILogs : IAsyncDisposable
{
    /// <summary>Ledger rows by installation, day and seq, after an installation's text.</summary>
    IAsyncEnumerable<UsageRow> ReadLedger(string afterInstallation, CancellationToken cancellationToken);

    /// <summary>Feed events by seller and seq.</summary>
    IAsyncEnumerable<FeedEvent> ReadFeed(CancellationToken cancellationToken);

    /// <summary>Journal facts by entity and version.</summary>
    IAsyncEnumerable<JournalFact> ReadJournal(CancellationToken cancellationToken);
}

/// <summary>The store cannot be opened or read: it is missing, in use, or broken below its rows. The message is for the user.</summary>
public sealed class LogsUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
