using Marketplace.Grains;
using Marketplace.Grains.Audit;
using Marketplace.Grains.Enterprises;
using Marketplace.Grains.Quotas;
using Marketplace.Grains.Sync;
using Marketplace.Storage.Audit;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Enterprises;
using Marketplace.Storage.Quotas;
using Marketplace.Storage.State;
using Marketplace.Storage.Sync;
using Microsoft.Extensions.Logging;

namespace Marketplace.Storage.Sqlite;

/// <summary>The embedded store: a file and a writer for each log, and for what stands beside the logs.</summary>
internal sealed class SqliteStore : IStoreRun, IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly CommitWriter<JournalGroup> _journal;
    private readonly CommitWriter<FeedGroup> _feed;
    private readonly CommitWriter<UsageSignal> _usage;
    private readonly CommitWriter<DeliveryGroup> _sync;
    private readonly CommitWriter<SqliteWork> _audit;
    private readonly CommitWriter<DocumentGroup> _documents;

    public SqliteStore(StorageOptions options, StorageMetrics metrics, ILogger<SqliteStore> logger)
    {
        _folder = new DataFolder(options.DataFolder, options.CommandTimeout);
        var limits = new CommitLimits(options.QueueLimit, options.BatchRows, options.BatchBytes);
        _journal = new("journal", new SqliteCommitter<JournalGroup>(_folder.Journal, new SqliteJournalInsert()), limits, metrics, logger);
        _feed = new("feed", new SqliteCommitter<FeedGroup>(_folder.Feed, new SqliteFeedInsert()), limits, metrics, logger);
        _usage = new("ledger", new SqliteCommitter<UsageSignal>(_folder.Usage, new SqliteUsageInsert()), limits, metrics, logger);
        _sync = new("sync", new SqliteCommitter<DeliveryGroup>(_folder.Sync, new SqliteDeliveryInsert()), limits, metrics, logger);
        StateWriter = new("state", new SqliteCommitter<StateGroup>(_folder.State, new SqliteStateInsert()), limits, metrics, logger);
        _audit = new("audit", new SqliteCommitter<SqliteWork>(_folder.Audit, new SqliteWorkInsert()), limits, metrics, logger);
        Journal = new Journal(_journal, new SqliteJournalReader(new SqliteReads(_folder.Journal)));
        Feed = new Feed(_feed, new SqliteFeedReader(new SqliteReads(_folder.Feed)));
        Usage = new UsageLedger(_usage, new SqliteUsageReader(new SqliteReads(_folder.Usage)));
        Deliveries = new DeliveryLog(_sync, new DeliveryReads(new SqliteReads(_folder.Sync)));
        StateReads = new SqliteReads(_folder.State);
        Tail = new JournalTail(new SqliteReads(_folder.Journal), JournalTail.SqliteHead);
        FeedTail = new FeedTail(new SqliteReads(_folder.Feed), Sync.FeedTail.SqliteHead);
        Audit = new SqliteSql(_folder.Audit, _audit);
        _documents = new("documents", new SqliteCommitter<DocumentGroup>(_folder.Documents, new SqliteDocumentInsert()), limits, metrics, logger);
        Documents = new SqliteDocumentStore(_documents, new SqliteReads(_folder.Documents));
    }

    public IJournal Journal { get; }

    public IFeed Feed { get; }

    public IUsageLedger Usage { get; }

    public IDeliveryLog Deliveries { get; }

    public IFeedTail FeedTail { get; }

    public IJournalTail Tail { get; }

    public IStoreSql Audit { get; }
    public IDocumentStore Documents { get; }

    public CommitWriter<StateGroup> StateWriter { get; }

    public SqliteReads StateReads { get; }

    public IEnumerable<IStoreHealth> Health => [_journal, _feed, _usage, _sync, StateWriter, _audit, _documents];

    public Task Start(CancellationToken cancellationToken)
    {
        _folder.Lock();
        _folder.Migrate();
        return Task.WhenAll(
            _journal.Start(), _feed.Start(), _usage.Start(), _sync.Start(), StateWriter.Start(), _audit.Start(), _documents.Start()).WaitAsync(cancellationToken);
    }

    public Task Stop(CancellationToken cancellationToken) => Task.WhenAll(
        _journal.Stop(cancellationToken),
        _feed.Stop(cancellationToken),
        _usage.Stop(cancellationToken),
        _sync.Stop(cancellationToken),
        StateWriter.Stop(cancellationToken),
        _audit.Stop(cancellationToken),
        _documents.Stop(cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _feed.DisposeAsync();
        await _usage.DisposeAsync();
        await _sync.DisposeAsync();
        await StateWriter.DisposeAsync();
        await _audit.DisposeAsync();
        await _documents.DisposeAsync();
        _folder.Dispose();
    }
}
