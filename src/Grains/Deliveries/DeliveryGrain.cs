using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Installations;
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
/// Setup is logged in the journal, progress in the delivery log. One loop changes both: calls that change something post to it and await
/// its answer, and only calls that change nothing interleave. A failure of a store ends the activation; the next one continues from what is
/// stored.
/// </summary>
[GrainType("delivery")]
internal sealed class DeliveryGrain(
    IJournal journal,
    IDeliveryLog deliveryLog,
    EntitlementReader entitlements,
    IEventSender sender,
    IOptions<DeliveryOptions> options,
    SchemaVersions schemas,
    MarketCalendar calendar,
    SyncMetrics metrics,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<DeliveryGrain> logger
) : Grain, IDeliveryGrain
{
    // A removed endpoint may still be answering for so long; then the confirmation must be repeated.
    private static readonly TimeSpan IdlePatience = TimeSpan.FromSeconds(5);

    private Parts? _parts;

    private IDeliveryState State => Deliveries.State;

    private FeedHead Head => Deliveries.Sources.Head;

    private DeliveryLoop Loop => Deliveries.Loop;

    private DeliveryCalls Calls => Deliveries.Calls;

    private DeliveryQueries Queries => Deliveries.Queries;

    private Parts Deliveries => _parts ?? throw new InvalidOperationException("The grain is not activated.");

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var id = GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString());
        var loop = new DeliveryLoop(OnLoopEnded);
        var own = new EventSourcedEntity<DeliverySetup>(
            journal,
            this.GetPrimaryKeyString(),
            time,
            loop.End,
            DeliverySetup.None,
            static (setup, fact) => setup.Evolve(FactOf(fact), fact.At)
        );
        await own.Load(cancellationToken);
        var store = new DeliveryStore(deliveryLog, id, options.Value.Lease, time);
        var progress = new DeliveryProgress(await store.Load(cancellationToken), options.Value.Policy, calendar);
        var state = new DeliveryState(id, own, progress, options.Value.ServedRegion, schemas, time);
        var sources = new DeliverySources(GrainFactory, entitlements, id);
        if (await sources.ReadEntitlement(cancellationToken) is { } entitlement)
        {
            state.Apply(entitlement);
        }

        state.Apply(await sources.ReadShared(cancellationToken));
        _parts = Compose(loop, state, own, store, sources);
        loop.Start(_parts.Run);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_parts is { } parts)
        {
            await parts.Loop.Stop(cancellationToken);
            parts.Requests.Dispose();

            // Last, because the loop publishes until it has ended.
            parts.Telemetry.Remove();
        }
    }

    public Task Entitle(Entitlement entitlement) => PostSecured(secured => Calls.Entitle(entitlement, secured));

    public Task Share(PluginWebhook webhook) => PostSecured(secured => Calls.Share(webhook, secured));

    public Task Reload()
    {
        // A failure, because nothing that follows from an outdated entitlement must be written.
        Loop.End(new StoreUnavailableException("The entitlement may be older than the stored one."));
        return Task.CompletedTask;
    }

    public async Task Wake(long head)
    {
        Head.Advance(head);
        if (State.Endpoint is not null)
        {
            await PostSecured(Calls.Wake);
        }
    }

    public Task RunDueWork(CancellationToken cancellationToken) => Loop.Post(() => Calls.RunDueWork(cancellationToken));

    public async Task<DeliveryStatus?> GetStatus(CancellationToken cancellationToken) =>
        State.Entitlement is null ? null : await ReadStatus(cancellationToken);

    public async Task<Outcome<DeliveryStatus>> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken)
    {
        if (State.Entitlement is null)
        {
            return InstallationRefusals.NotFound();
        }

        Refusal? refusal = null;
        await PostSecured(async secured => refusal = await Calls.Execute(command, by, secured, cancellationToken));
        return refusal is null ? await ReadStatus(cancellationToken) : refusal;
    }

    public async Task<Outcome<PingResult>> Ping(CancellationToken cancellationToken)
    {
        if (State.Setup.Endpoint is not { } endpoint)
        {
            return DeliveryRefusals.NoEndpoint();
        }

        var message = PingMessages.Of(State.Id, endpoint, State.Setup, time.GetUtcNow());
        return await EndpointPing.Post(sender, new SendTurn(State.Id, endpoint.Url, isProbe: false), message, cancellationToken);
    }

    public async Task<Outcome<EventBatch>> Consume(long? afterSeq, int limit, string? orderId, CancellationToken cancellationToken)
    {
        if (State.StopAt(time.GetUtcNow()) is { } stop)
        {
            return DeliveryRefusals.Stopped(stop);
        }

        await EnsureInitialized();
        if (afterSeq > Head.Seq && afterSeq > await Head.Refresh(cancellationToken))
        {
            return SyncRefusals.CursorAhead(Head.Seq);
        }

        var now = time.GetUtcNow();
        return orderId is null
            ? await Queries.Read(afterSeq, limit, now, cancellationToken)
            : await Queries.ReadOrder(orderId, afterSeq, limit, now, cancellationToken);
    }

    public async Task<Outcome<DeliveryStatus>> Confirm(long upToSeq, DeliveryChannel channel, CancellationToken cancellationToken)
    {
        if (State.StopAt(time.GetUtcNow()) is { } stop)
        {
            return DeliveryRefusals.Stopped(stop);
        }

        if (State.Setup.Endpoint is not null)
        {
            return DeliveryRefusals.Pushes();
        }

        var head = await Head.Refresh(cancellationToken);
        if (upToSeq > head || upToSeq < 0)
        {
            return DeliveryRefusals.Position($"The feed ends at {head}.", head);
        }

        // Requests to an endpoint that was removed must end first, because they may deliver the same events.
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Loop.Post(() => Calls.WhenIdle(idle));
        await idle.Task.WaitAsync(IdlePatience, TimeProvider.System, cancellationToken);
        return await Loop.Post(() => Calls.Confirm(upToSeq, channel)) is { } refusal ? refusal : await ReadStatus(cancellationToken);
    }

    public Task<long> WaitForEvents(long afterSeq, TimeSpan patience, CancellationToken cancellationToken) =>
        Head.WaitBeyond(afterSeq, patience, cancellationToken);

    public async Task<Outcome<EventBatch>> DryReplay(ReplayRequest request, int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (State.StopAt(now) is { } stop)
        {
            return DeliveryRefusals.Stopped(stop);
        }

        await EnsureInitialized();
        var bounded = DeliverySetupChanges.Bounded(request, State.Progress);
        var events = await new ReplayReader(State, Deliveries.Sources.Feed).ReadAll(bounded, limit, now, cancellationToken);
        return Queries.Batch(events, events.IsEmpty ? bounded.ToSeq : events[^1].Seq, now);
    }

    public Task<AttemptPage> ListAttempts(long beforeNo, int limit, CancellationToken cancellationToken) =>
        Queries.ListAttempts(beforeNo, limit, cancellationToken);

    public Task<ImmutableArray<DeadEvent>> ListDeadLetters(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<DeadEvent>>([.. State.Progress.Dead]);

    public Task<ImmutableArray<OpenKey>> ListOpen(CancellationToken cancellationToken) => Task.FromResult(Queries.ListOpen());

    public async Task<Reconciliation> Reconcile(DateOnly day, CancellationToken cancellationToken)
    {
        await EnsureInitialized();
        return await Queries.Reconcile(day, time.GetUtcNow(), cancellationToken);
    }

    public async Task<DeliveryTrace> Trace(ImmutableArray<long> seqs, CancellationToken cancellationToken) =>
        new(await Queries.Trace(seqs, cancellationToken), await GetStatus(cancellationToken));

    private static DeliveryFact FactOf(JournalFact fact) => DeliveryFact.Decode(fact.Type, fact.Payload);

    private Parts Compose(
        DeliveryLoop loop,
        DeliveryState state,
        EventSourcedEntity<DeliverySetup> own,
        DeliveryStore store,
        DeliverySources sources
    )
    {
        var (feed, head) = (sources.Feed, sources.Head);
        var queries = new DeliveryQueries(state, head, feed, deliveryLog, calendar);
        var telemetry = new DeliveryTelemetry(state, queries, metrics, time, logger);
        var requests = new DeliveryRequests(state, feed, sender, time, Report);
        var setup = new DeliverySetupChanges(state, own, store, feed, telemetry, time);
        var dispatcher = new DeliveryDispatcher(state, setup, store, requests, head, feed, time);
        var run = new DeliveryRun(state, store, setup, dispatcher, sources, telemetry, options.Value, DelayDeactivation, time);
        var confirmation = new PullConfirmation(state, head, feed, store, telemetry, time);
        var calls = new DeliveryCalls(state, loop, store, setup, confirmation, requests, run, sources, options.Value);
        return new Parts(state, sources, loop, run, calls, queries, requests, telemetry);
    }

    // Nothing is lost if the loop has ended: the next activation sends the events again.
    private async Task Report(RequestEnd end) => await Loop.TryPost(new RequestSignal(end, Deliveries.Run.OnRequestEnded));

    private void OnLoopEnded(Exception? cause)
    {
        Deliveries.Requests.End();

        // A call that waits for events would keep the activation, and with it all calls to the next one, for as long.
        Head.ReleaseListeners();
        if (cause is not null)
        {
            Deliveries.Telemetry.RecordRestart(cause);
            DeactivateOnIdle();
        }
    }

    /// <summary>Runs work in the loop, and returns when the deliveries it releases are secured.</summary>
    private async Task PostSecured(Func<TaskCompletionSource, Task> work)
    {
        var secured = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Loop.Post(() => work(secured));
        await secured.Task;
    }

    /// <summary>Returns when it is known from which position on this enablement is owed its seller's events.</summary>
    private Task EnsureInitialized() => State.NeedsInitialization ? Loop.Post(Calls.Initialize) : Task.CompletedTask;

    private async Task<DeliveryStatus> ReadStatus(CancellationToken cancellationToken)
    {
        await EnsureInitialized();
        await Head.Refresh(cancellationToken);
        return await Queries.ReadStatus(time.GetUtcNow(), cancellationToken);
    }

    /// <summary>What the grain is made of once it is activated.</summary>
    private sealed record Parts(
        IDeliveryState State,
        DeliverySources Sources,
        DeliveryLoop Loop,
        DeliveryRun Run,
        DeliveryCalls Calls,
        DeliveryQueries Queries,
        DeliveryRequests Requests,
        DeliveryTelemetry Telemetry
    );
}
