using Marketplace.Grains.Ports;
using Marketplace.Storage.Backup;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Deliveries;
using Marketplace.Storage.Enterprises;
using Marketplace.Storage.Events;
using Marketplace.Storage.Journal;
using Marketplace.Storage.Quotas;
using Marketplace.Storage.Sql;
using Marketplace.Storage.State;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Storage.Sqlite;

/// <summary>The embedded store: a file and a writer for each log, and for what stands beside the logs.</summary>
internal sealed partial class SqliteStore : IStoreRun, IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly IHostApplicationLifetime? _lifetime;
    private readonly DataFolder _folder;
    private readonly CommitWriter<JournalGroup> _journal;
    private readonly CommitWriter<FeedGroup> _feed;
    private readonly CommitWriter<UsageSignal> _usage;
    private readonly CommitWriter<DeliveryGroup> _sync;
    private readonly CommitWriter<SqliteWork> _audit;
    private readonly CommitWriter<SqliteWork> _documents;
    private bool _started;
    private bool _closed;
    private string? _damage;

    public SqliteStore(
        StorageOptions options,
        StorageMetrics metrics,
        ILogger<SqliteStore> logger,
        IHostApplicationLifetime? lifetime = null
    )
    {
        (_logger, _lifetime) = (logger, lifetime);
        _folder = new DataFolder(options.DataFolder, options.CommandTimeout);
        var limits = new CommitLimits(options.QueueLimit, options.BatchRows, options.BatchBytes);
        var (journalAppended, feedAppended) = (new AppendSignal(), new AppendSignal());
        _journal = new(
            "journal",
            new SqliteCommitter<JournalGroup>(_folder.Journal, new SqliteJournalInsert()),
            limits,
            metrics,
            logger,
            journalAppended.Raise
        );
        _feed = new(
            "feed",
            new SqliteCommitter<FeedGroup>(_folder.Feed, new SqliteFeedInsert()),
            limits,
            metrics,
            logger,
            feedAppended.Raise
        );
        _usage = new("ledger", new SqliteCommitter<UsageSignal>(_folder.Usage, new SqliteUsageInsert()), limits, metrics, logger);
        _sync = new("sync", new SqliteCommitter<DeliveryGroup>(_folder.Sync, new SqliteDeliveryInsert()), limits, metrics, logger);
        StateWriter = new("state", new SqliteCommitter<StateGroup>(_folder.State, new SqliteStateInsert()), limits, metrics, logger);
        _audit = new("audit", new SqliteCommitter<SqliteWork>(_folder.Audit, new SqliteWorkInsert()), limits, metrics, logger);
        Journal = new JournalLog(_journal, new SqliteReads(_folder.Journal));
        Feed = new FeedLog(_feed, new SqliteReads(_folder.Feed));
        Usage = new UsageLedger(_usage, new SqliteReads(_folder.Usage));
        Deliveries = new DeliveryLog(_sync, new SqliteReads(_folder.Sync));
        StateReads = new SqliteReads(_folder.State);
        Tail = new JournalTail(new SqliteReads(_folder.Journal), journalAppended);
        FeedTail = new FeedTail(new SqliteReads(_folder.Feed), feedAppended);
        Audit = new SqliteSql(_folder.Audit, _audit);

        // In a file of their own: the facts must not wait for megabytes, nor these for them.
        _documents = new(
            "documents",
            new SqliteCommitter<SqliteWork>(_folder.Documents, new SqliteWorkInsert(SqliteWorkInsert.SecureDelete)),
            limits,
            metrics,
            logger
        );
        Documents = new DocumentStore(new SqliteSql(_folder.Documents, _documents));
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

    public async Task Start(CancellationToken cancellationToken)
    {
        _folder.Lock();
        RestoreMarker.ThrowIfThere(_folder.Path);
        StoreNotTrusted.ThrowIfAny(_folder.Guarded(FolderCheck.Files), _folder.Path);
        _folder.Migrate();
        var findings = _folder.Guarded(FolderCheck.Heads);
        await References(_folder, new JournalReader(new SqliteReads(_folder.Journal))).Check(findings.Add, cancellationToken);
        StoreNotTrusted.ThrowIfAny(findings, _folder.Path);
        StoreHeads.Record(_folder, state: null);
        _started = true;
        foreach (var (_, file) in _folder.Files)
        {
            file.Damaged = EndOn;
        }

        await Task.WhenAll(
                _journal.Start(),
                _feed.Start(),
                _usage.Start(),
                _sync.Start(),
                StateWriter.Start(),
                _audit.Start(),
                _documents.Start()
            )
            .WaitAsync(cancellationToken);
    }

    public async Task Stop(CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            _journal.Stop(cancellationToken),
            _feed.Stop(cancellationToken),
            _usage.Stop(cancellationToken),
            _sync.Stop(cancellationToken),
            StateWriter.Stop(cancellationToken),
            _audit.Stop(cancellationToken),
            _documents.Stop(cancellationToken)
        );
        if (_damage is { } damage)
        {
            // The last word, after all that failed because of it.
            LogDamaged(_folder.Path, damage);
        }

        CloseFiles();
    }

    /// <summary>
    /// Nothing more is served from a damaged file: the process ends, and its exit code keeps a service manager from starting it again and
    /// again.
    /// </summary>
    private void EndOn(string damage)
    {
        if (Interlocked.CompareExchange(ref _damage, damage, null) is not null)
        {
            return;
        }

        LogDamaged(_folder.Path, damage);
        Environment.ExitCode = StartRefusedException.StoreNotTrusted;
        _lifetime?.StopApplication();
    }

    private void CloseFiles()
    {
        if (Interlocked.Exchange(ref _closed, true) || _damage is not null)
        {
            return;
        }

        try
        {
            _folder.Close();
        }
        catch (SqliteException e)
        {
            // A full disk: all is safe in the write-ahead logs, where the next start finds it.
            LogNotClosed(e);
        }
    }

    /// <summary>Looks whether what the journal names is in the other files.</summary>
    public static References References(DataFolder folder, IJournalReader journal) =>
        Storage.References.Over(
            journal,
            documents: new SqliteReads(folder.Documents),
            deliveries: new SqliteReads(folder.Sync),
            feed: new SqliteReads(folder.Feed)
        );

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _feed.DisposeAsync();
        await _usage.DisposeAsync();
        await _sync.DisposeAsync();
        await StateWriter.DisposeAsync();
        await _audit.DisposeAsync();
        await _documents.DisposeAsync();
        if (_started)
        {
            CloseFiles();
        }

        _folder.Dispose();
    }

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The store {Folder} cannot be trusted: {Damage}. The process ends; restore a whole backup (admin restore <folder>)"
    )]
    private partial void LogDamaged(string folder, string damage);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The files could not be closed in order; keep each .db with its .db-wal until the next start"
    )]
    private partial void LogNotClosed(Exception exception);
}
