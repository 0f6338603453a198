using System.Collections.Immutable;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Quotas;
using Orleans.Concurrency;

namespace Marketplace.Deliveries;

/// <summary>
/// Delivers a seller's events to one installation, by push or pull; logged (setup in the journal, progress in the delivery log). Key:
/// <c>delivery/{seller}/{plugin}</c>. Owns a cursor into the feed, so a lost message only delays delivery. Methods
/// interleave that change nothing, and those that only post a signal to the delivery loop.
/// </summary>
[GrainInterfaceType("delivery"), Alias("mp.grain.delivery")]
public interface IDeliveryGrain : IGrainWithStringKey
{
    /// <summary>Applies a new entitlement from the installation's grain; an older version is ignored.</summary>
    [Alias("entitle"), AlwaysInterleave]
    Task Entitle(Entitlement entitlement);

    /// <summary>Applies a new plugin-wide endpoint from its grain; an older version is ignored.</summary>
    [Alias("share"), AlwaysInterleave]
    Task Share(PluginWebhook webhook);

    /// <summary>Discards pushed state that may be older than the stored one, and reloads.</summary>
    [Alias("reload"), AlwaysInterleave]
    Task Reload();

    /// <summary>
    /// Signals that the seller's feed has grown; returns once the events are delivered, or a wake-up for them is durable.
    /// </summary>
    /// <param name="head">Its last position.</param>
    [Alias("wake"), AlwaysInterleave]
    Task Wake(long head);

    /// <summary>Executes due work; called for deliveries due in the delivery log, also after a restart.</summary>
    [Alias("look"), AlwaysInterleave]
    Task RunDueWork(CancellationToken cancellationToken);

    /// <summary>The state of the deliveries; null if the installation was never entitled to any.</summary>
    [Alias("status"), AlwaysInterleave]
    Task<DeliveryStatus?> GetStatus(CancellationToken cancellationToken);

    /// <summary>Executes a command on the setup. A repeat of the operation id gets the current setup and changes nothing.</summary>
    [Alias("execute")]
    Task<Outcome<DeliveryStatus>> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>Posts a <c>ping</c> to the endpoint; recorded nowhere but in the answer.</summary>
    [Alias("ping"), AlwaysInterleave, ResponseTimeout("00:00:40")]
    Task<Outcome<PingResult>> Ping(CancellationToken cancellationToken);

    /// <summary>The next owed events after a position, or after the cursor; changes nothing.</summary>
    /// <param name="afterSeq">Null for the cursor.</param>
    /// <param name="limit">Maximum events.</param>
    /// <param name="orderId">Only events of this order; null for all.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    [Alias("consume"), AlwaysInterleave]
    Task<Outcome<EventBatch>> Consume(long? afterSeq, int limit, string? orderId, CancellationToken cancellationToken);

    /// <summary>
    /// Confirms that the plugin has everything up to a position; refused while events are pushed. A position before the cursor changes
    /// nothing.
    /// </summary>
    [Alias("confirm")]
    Task<Outcome<DeliveryStatus>> Confirm(long upToSeq, DeliveryChannel channel, CancellationToken cancellationToken);

    /// <summary>Returns when the feed has grown beyond a position, or after the patience; returns the feed's last known position.</summary>
    [Alias("wait"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<long> WaitForEvents(long afterSeq, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>The events that replays would send; sends none.</summary>
    [Alias("dry-replay"), AlwaysInterleave]
    Task<Outcome<EventBatch>> DryReplay(ReplayRequest request, int limit, CancellationToken cancellationToken);

    /// <summary>The delivery log, newest first.</summary>
    /// <param name="beforeNo">Rows before this number; <see cref="long.MaxValue"/> for the newest.</param>
    /// <param name="limit">Maximum rows.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    [Alias("attempts"), AlwaysInterleave]
    Task<AttemptPage> ListAttempts(long beforeNo, int limit, CancellationToken cancellationToken);

    /// <summary>Dead letters not delivered since, oldest first.</summary>
    [Alias("dead-letters"), AlwaysInterleave]
    Task<ImmutableArray<DeadEvent>> ListDeadLetters(CancellationToken cancellationToken);

    /// <summary>Events not delivered although the cursor has passed them, waiting or dead: by key, the first position.</summary>
    [Alias("open"), AlwaysInterleave]
    Task<ImmutableArray<OpenKey>> ListOpen(CancellationToken cancellationToken);

    /// <summary>One day's totals: owed, acknowledged, late, missing events (R13, R15).</summary>
    [Alias("reconcile"), AlwaysInterleave, ResponseTimeout("00:00:30")]
    Task<Reconciliation> Reconcile(DateOnly day, CancellationToken cancellationToken);

    /// <summary>All entries of the delivery log about some events, in order (R66).</summary>
    [Alias("hops"), AlwaysInterleave, ResponseTimeout("00:00:30")]
    Task<DeliveryTrace> Trace(ImmutableArray<long> seqs, CancellationToken cancellationToken);
}

/// <summary>The state of an installation's deliveries.</summary>
/// <param name="Setup">The settings.</param>
/// <param name="Stop">Why nothing is delivered at all; null while the installation runs.</param>
/// <param name="SinceSeq">Events after this position are owed.</param>
/// <param name="Cursor">Everything up to here is acknowledged, withheld, waiting for a retry, or a dead letter.</param>
/// <param name="Head">The feed's last position.</param>
/// <param name="Waiting">Events waiting for a retry.</param>
/// <param name="DeadLetters">Dead letters not delivered since.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.status")]
public sealed record DeliveryStatus(
    [property: Id(0)] DeliverySetup Setup,
    [property: Id(1)] Refusal? Stop,
    [property: Id(2)] long SinceSeq,
    [property: Id(3)] long Cursor,
    [property: Id(4)] long Head,
    [property: Id(5)] int Waiting,
    [property: Id(6)] int DeadLetters
)
{
    /// <summary>Since when the endpoint is only probed because everything failed; null while it is not.</summary>
    [Id(7)]
    public DateTimeOffset? BrokenSince { get; init; }

    /// <summary>When it is tried next.</summary>
    [Id(8)]
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When the receiver last accepted an event.</summary>
    [Id(9)]
    public DateTimeOffset? LastAcknowledgedAt { get; init; }

    /// <summary>When the feed accepted the oldest event that is owed and not acknowledged; null if there is none.</summary>
    [Id(10)]
    public DateTimeOffset? OldestOwedAt { get; init; }

    /// <summary>The error of the last failed attempt since the last success.</summary>
    [Id(11)]
    public string? LastError { get; init; }

    /// <summary>The figures of today and yesterday, by business day.</summary>
    [Id(12)]
    public ImmutableArray<DeliveryFigures> Days { get; init; } = [];

    /// <summary>The delivered schema version.</summary>
    [Id(13)]
    public string Schema { get; init; } = string.Empty;

    /// <summary>Events owed and not acknowledged, including those waiting for a retry.</summary>
    [Id(14)]
    public long Owed { get; init; }

    /// <summary>True if <see cref="Owed"/> may be higher, because counting stopped before the end of the feed.</summary>
    [Id(15)]
    public bool OwedIsAtLeast { get; init; }

    /// <summary>Since when the receiver has postponed attempts (Retry-After) without accepting any; null if it does not.</summary>
    [Id(16)]
    public DateTimeOffset? ThrottledSince { get; init; }

    /// <summary>False for a plugin that pulls and never confirmed anything: it does not use events, so its backlog is no error.</summary>
    public bool IsUsed => Setup.Endpoint is not null || LastAcknowledgedAt is not null;

    /// <summary>Events between cursor and head, including ones that are not owed.</summary>
    public long Backlog => Math.Max(0, Head - Cursor);
}

/// <summary>The result of a ping.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.ping")]
public sealed record PingResult(
    [property: Id(0)] string MessageId,
    [property: Id(1)] string? Error,
    [property: Id(2)] int? Status,
    [property: Id(3)] int LatencyMs
);

/// <summary>Some events owed to an installation.</summary>
/// <param name="Events">In feed order.</param>
/// <param name="LastSeq">The last position read: the next batch starts after it.</param>
/// <param name="Head">The feed's last position.</param>
/// <param name="Cursor">The confirmed position.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.batch")]
public sealed record EventBatch(
    [property: Id(0)] ImmutableArray<PluginEvent> Events,
    [property: Id(1)] long LastSeq,
    [property: Id(2)] long Head,
    [property: Id(3)] long Cursor
)
{
    /// <summary>The schema version for rendering.</summary>
    [Id(4)]
    public string Schema { get; init; } = string.Empty;

    /// <summary>The granted scopes: the payload depends on some of them.</summary>
    [Id(5)]
    public ImmutableHashSet<string> Scopes { get; init; } = [];
}

/// <summary>Events of a key that were not delivered although the cursor has passed them.</summary>
/// <param name="Key">See <see cref="PluginEvent.Key"/>.</param>
/// <param name="Seq">The first of them.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.open-key")]
public readonly record struct OpenKey([property: Id(0)] string Key, [property: Id(1)] long Seq);

/// <summary>One row's entries as JSON array, in the form of <see cref="DeliveryEntry"/>.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.row")]
public sealed record DeliveryRowView(
    [property: Id(0)] long No,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] long FirstSeq,
    [property: Id(3)] long LastSeq,
    [property: Id(4)] ReadOnlyMemory<byte> Body,
    [property: Id(5)] ReadOnlyMemory<byte> PreviousHash,
    [property: Id(6)] ReadOnlyMemory<byte> Hash
);

/// <summary>A page of the delivery log, newest first.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Before">Where the next page starts; null if this is the last.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.attempts")]
public sealed record AttemptPage([property: Id(0)] ImmutableArray<DeliveryRowView> Rows, [property: Id(1)] long? Before);

/// <summary>The delivery log's entries about some events.</summary>
/// <param name="Rows">The rows that name them, complete and in order, so that their hashes can be verified.</param>
/// <param name="Status">The state of the deliveries; null if there never were any.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.trace")]
public sealed record DeliveryTrace([property: Id(0)] ImmutableArray<DeliveryRowView> Rows, [property: Id(1)] DeliveryStatus? Status);
