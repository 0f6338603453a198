using System.Diagnostics;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Deliveries;
using Marketplace.Storage.Enterprises;
using Marketplace.Storage.Events;
using Marketplace.Storage.Journal;
using Marketplace.Storage.Quotas;
using Marketplace.Storage.Sql;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>The shared store: tables of one database, one writer for each log and process.</summary>
internal sealed partial class PostgresStore : IStoreRun, IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;

    // The pulse, and the announcement of appends.
    private const int SignalConnections = 2;
    private const int AttemptsToALine = 10;
    private static readonly TimeSpan AttemptPause = TimeSpan.FromMilliseconds(500);

    private readonly StorageOptions _options;
    private readonly ILogger _logger;
    private readonly PostgresPulse _pulse;
    private readonly PostgresAppends _appends;
    private readonly PostgresReads _reads;
    private readonly CommitWriter<JournalGroup> _journal;
    private readonly CommitWriter<FeedGroup> _feed;
    private readonly CommitWriter<UsageSignal> _usage;
    private readonly CommitWriter<DeliveryGroup> _sync;

    public PostgresStore(
        StorageOptions options,
        NpgsqlDataSource database,
        StorageMetrics metrics,
        ILogger<PostgresStore> logger,
        IHostApplicationLifetime? lifetime = null
    )
    {
        _database = database;
        var limits = new CommitLimits(options.QueueLimit, options.BatchRows, options.BatchBytes);
        (_options, _logger) = (options, logger);
        var shared = options.MaxConnections - StorageOptions.IdentityConnections - StorageOptions.WriterConnections - SignalConnections;
        var damage = new PostgresDamage(logger, lifetime);
        _reads = new PostgresReads(database, Math.Max(1, shared * 3 / 4), damage);
        _appends = new PostgresAppends(database, logger);
        _pulse = new PostgresPulse(database, _appends, damage, logger);
        _journal = new(
            "journal",
            new PostgresCommitter<JournalGroup>(database, new PostgresJournalInsert(), damage),
            limits,
            metrics,
            logger,
            _appends.JournalAppended
        );
        _feed = new(
            "feed",
            new PostgresCommitter<FeedGroup>(database, new PostgresFeedInsert(), damage),
            limits,
            metrics,
            logger,
            _appends.FeedAppended
        );
        _usage = new("ledger", new PostgresCommitter<UsageSignal>(database, new PostgresUsageInsert(), damage), limits, metrics, logger);
        _sync = new("sync", new PostgresCommitter<DeliveryGroup>(database, new PostgresDeliveryInsert(), damage), limits, metrics, logger);
        Journal = new JournalLog(_journal, _reads);
        Feed = new FeedLog(_feed, _reads);
        Usage = new UsageLedger(_usage, _reads);
        Audit = new PostgresSql(database, _reads, damage);
        Tail = new JournalTail(_reads, _appends.Journal);
        Deliveries = new DeliveryLog(_sync, _reads);
        FeedTail = new FeedTail(_reads, _appends.Feed);
        Documents = new DocumentStore(Audit);
    }

    public IJournal Journal { get; }

    public IFeed Feed { get; }

    public IUsageLedger Usage { get; }

    public IDeliveryLog Deliveries { get; }

    public IFeedTail FeedTail { get; }

    public IJournalTail Tail { get; }

    public IStoreSql Audit { get; }

    public IDocumentStore Documents { get; }

    public IEnumerable<IStoreHealth> Health => [_journal, _feed, _usage, _sync, _pulse];

    public async Task Start(CancellationToken cancellationToken)
    {
        await WaitForDatabase(cancellationToken);
        await PostgresSchema.Migrate(_database, cancellationToken);
        var findings = new List<Finding>();
        await References(new JournalReader(_reads), _reads).Check(findings.Add, cancellationToken);
        StoreNotTrusted.ThrowIfAny(findings, "in the database");
        await Task.WhenAll(_journal.Start(), _feed.Start(), _usage.Start(), _sync.Start()).WaitAsync(cancellationToken);
        _appends.Start();
        _pulse.Start();
    }

    /// <summary>A database that is started beside this process may need longer than it: the start waits, and says for what.</summary>
    private async Task WaitForDatabase(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = await _database.OpenConnectionAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException e) when (IsNotThereYet(e))
            {
                var target = new NpgsqlConnectionStringBuilder(_options.ConnectionString);
                var cause = (e.InnerException ?? e).Message;
                if (Stopwatch.GetElapsedTime(began) >= _options.StartTimeout)
                {
                    throw new StartRefusedException(
                        $"the database '{target.Database}' at {target.Host}:{target.Port} was not there within "
                            + $"{_options.StartTimeout} ({cause}). Look at "
                            + $"{StorageOptions.Section}:ConnectionString, or let the start wait longer with "
                            + $"{StorageOptions.Section}:StartTimeout.",
                        StartRefusedException.Failed,
                        e
                    );
                }

                if (attempt % AttemptsToALine == 0)
                {
                    LogWaiting(target.Database, target.Host, target.Port, cause, _options.StartTimeout);
                }

                await Task.Delay(AttemptPause, cancellationToken);
            }
        }
    }

    private static bool IsNotThereYet(NpgsqlException e) =>
        e is not PostgresException refused
        || refused.SqlState
            is PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.InvalidCatalogName
                or PostgresErrorCodes.TooManyConnections;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The database '{Database}' at {Host}:{Port} is not there yet ({Cause}); the start waits up to {Limit}"
    )]
    private partial void LogWaiting(string? database, string? host, int port, string cause, TimeSpan limit);

    /// <summary>Looks whether what the journal names is in the other tables.</summary>
    public static References References(IJournalReader journal, PostgresReads reads) =>
        Storage.References.Over(journal, documents: reads, deliveries: reads, feed: reads);

    public Task Stop(CancellationToken cancellationToken) =>
        Task.WhenAll(
            _journal.Stop(cancellationToken),
            _feed.Stop(cancellationToken),
            _usage.Stop(cancellationToken),
            _sync.Stop(cancellationToken)
        );

    public async ValueTask DisposeAsync()
    {
        await _pulse.DisposeAsync();
        await _appends.DisposeAsync();
        await _journal.DisposeAsync();
        await _feed.DisposeAsync();
        await _usage.DisposeAsync();
        await _sync.DisposeAsync();
        _reads.Dispose();
    }
}
