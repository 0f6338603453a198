using Marketplace.Grains;
using Marketplace.Grains.Audit;
using Marketplace.Grains.Enterprises;
using Marketplace.Grains.Quotas;
using Marketplace.Grains.Sync;
using Marketplace.Storage.Audit;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Quotas;
using Marketplace.Storage.Sync;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>The shared store: tables of one database, one writer for each log and process.</summary>
internal sealed class PostgresStore : IStoreRun, IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly PostgresReads _reads;
    private readonly CommitWriter<JournalGroup> _journal;
    private readonly CommitWriter<FeedGroup> _feed;
    private readonly CommitWriter<UsageSignal> _usage;
    private readonly CommitWriter<DeliveryGroup> _sync;

    public PostgresStore(StorageOptions options, NpgsqlDataSource database, StorageMetrics metrics, ILogger<PostgresStore> logger)
    {
        _database = database;
        var limits = new CommitLimits(options.QueueLimit, options.BatchRows, options.BatchBytes);
        _reads = new PostgresReads(database);
        _journal = new("journal", new PostgresCommitter<JournalGroup>(database, new PostgresJournalInsert()), limits, metrics, logger);
        _feed = new("feed", new PostgresCommitter<FeedGroup>(database, new PostgresFeedInsert()), limits, metrics, logger);
        _usage = new("ledger", new PostgresCommitter<UsageSignal>(database, new PostgresUsageInsert()), limits, metrics, logger);
        _sync = new("sync", new PostgresCommitter<DeliveryGroup>(database, new PostgresDeliveryInsert()), limits, metrics, logger);
        Journal = new Journal(_journal, new PostgresJournalReader(_reads));
        Feed = new Feed(_feed, new PostgresFeedReader(_reads));
        Usage = new UsageLedger(_usage, new PostgresUsageReader(_reads));
        Audit = new PostgresSql(database, _reads);
        Tail = new JournalTail(Audit, JournalTail.PostgresHead);
        Deliveries = new DeliveryLog(_sync, new DeliveryReads(Audit));
        FeedTail = new FeedTail(Audit, Sync.FeedTail.PostgresHead);
        Documents = new PostgresDocumentStore(database, _reads);
    }

    public IJournal Journal { get; }

    public IFeed Feed { get; }

    public IUsageLedger Usage { get; }

    public IDeliveryLog Deliveries { get; }

    public IFeedTail FeedTail { get; }

    public IJournalTail Tail { get; }

    public IStoreSql Audit { get; }
    public IDocumentStore Documents { get; }

    public IEnumerable<IStoreHealth> Health => [_journal, _feed, _usage, _sync];

    public async Task Start(CancellationToken cancellationToken)
    {
        await PostgresSchema.Migrate(_database, cancellationToken);
        await Task.WhenAll(_journal.Start(), _feed.Start(), _usage.Start(), _sync.Start()).WaitAsync(cancellationToken);
    }

    public Task Stop(CancellationToken cancellationToken) =>
        Task.WhenAll(_journal.Stop(cancellationToken), _feed.Stop(cancellationToken), _usage.Stop(cancellationToken), _sync.Stop(cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _feed.DisposeAsync();
        await _usage.DisposeAsync();
        await _sync.DisposeAsync();
        _reads.Dispose();
    }
}
