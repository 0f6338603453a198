using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Schemas;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// Setup is logged in the journal, progress in the delivery log, each before anybody is told. Sending runs beside the calls, in the grain's
/// own turns; whatever fails in the store ends the activation, and the next one goes on from what is written.
/// </summary>
[GrainType("delivery")]
internal sealed partial class DeliveryGrain : Grain, IDeliveryGrain, IDeliveryHost
{
    private readonly IJournal _journal;
    private readonly IDeliveryLog _deliveryLog;
    private readonly IEventSender _sender;
    private readonly DeliveryOptions _options;
    private readonly SchemaVersions _schemas;
    private readonly MarketCalendar _calendar;
    private readonly SyncMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<DeliveryGrain> _logger;
    private readonly List<TaskCompletionSource> _listeners = [];
    private DeliveryStore? _store;
    private DeliveryPump? _pump;
    private DeliveryRuns? _runs;
    private DeliveryReading? _reading;
    private DeliveryNews? _news;
    private Task? _beginning;
    private PluginWebhook _shared = PluginWebhook.None;

    public DeliveryGrain(
        IJournal journal,
        IDeliveryLog deliveryLog,
        IEventSender sender,
        IOptions<DeliveryOptions> options,
        SchemaVersions schemas,
        MarketCalendar calendar,
        SyncMetrics metrics,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
        ILogger<DeliveryGrain> logger
    )
    {
        (_journal, _deliveryLog, _sender, _calendar, _metrics, _time, _logger) = (
            journal,
            deliveryLog,
            sender,
            calendar,
            metrics,
            time,
            logger
        );
        (_options, _schemas) = (options.Value, schemas);
        Progress = new DeliveryProgress(new SavedProgress(), _options.Policy, calendar);
    }

    public InstallationId Id { get; private set; }

    public DeliveryEndpoint? Endpoint =>
        Setup.Parking is null && (!IsStopped || DeliveryFilter.LetsLifecycle(Right, _options.ServedRegion)) ? Setup.Endpoint : null;

    public bool IsStopped => Stop(_time.GetUtcNow()) is not null;

    /// <summary>What is in force: the installation's own endpoint, else the plugin's.</summary>
    public DeliverySetup Setup => Own.State.With(_shared);

    public Entitlement? Right { get; private set; }

    public DeliveryProgress Progress { get; private set; }

    public long Head { get; private set; }

    // What the installation itself has; what is in force is in Setup.
    private EventSourcedEntity<DeliverySetup> Own =>
        field ??= new(_journal, this.GetPrimaryKeyString(), _time, End, DeliverySetup.None, static (setup, fact) =>
            setup.Evolve(FactOf(fact), fact.At)
        );

    private DeliveryStore Store => _store ??= new DeliveryStore(_deliveryLog, Id, _time);

    private IFeedGrain Feed => GrainFactory.GetFeed(Id.Seller);

    private DeliveryPump Pump => _pump ??= new DeliveryPump(this, Feed, _sender, _time);

    private DeliveryRuns Runs => _runs ??= new DeliveryRuns(this, Pump, _time);

    private DeliveryReading Reading => _reading ??= new DeliveryReading(this, Feed, _deliveryLog, _calendar);

    private DeliveryNews News => _news ??= new DeliveryNews(this, Reading, _metrics, _time, _logger);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Id = GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString());
        await Own.Load(cancellationToken);
        Progress = new DeliveryProgress(await Store.Load(cancellationToken), _options.Policy, _calendar);
        Right = await GrainFactory.GetGrain<IInstallationGrain>(GrainKeys.Of(Id)).GetEntitlement(cancellationToken);
        Take(await ReadShared());
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _listeners.ForEach(listener => listener.TrySetResult());
        _metrics.Left(Id);
        if (_runs is not null)
        {
            await _runs.Leave(cancellationToken);
        }

        _pump?.Dispose();

        _store?.Dispose();
    }

    public async Task Entitle(Entitlement entitlement)
    {
        if (Right?.EnabledAt != entitlement.EnabledAt)
        {
            // Before it was enabled nobody told it of the plugin's endpoint.
            Take(await ReadShared());
        }

        if (Right is null || entitlement.Version >= Right.Version)
        {
            Right = entitlement;
            Progress.Reread();
            _runs?.Reconsider();
        }

        if (!IsStopped)
        {
            await GoOn();
        }
        else if (Endpoint is not null)
        {
            // A pause must not wait for what the plugin is still to be told.
            Runs.Start();
        }
    }

    public async Task Share(PluginWebhook webhook)
    {
        Take(webhook);
        await GoOn();
    }

    public Task Reload()
    {
        _runs?.End();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task Wake(long head)
    {
        Head = Math.Max(Head, head);
        _listeners.ForEach(listener => listener.TrySetResult());
        _listeners.Clear();
        await GoOn();
    }

    public async Task RunDueWork(CancellationToken cancellationToken)
    {
        Head = Math.Max(Head, await Feed.GetHead(cancellationToken));
        Runs.Start();
    }

    public async Task<DeliveryStatus?> GetStatus(CancellationToken cancellationToken) =>
        Right is null ? null : await Status(cancellationToken);

    public async Task<Outcome<DeliveryStatus>> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken)
    {
        if (Right is null)
        {
            return InstallationRefusals.NotFound();
        }

        await EnsureInitialized();
        var wanted = command is DeliveryCommand.Replay replay ? WithinReach(replay) : command;
        var done = await Own.Execute(
            by,
            new EntityCommand<DeliverySetup, DeliveryFact>
            {
                Decide = own => DeliveryRules.Decide(own, _shared, wanted),
                Fingerprint = command.Fingerprint,
                Nothing = new DeliveryFact.NothingChanged(),

                // What follows the facts may be lost with the process: then somebody looks, although nothing else comes.
                BeforeAppend = _ => Guarded(() => Store.Mark(BusyUntil())),
            },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        await (done.Value.IsRepeat ? GoOn() : Follow(wanted, done.Value.Events));
        return await Status(cancellationToken);
    }

    public async Task<Outcome<PingResult>> Ping(CancellationToken cancellationToken)
    {
        if (Setup.Endpoint is not { } endpoint)
        {
            return DeliveryRefusals.NoEndpoint();
        }

        var message = PingMessages.Of(Id, endpoint, Setup, _time.GetUtcNow());
        return await EndpointPing.Post(_sender, new SendTurn(Id, endpoint.Url, isProbe: false), message, cancellationToken);
    }

    public async Task<Outcome<EventBatch>> Consume(long? afterSeq, int limit, string? orderId, CancellationToken cancellationToken)
    {
        if (Stop(_time.GetUtcNow()) is { } stop)
        {
            return DeliveryRefusals.Stopped(stop);
        }

        await EnsureInitialized();
        if (afterSeq > Head)
        {
            Head = Math.Max(Head, await Feed.GetHead(cancellationToken));
            if (afterSeq > Head)
            {
                return SyncRefusals.CursorAhead(Head);
            }
        }

        return await Reading.Consume(afterSeq, limit, orderId, _time.GetUtcNow(), cancellationToken);
    }

    public async Task<Outcome<DeliveryStatus>> Confirm(long upToSeq, DeliveryChannel channel, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (Stop(now) is { } stop)
        {
            return DeliveryRefusals.Stopped(stop);
        }

        if (Setup.Endpoint is not null)
        {
            return DeliveryRefusals.Pushes();
        }

        await EnsureInitialized();
        Head = Math.Max(Head, await Feed.GetHead(cancellationToken));
        if (upToSeq > Head || upToSeq < 0)
        {
            return DeliveryRefusals.Position($"The feed ends at {Head}.", Head);
        }

        // What an endpoint that has been removed was still being sent is over first.
        await Runs.Current;
        await Guarded(async () =>
        {
            await Reading.Confirm(upToSeq, channel, now);
            await Store.Commit(Progress, null);
        });
        await Tell();
        return await Status(cancellationToken);
    }

    public async Task<long> WaitForEvents(long afterSeq, TimeSpan patience, CancellationToken cancellationToken)
    {
        // Before the question: what comes between question and wait must not be missed.
        var listener = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _listeners.Add(listener);
        Head = Math.Max(Head, await Feed.GetHead(cancellationToken));
        if (Head <= afterSeq)
        {
            await listener
                .Task.WaitAsync(patience, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        _listeners.Remove(listener);
        return Head;
    }

    public async Task<Outcome<EventBatch>> DryReplay(ReplayRequest request, int limit, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (Right is not { } right || Stop(now) is not null)
        {
            return DeliveryRefusals.Stopped(Stop(now) ?? InstallationRefusals.NotFound());
        }

        await EnsureInitialized();
        var reach = WithinReach(new DeliveryCommand.Replay(request)).Request;
        var events = await ReplayReading.All(
            Feed,
            Progress,
            reach,
            limit,
            new ReplayRight(Id, right, Setup.Endpoint),
            now,
            cancellationToken
        );
        return Reading.Batch(events, events.IsEmpty ? reach.ToSeq : events[^1].Seq, now);
    }

    public Task<AttemptPage> ListAttempts(long beforeNo, int limit, CancellationToken cancellationToken) =>
        Reading.ListAttempts(beforeNo, limit, cancellationToken);

    public Task<ImmutableArray<DeadEvent>> ListDeadLetters(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<DeadEvent>>([.. Progress.Dead]);

    public Task<ImmutableArray<OpenKey>> ListOpen(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<OpenKey>>([
            .. Progress
                .Waiting.Select(waiting => new OpenKey(waiting.Key, waiting.Seq))
                .Concat(Progress.Dead.Select(dead => new OpenKey(dead.Key, dead.Seq)))
                .GroupBy(open => open.Key, (_, same) => same.MinBy(open => open.Seq)),
        ]);

    public async Task<Reconciliation> Reconcile(DateOnly day, CancellationToken cancellationToken)
    {
        await EnsureInitialized();
        return await Reading.Reconcile(day, _time.GetUtcNow(), cancellationToken);
    }

    public async Task<DeliveryTrace> Trace(ImmutableArray<long> seqs, CancellationToken cancellationToken) =>
        new(await Reading.Trace(seqs, cancellationToken), await GetStatus(cancellationToken));

    string IDeliveryHost.SchemaAt(DateTimeOffset now) => _schemas.ServedTo(Right?.Schema, now);

    double IDeliveryHost.Chance() => Random.Shared.NextDouble();

    async Task IDeliveryHost.Commit()
    {
        await Store.Commit(Progress, BusyUntil());
        if (Progress.InFlight > 0 && !(Store.Due > _time.GetUtcNow()))
        {
            // A request hangs: somebody must still look if this process ends meanwhile.
            await Store.Mark(BusyUntil());
        }

        await News.TellAgain();
    }

    async Task IDeliveryHost.Park(string reason)
    {
        var decision = DeliveryRules.Decide(Own.State, _shared, new DeliveryCommand.Park(reason));
        if (decision.Refusal is null)
        {
            await Own.Append(Initiator.OfMarketplace(OperationId.Internal("park", Own.Version)), decision.Value);
            News.Parked(reason);
        }

        // Refused where the endpoint has been removed meanwhile: then there is nothing to park, and the wish is over too.
        Progress.Park(reason, _time.GetUtcNow());
        await Store.Commit(Progress, null);
    }

    async Task IDeliveryHost.FinishReplay(ReplayProgress replay)
    {
        var decision = DeliveryRules.Decide(Own.State, _shared, new DeliveryCommand.FinishReplay(replay.Id, replay.Sent, replay.Failed));
        if (decision.Refusal is null)
        {
            await Own.Append(Initiator.OfMarketplace(OperationId.Internal("replay", replay.Id)), decision.Value);
        }

        Progress.EndReplay(replay.Id);
    }

    void IDeliveryHost.Note(DeliveryAttempt attempt, AttemptResult result) => News.Note(attempt, result);

    /// <summary>Counts an event that a receiver has taken.</summary>
    internal void Delivered(PluginEvent @event, DeliveryChannel channel, DateTimeOffset at) => News.Delivered(@event, channel, at);

    internal Refusal? Stop(DateTimeOffset now) => DeliveryFilter.Stops(Right, _options.ServedRegion, now);

    /// <summary>True for an event that this enablement is owed: by push, by pull, live and in a replay alike.</summary>
    internal bool IsOwed(PluginEvent @event, DateTimeOffset now) =>
        Right is { } right && @event.Seq > Progress.Since && DeliveryFilter.Withholds(Id, right, @event, now) is null;

    /// <summary>True for an event that it is owed and that has not gone already while it was stopped.</summary>
    internal bool IsAhead(PluginEvent @event, DateTimeOffset now) => IsOwed(@event, now) && !Progress.IsTakenOver(@event);

    /// <summary>
    /// True for an event that waits for this enablement: owed, and where it is pushed, of a type that the endpoint wants.
    /// </summary>
    internal bool IsAwaited(PluginEvent @event, DateTimeOffset now) => IsAhead(@event, now) && Setup.Endpoint?.Wants(@event.Type) != false;

    internal string SchemaAt(DateTimeOffset now) => ((IDeliveryHost)this).SchemaAt(now);

    internal DateTimeOffset? NextDue() =>
        Endpoint is not { } endpoint ? null
        : IsStopped ? Progress.NextLifecycleDue(endpoint.Ordering)
        : Progress.NextDue(endpoint.Ordering);

    internal Task Tell() => News.Tell();

    /// <summary>Is not collected for so long, although nobody calls.</summary>
    internal void KeepAlive(TimeSpan time) => DelayDeactivation(time);

    /// <summary>
    /// Finds out what a run has to know: since when events are owed, what the installation may have, how far the feed reaches.
    /// </summary>
    internal async Task Prepare()
    {
        await EnsureInitialized();
        await Refresh();
        Turn();
        Progress.KeepReplays(Setup.Replays.Select(replay => replay.Id));
        Head = Math.Max(Head, await Feed.GetHead(CancellationToken.None));
    }

    /// <summary>After a run: nothing is left to be done now, and it is written down when there will be.</summary>
    internal async Task ScheduleNextWakeUp()
    {
        if (Store.Due <= _time.GetUtcNow())
        {
            await Store.PutOff(NextDue());
        }
    }

    /// <summary>What a store did not confirm may be there or not: the next activation reads it.</summary>
    internal Task Guarded(Func<Task> work) => Own.EndOnFailure(work);

    private void End(Exception cause)
    {
        LogEnding(cause, this.GetPrimaryKeyString());
        _runs?.End();
        DeactivateOnIdle();
    }

    private DateTimeOffset BusyUntil() => _time.GetUtcNow() + _options.Lease;

    /// <summary>Goes on sending, if there is an endpoint to send to; returns when that cannot be forgotten any more.</summary>
    private async Task GoOn()
    {
        if (Endpoint is null || (IsStopped && !await HasLifecycle()))
        {
            return;
        }

        // A wake-up scheduled beyond the lease is for retries; new events need an earlier one. And one that is due already may be put off
        // by whoever is making it.
        var isNoted = Store.Due > _time.GetUtcNow() && Store.Due <= BusyUntil();
        if ((Progress.BrokenSince is null || Store.Due is null) && !isNoted)
        {
            await Guarded(() => Store.Mark(BusyUntil()));
        }

        Runs.Start();
    }

    private Task<PluginWebhook> ReadShared() =>
        GrainFactory.GetGrain<IPluginWebhookGrain>(GrainKeys.PluginWebhook(Id.Plugin)).Get(CancellationToken.None);

    private void Take(PluginWebhook webhook)
    {
        if (webhook.Version > _shared.Version)
        {
            _shared = webhook;
            Turn();
            _runs?.Reconsider();
        }
    }

    /// <summary>Turns to the endpoint in force, if it is another one than before; written with the next row.</summary>
    /// <returns>True if it is another.</returns>
    private bool Turn() => Setup.Endpoint is not null && Progress.Turn(Setup.SharedRevision ?? 0, _time.GetUtcNow());

    /// <summary>
    /// True if an installation that is stopped has lifecycle events to go; what else comes waits, and nothing is written for it.
    /// </summary>
    private async Task<bool> HasLifecycle()
    {
        await EnsureInitialized();
        await Pump.LookAhead();
        return Progress.HasLifecycle;
    }

    /// <summary>What the installation may have, as it says itself: a push of it may have been lost with its process.</summary>
    private async Task Refresh()
    {
        var current = await GrainFactory.GetGrain<IInstallationGrain>(GrainKeys.Of(Id)).GetEntitlement(CancellationToken.None);
        if (current is not null && (Right is null || current.Version > Right.Version))
        {
            Right = current;
            Progress.Reread();
            await EnsureInitialized();
        }
    }

    /// <summary>Returns when it is known from where on this enablement is owed its seller's events.</summary>
    private Task EnsureInitialized() =>
        Right is { } right && Progress.EnabledAt != right.EnabledAt
            ? _beginning is { IsCompleted: false }
                ? _beginning
                : _beginning = Begin(right)
            : Task.CompletedTask;

    private async Task Begin(Entitlement right)
    {
        var since = await Reading.LastBefore(right.EnabledAt);
        Progress.Begin(right.EnabledAt, since, _time.GetUtcNow());
        await Guarded(() => Store.Commit(Progress, BusyUntil()));
    }

    private DeliveryCommand.Replay WithinReach(DeliveryCommand.Replay replay) =>
        new(replay.Request with { ToSeq = Math.Min(replay.Request.ToSeq, Progress.Cursor) });

    /// <summary>What follows a command's facts.</summary>
    private async Task Follow(DeliveryCommand command, ImmutableArray<DeliveryFact> events)
    {
        var changed = events.Any(@event => @event is not DeliveryFact.NothingChanged);
        if (changed)
        {
            _runs?.Reconsider();
        }

        if (command is DeliveryCommand.SetEndpoint && changed)
        {
            // What was read ahead was judged by the endpoint before.
            Progress.Reread();
        }

        if (
            (command is (DeliveryCommand.SetEndpoint or DeliveryCommand.Resume) && changed)
            || (command is DeliveryCommand.Resume && Progress.IsHeldUp)
        )
        {
            if (!Turn())
            {
                Progress.Resume(_time.GetUtcNow());
            }

            await Guarded(() => Store.Commit(Progress, BusyUntil()));
        }

        await GoOn();
    }

    private async Task<DeliveryStatus> Status(CancellationToken cancellationToken)
    {
        await EnsureInitialized();
        Head = Math.Max(Head, await Feed.GetHead(cancellationToken));
        return await Reading.Status(_time.GetUtcNow(), NextDue(), cancellationToken);
    }

    private static DeliveryFact FactOf(JournalFact fact) => DeliveryFact.Decode(fact.Type, fact.Payload);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Restarting {Delivery} from the log.")]
    private partial void LogEnding(Exception exception, string delivery);
}
