using Marketplace.Deliveries;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// The work of the loop. A run begins when there may be something to deliver, and settles when nothing is left to do now: then one row with
/// the outcomes, the resulting state and the next wake-up is written. A call that brought events is secured by that row, or if a receiver
/// is slow, by a wake-up written on its own: from then on the events are delivered although this process ends.
/// </summary>
/// <param name="state">The deliveries; the loop alone changes them.</param>
/// <param name="store">The delivery log.</param>
/// <param name="setup">Parks the endpoint.</param>
/// <param name="dispatcher">Starts requests.</param>
/// <param name="sources">The grains that know entitlement, endpoint and events.</param>
/// <param name="telemetry">Gauges and counters.</param>
/// <param name="options">Lease and patience.</param>
/// <param name="keepAlive">Keeps the activation for a time without calls.</param>
/// <param name="time">The clock.</param>
internal sealed class DeliveryRun(
    DeliveryState state,
    DeliveryStore store,
    DeliverySetupChanges setup,
    DeliveryDispatcher dispatcher,
    DeliverySources sources,
    DeliveryTelemetry telemetry,
    DeliveryOptions options,
    Action<TimeSpan> keepAlive,
    TimeProvider time
) : ILoopWork
{
    // Later wake-ups come from the delivery log.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    // Something that is due and cannot be started must not make the loop spin.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    // Longer than the longest lease, in which a run asks for it again.
    private static readonly TimeSpan KeptAlive = TimeSpan.FromMinutes(30);

    private readonly List<TaskCompletionSource> _unsecured = [];
    private readonly List<TaskCompletionSource> _whenIdle = [];
    private readonly RealTimer _secureAt = new();
    private readonly RealTimer _dueAt = new();
    private readonly RealTimer _prepareAt = new();
    private bool _isRunning;
    private bool _hasMore;
    private bool _hasOutcomes;

    public TimeSpan NextTurnIn => _hasMore ? TimeSpan.Zero : RealTimer.Earlier(_secureAt.Remaining, _dueAt.Remaining);

    private DeliveryProgress Progress => state.Progress;

    /// <summary>Begins a run, if there is an endpoint to send to.</summary>
    /// <param name="patience">How long the caller waits before a wake-up is written on its own.</param>
    /// <param name="secured">Completed when the delivery is secured.</param>
    public void Deliver(TimeSpan patience, TaskCompletionSource secured)
    {
        if (state.Endpoint is null)
        {
            secured.TrySetResult();
            return;
        }

        if (store.IsSecured)
        {
            secured.TrySetResult();
        }
        else
        {
            _unsecured.Add(secured);
        }

        // A new activation secures first: its feed may be cold too, and take long. While stopped, mostly nothing is to be secured.
        Begin(store.OwnsWakeUp || state.IsStopped ? patience : TimeSpan.Zero);
    }

    /// <summary>Begins a run, whether or not there is something to send: a wake-up that is due must be put off.</summary>
    /// <param name="patience">How long the run may last before a wake-up is written on its own.</param>
    public void Begin(TimeSpan patience)
    {
        _dueAt.Clear();
        _secureAt.SetEarlier(patience);
        _isRunning = true;
    }

    /// <summary>Begins a run or, if one is under way, lets it find out again what it may have missed.</summary>
    /// <param name="patience">How long the run may last before a wake-up is written on its own.</param>
    public void BeginPrepared(TimeSpan patience)
    {
        _prepareAt.Clear();
        Begin(patience);
    }

    /// <summary>Completes a task when no request is in flight.</summary>
    public void WhenIdle(TaskCompletionSource idle)
    {
        _whenIdle.Add(idle);
        ReleaseIdle();
    }

    /// <summary>Records how a request ended.</summary>
    public void OnRequestEnded(RequestEnd end)
    {
        _hasOutcomes = true;
        switch (end)
        {
            case RequestEnd.Sent sent:
                Progress.Complete(sent.Attempt, sent.Result, Random.Shared.NextDouble());
                telemetry.RecordAttempt(sent.Attempt, sent.Result);
                break;
            case RequestEnd.Withheld withheld:
                Progress.Withdraw(withheld.Attempt, withheld.Event, withheld.Reason, time.GetUtcNow());
                break;
            case RequestEnd.NotSent:
                Progress.Abandon(end.Attempt);
                break;
            case RequestEnd.Failed failed:
                throw new StoreUnavailableException("The events of a request could not be read.", failed.Cause);
            default:
                throw new InvalidOperationException($"No handling of {end.GetType().Name}.");
        }
    }

    public async Task Turn()
    {
        if (_dueAt.HasPassed)
        {
            Begin(options.MarkAfter);
        }

        // Before the step too: a caller who cannot wait must not wait for the feed.
        await SecureIfDue();
        if (_isRunning)
        {
            await Step();
        }

        await SecureIfDue();
        ReleaseIdle();
    }

    public async Task Leave(Exception? cause)
    {
        try
        {
            var isWritten = cause is null && await TryCommit();
            if (state.Endpoint is not null && (!isWritten || (_isRunning && !store.IsSecured)))
            {
                // Also after losing to another activation, which may not know of the events that this one was woken for.
                await store.MarkAtLeaseEndOrEarlier();
            }

            Release(_unsecured);
        }
        catch (Exception e)
        {
            _unsecured.ForEach(waiting => waiting.TrySetException(e));
        }

        Release(_whenIdle);
    }

    /// <summary>Writes what was delivered since the last row, so that it is not sent again because this activation ends in order.</summary>
    private async Task<bool> TryCommit()
    {
        try
        {
            await store.Commit(Progress);
            return true;
        }
        catch (Exception)
        {
            // The next activation sends these events again, as after a crash.
            return false;
        }
    }

    private static void Release(List<TaskCompletionSource> waiting)
    {
        waiting.ForEach(one => one.TrySetResult());
        waiting.Clear();
    }

    private async Task SecureIfDue()
    {
        var isWritten = _isRunning && _secureAt.HasPassed;
        if (isWritten)
        {
            await store.Secure(Progress);
        }

        // Also where the write took longer than the lease: the next one would not be faster.
        if (isWritten || store.IsSecured)
        {
            _secureAt.Clear();
            Release(_unsecured);
        }
    }

    private void ReleaseIdle()
    {
        if (Progress.InFlight == 0)
        {
            Release(_whenIdle);
        }
    }

    private async Task Step()
    {
        // Once in a lease, because a run that always has something to do never settles.
        if (_prepareAt.HasPassed || _prepareAt.Remaining == Timeout.InfiniteTimeSpan)
        {
            // An activation that only sends is not called, and must not be collected for it.
            keepAlive(KeptAlive);
            await Prepare();
            _prepareAt.Clear();
            _prepareAt.SetEarlier(options.Lease);
        }

        _hasMore = await dispatcher.Step();
        if (_hasMore || Progress.InFlight > 0)
        {
            await CommitOutcomes();
        }
        else if (Progress.ParkWanted is { } reason)
        {
            await store.Commit(Progress);
            await setup.Park(reason);
            _hasMore = true;
        }
        else
        {
            await Settle();
        }
    }

    /// <summary>Finds out what may have been missed: the entitlement and the end of the feed.</summary>
    private async Task Prepare()
    {
        await setup.Initialize();

        // The installation pushes its entitlement, but a push may have been lost with its process.
        var current = await sources.ReadEntitlement(CancellationToken.None);
        if (current is not null && !(current.Version <= state.Entitlement?.Version) && state.Apply(current))
        {
            await setup.Initialize();
        }

        state.SwitchEndpoint();
        Progress.Replays.KeepOnly(state.Setup.Replays.Select(replay => replay.Id));
        await sources.Head.Refresh(CancellationToken.None);
    }

    // What several requests brought meanwhile is one row. Events that were only withheld wait for the next outcome.
    private async Task CommitOutcomes()
    {
        if (_hasOutcomes)
        {
            _hasOutcomes = false;
            await store.Commit(Progress);
            telemetry.PublishIfOlder();
        }
    }

    private async Task Settle()
    {
        DeliveryInvariant.Require(Progress.InFlight == 0);
        if (await HasFeedGrown())
        {
            _hasMore = true;
            return;
        }

        var due = state.NextDue;
        if (dispatcher.CanReadOn && !(due < time.GetUtcNow() + options.Lease))
        {
            // The feed gave no events although it has some, because it is being read again: it must be asked again.
            due = time.GetUtcNow() + options.Lease;
        }

        await store.Settle(Progress, due);
        (_isRunning, _hasOutcomes) = (false, false);
        _prepareAt.Clear();
        _secureAt.Clear();
        Release(_unsecured);
        if (due - time.GetUtcNow() is { } wait && wait < LongestWait)
        {
            _dueAt.SetEarlier(wait > ShortestWait ? wait : ShortestWait);
        }

        telemetry.Publish();
    }

    /// <summary>
    /// Asks for the end of the feed before a wake-up is replaced: it may be one of another activation, which was woken for events that this
    /// one does not know.
    /// </summary>
    private async Task<bool> HasFeedGrown()
    {
        var known = sources.Head.Seq;
        try
        {
            return await sources.Head.Refresh(CancellationToken.None) > known && dispatcher.CanReadOn;
        }
        catch (Exception)
        {
            // The activation ends; what was delivered must not be sent again for it.
            await store.Commit(Progress);
            throw;
        }
    }
}
