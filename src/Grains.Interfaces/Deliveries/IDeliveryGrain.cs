using System.Collections.Immutable;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Quotas;
using Orleans.Concurrency;

namespace Marketplace.Deliveries;

/// <summary>
/// Brings one installation its seller's events, by push or pull; logged (setup in the journal, progress in the delivery log). Key:
/// <c>delivery/{seller}/{plugin}</c>. Owns a cursor into the feed: whatever is lost on the way only delays.
/// </summary>
[GrainInterfaceType("delivery")]
public interface IDeliveryGrain : IGrainWithStringKey
{
    /// <summary>
    /// What the installation may have from now on, as its own grain decided; an older version never replaces a newer one.
    /// </summary>
    [Alias("entitle"), AlwaysInterleave]
    Task Entitle(Entitlement entitlement);

    /// <summary>The plugin's endpoint from now on, as its own grain decided; an older version never replaces a newer one.</summary>
    [Alias("share"), AlwaysInterleave]
    Task Share(PluginWebhook webhook);

    /// <summary>What was pushed may not be what is written: begins anew, and asks.</summary>
    [Alias("reload"), AlwaysInterleave]
    Task Reload();

    /// <summary>The seller's feed has grown; returns when the look that follows cannot be lost any more.</summary>
    /// <param name="head">Its last place.</param>
    [Alias("wake"), AlwaysInterleave]
    Task Wake(long head);

    /// <summary>Sees to what is due by now; called for what stands in the delivery log as due, also after a restart.</summary>
    [Alias("look"), AlwaysInterleave]
    Task RunDueWork(CancellationToken cancellationToken);

    /// <summary>How the deliveries stand; null if the installation was never entitled to any.</summary>
    [Alias("status"), AlwaysInterleave]
    Task<DeliveryStatus?> GetStatus(CancellationToken cancellationToken);

    /// <summary>Carries out a command on the setup. A repeat of the operation id changes nothing and gets the setup as it is.</summary>
    [Alias("execute")]
    Task<Outcome<DeliveryStatus>> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>Posts a <c>ping</c> to the endpoint; leaves no trace but in the answer.</summary>
    [Alias("ping"), AlwaysInterleave, ResponseTimeout("00:00:40")]
    Task<Outcome<PingResult>> Ping(CancellationToken cancellationToken);

    /// <summary>The next events after a place, or after the cursor, of which the installation is owed; moves nothing.</summary>
    /// <param name="afterSeq">Null for the cursor.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="orderId">Only events of this order; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    [Alias("consume"), AlwaysInterleave]
    Task<Outcome<EventBatch>> Consume(long? afterSeq, int limit, string? orderId, CancellationToken cancellationToken);

    /// <summary>
    /// The plugin has everything up to a place; refused while events are pushed. A place behind the cursor changes nothing.
    /// </summary>
    [Alias("confirm")]
    Task<Outcome<DeliveryStatus>> Confirm(long upToSeq, DeliveryChannel channel, CancellationToken cancellationToken);

    /// <summary>
    /// Returns when the feed has grown beyond a place, or the patience ends; answers the feed's last place as far as known.
    /// </summary>
    [Alias("wait"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<long> WaitForEvents(long afterSeq, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Events that replays would send, without sending any.</summary>
    [Alias("dry-replay"), AlwaysInterleave]
    Task<Outcome<EventBatch>> DryReplay(ReplayRequest request, int limit, CancellationToken cancellationToken);

    /// <summary>The delivery log, newest first.</summary>
    /// <param name="beforeNo">Rows before this number; <see cref="long.MaxValue"/> for the newest.</param>
    /// <param name="limit">Rows at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    [Alias("attempts"), AlwaysInterleave]
    Task<AttemptPage> ListAttempts(long beforeNo, int limit, CancellationToken cancellationToken);

    /// <summary>What was given up and not delivered since, oldest first.</summary>
    [Alias("dead-letters"), AlwaysInterleave]
    Task<ImmutableArray<DeadEvent>> ListDeadLetters(CancellationToken cancellationToken);

    /// <summary>What was not taken although the cursor has passed it, waiting or given up: by key, the first place.</summary>
    [Alias("open"), AlwaysInterleave]
    Task<ImmutableArray<OpenKey>> ListOpen(CancellationToken cancellationToken);

    /// <summary>What one day's events came to: owed, acknowledged, late, missing by name (R13, R15).</summary>
    [Alias("reconcile"), AlwaysInterleave, ResponseTimeout("00:00:30")]
    Task<Reconciliation> Reconcile(DateOnly day, CancellationToken cancellationToken);

    /// <summary>Everything the delivery log holds of some events, in order (R66).</summary>
    [Alias("hops"), AlwaysInterleave, ResponseTimeout("00:00:30")]
    Task<DeliveryTrace> Trace(ImmutableArray<long> seqs, CancellationToken cancellationToken);
}

/// <summary>How an installation's deliveries stand.</summary>
/// <param name="Setup">What was decided.</param>
/// <param name="Stop">Why nothing is delivered at all; null while the installation runs.</param>
/// <param name="SinceSeq">Events after this place are owed.</param>
/// <param name="Cursor">Everything up to it is delivered, withheld, waits for a further attempt, or is a dead letter.</param>
/// <param name="Head">The feed's last place.</param>
/// <param name="Waiting">Single events that wait for a further attempt.</param>
/// <param name="DeadLetters">Events that were given up and not delivered since.</param>
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
    /// <summary>Since when the endpoint is left alone because everything failed; null while it is not.</summary>
    [Id(7)]
    public DateTimeOffset? BrokenSince { get; init; }

    /// <summary>When it is tried again.</summary>
    [Id(8)]
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When the receiver last took something.</summary>
    [Id(9)]
    public DateTimeOffset? LastAcknowledgedAt { get; init; }

    /// <summary>When the oldest event was accepted that is owed and not acknowledged; null if there is none.</summary>
    [Id(10)]
    public DateTimeOffset? OldestOwedAt { get; init; }

    /// <summary>The error of the last failed attempt since the last success.</summary>
    [Id(11)]
    public string? LastError { get; init; }

    /// <summary>The figures of today and the day before, by day of business.</summary>
    [Id(12)]
    public ImmutableArray<DeliveryFigures> Days { get; init; } = [];

    /// <summary>The schema version that is delivered.</summary>
    [Id(13)]
    public string Schema { get; init; } = string.Empty;

    /// <summary>Events that wait for the installation: owed and not taken, those that wait for a further attempt included.</summary>
    [Id(14)]
    public long Owed { get; init; }

    /// <summary>True if <see cref="Owed"/> may be more, because counting ended before the feed did.</summary>
    [Id(15)]
    public bool OwedIsAtLeast { get; init; }

    /// <summary>Since when the receiver puts attempts off (Retry-After) without having taken one; null if it does not.</summary>
    [Id(16)]
    public DateTimeOffset? ThrottledSince { get; init; }

    /// <summary>
    /// False for a plugin that pulls and never confirmed anything: it does without events, and what it is owed is no error.
    /// </summary>
    public bool IsUsed => Setup.Endpoint is not null || LastAcknowledgedAt is not null;

    /// <summary>Events between cursor and head; some of them may not be owed.</summary>
    public long Backlog => Math.Max(0, Head - Cursor);
}

/// <summary>How a ping went.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.ping")]
public sealed record PingResult(
    [property: Id(0)] string MessageId,
    [property: Id(1)] string? Error,
    [property: Id(2)] int? Status,
    [property: Id(3)] int LatencyMs
);

/// <summary>Some events that an installation is owed.</summary>
/// <param name="Events">In the feed's order.</param>
/// <param name="LastSeq">The last place that was looked at: the next batch begins after it.</param>
/// <param name="Head">The feed's last place.</param>
/// <param name="Cursor">What is confirmed.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.batch")]
public sealed record EventBatch(
    [property: Id(0)] ImmutableArray<PluginEvent> Events,
    [property: Id(1)] long LastSeq,
    [property: Id(2)] long Head,
    [property: Id(3)] long Cursor
)
{
    /// <summary>The schema version to render them in.</summary>
    [Id(4)]
    public string Schema { get; init; } = string.Empty;

    /// <summary>The scopes that are granted: what is in the payload depends on some of them.</summary>
    [Id(5)]
    public ImmutableHashSet<string> Scopes { get; init; } = [];
}

/// <summary>Events of a key that were not taken although the cursor has passed them.</summary>
/// <param name="Key">See <see cref="PluginEvent.Key"/>.</param>
/// <param name="Seq">The first of them.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.open-key")]
public readonly record struct OpenKey([property: Id(0)] string Key, [property: Id(1)] long Seq);

/// <summary>One row's entries, as text (JSON array) in the form of <see cref="DeliveryEntry"/>.</summary>
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
/// <param name="Before">Where the next page begins; null if this is the last.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.attempts")]
public sealed record AttemptPage([property: Id(0)] ImmutableArray<DeliveryRowView> Rows, [property: Id(1)] long? Before);

/// <summary>What the delivery log holds of some events.</summary>
/// <param name="Rows">The rows that name them, whole and in order, so that their hashes can be checked.</param>
/// <param name="Status">How the deliveries stand; null if there were never any.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.delivery.trace")]
public sealed record DeliveryTrace([property: Id(0)] ImmutableArray<DeliveryRowView> Rows, [property: Id(1)] DeliveryStatus? Status);
