using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Marketplace.Billing;
using Marketplace.Events.Lifecycle;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Risk;

namespace Marketplace.Grains.Quotas;

/// <summary>
/// The counter published by a quota grain in its silo: the pure meter under a lock, with its calls' way into the ledger. Callers in the
/// same process use it without a grain call; the lock serialises all decisions.
/// </summary>
/// <remarks>
/// A counter is closed for good when its grain ends, when the ledger fences it or when a commit fails, because its counts may then be
/// stale. Calls on a closed counter report that, and the caller goes to the grain, which reloads from the ledger.
/// </remarks>
internal sealed class CallCounter(
    InstallationId installation,
    CallMeter meter,
    IUsageLedger ledger,
    TimeProvider time,
    Action<CallCounter> closed,
    QuotaEventPublisher events
) : IUsageSource
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DateOnly, TaskCompletionSource<UsageRow>> _waiting = [];
    private readonly CallErrors _errors = new();
    private readonly RecentCalls _recent = new(time.GetUtcNow());
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<UsageRow>? _inFlight;
    private RiskEvaluator? _watch;
    private string? _tokenId;
    private DateTimeOffset _tokenExpiresAt;
    private DateTimeOffset? _lastCallAt;
    private bool _signalled;
    private bool _closing;
    private bool _closed;

    public InstallationId Installation => installation;

    /// <summary>Decides a call; null if the counter is closed.</summary>
    public Reservation? Reserve(CallIntent intent)
    {
        lock (_lock)
        {
            if (_closing || _closed)
            {
                return null;
            }

            var now = time.GetUtcNow();
            var reservation = ReserveLocked(intent, now);
            RecordGranted(intent, reservation, now);
            return reservation;
        }
    }

    /// <summary>True if writes can be judged here with a fresh baseline.</summary>
    public bool IsWatched()
    {
        lock (_lock)
        {
            return _watch?.IsStale(time.GetUtcNow()) == false;
        }
    }

    /// <summary>Applies the installation's risk state for judging writes.</summary>
    /// <param name="status">Ignored if older than the current one.</param>
    /// <param name="begin">False to apply it only if writes are already judged here.</param>
    public void Watch(RiskStatus status, bool begin)
    {
        lock (_lock)
        {
            _watch?.Load(status);
            _watch ??= begin ? new RiskEvaluator(status) : null;
        }
    }

    /// <summary>
    /// Decides a write: like any call, and by the risk rules. A write blocked by a hold is refused. A write held for the first time has
    /// already returned its permit; refuse it once the hold is recorded.
    /// </summary>
    /// <returns>No reservation if the counter is closed.</returns>
    public (Reservation? Reservation, RiskVerdict Verdict) ReserveWrite(CallIntent intent, RiskRuleSet rules)
    {
        lock (_lock)
        {
            if (_closing || _closed || _watch is null)
            {
                return default;
            }

            var now = time.GetUtcNow();
            var reservation = ReserveLocked(intent, now);
            if (reservation is not Reservation.Granted)
            {
                return (reservation, default);
            }

            var verdict = _watch.Evaluate(intent, meter.Entitlement.Touches, rules, now);
            if (!verdict.IsHeld)
            {
                _watch.Begin(intent, rules, now);
                RecordGranted(intent, reservation, now);
                return (reservation, verdict);
            }

            meter.Withdraw(intent.CallId);
            SignalDrained();
            return verdict.Hold is { } hold
                ? (RefuseLocked(intent, RiskRefusals.Held(hold, installation), now), verdict)
                : (reservation, verdict);
        }
    }

    /// <summary>Records the refusal of a call decided elsewhere; null if the counter is closed.</summary>
    public Reservation? Refuse(CallIntent intent, Refusal refusal)
    {
        lock (_lock)
        {
            return _closed ? null : RefuseLocked(intent, refusal, time.GetUtcNow());
        }
    }

    /// <summary>
    /// Turns a permit into a metered call; completes when its row is durable. For a 4xx answer the permit is returned at once.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The metering of the call is unconfirmed.</exception>
    public ValueTask<Settlement> Settle(in CallReport report)
    {
        lock (_lock)
        {
            if (_closed)
            {
                throw Closed();
            }

            var now = time.GetUtcNow();
            if (!meter.TrySettle(report.CallId, report.Status, (report.ContentType, report.Body), out var call))
            {
                SignalDrained();
                return new(new Settlement(null, default, meter.View(now), QuotaRefusals.ExpiredPermit()));
            }

            _watch?.End(report.CallId, report.Operation, report.Status);
            if (report.Code is not null)
            {
                _errors.Add(new CallError(report.CallId, now, report.Operation, report.Code, report.Status));
            }

            var view = meter.View(now);
            if (call is not { } settled)
            {
                SignalDrained();
                return new(new Settlement(null, default, view, null));
            }

            var durable = Await(settled.Day);
            Signal();
            SignalDrained();
            return WhenDurable(durable, settled, view, meter.MarksAt(settled));
        }
    }

    public void Release(CallFailure failure)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                meter.Release(failure.CallId);
                _watch?.Undo(failure.CallId);
                SignalDrained();
                _errors.Add(new CallError(failure.CallId, time.GetUtcNow(), failure.Operation, failure.Code, failure.Status));
            }
        }
    }

    /// <summary>The day's errors, for the next counter of the installation.</summary>
    public DayErrors Errors()
    {
        lock (_lock)
        {
            return meter.Errors;
        }
    }

    /// <summary>Applies a new entitlement; the next call is judged by it.</summary>
    public void Entitle(Entitlement entitlement)
    {
        ImmutableArray<UsageMark> marks;
        lock (_lock)
        {
            var cap = meter.Entitlement.SpendCap;
            meter.Entitle(entitlement);

            // No call crosses a share that a lower cap has moved below what was spent.
            marks = _closed || meter.Entitlement.SpendCap == cap ? default : meter.Marks(time.GetUtcNow());
        }

        events.Alert(installation, marks);
    }

    /// <summary>The counters; null if the counter is closed.</summary>
    public QuotaView? View()
    {
        lock (_lock)
        {
            return _closed ? null : meter.View(time.GetUtcNow());
        }
    }

    /// <summary>The counters for the holder of a token, or a refusal; null if the counter is closed.</summary>
    public Outcome<QuotaView>? GetCounters(TokenStamp token)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return null;
            }

            // Check the token first: some endpoints stay open while the installation is stopped, but never for a dead token.
            if (meter.Entitlement.HasEnded(token))
            {
                return QuotaRefusals.Token();
            }

            var now = time.GetUtcNow();
            return meter.StopOf(token, now) is { } refusal ? refusal : meter.View(now);
        }
    }

    /// <summary>The counters regardless of stops; null for a dead token.</summary>
    /// <returns>False if the counter is closed.</returns>
    public bool TryShow(TokenStamp token, out QuotaView? view)
    {
        lock (_lock)
        {
            view = _closed || meter.Entitlement.HasEnded(token) ? null : meter.View(time.GetUtcNow());
            return !_closed;
        }
    }

    /// <summary>Counters and prices for the seller; null if the counter is closed.</summary>
    public SellerUsage? Usage()
    {
        lock (_lock)
        {
            return _closed ? null : new SellerUsage(meter.View(time.GetUtcNow()), meter.Prices(time.GetUtcNow()), InspectLocked());
        }
    }

    public QuotaInspection Inspect()
    {
        lock (_lock)
        {
            return InspectLocked();
        }
    }

    /// <summary>
    /// Stops accepting calls, lets those in flight finish, and closes. Returns when all of them are in the ledger or have failed, after
    /// <paramref name="patience"/> at the latest; calls still open then are not counted.
    /// </summary>
    public async Task Close(TimeSpan patience)
    {
        Task drained;
        lock (_lock)
        {
            _closing = true;
            drained = _closed || meter.IsIdle ? Task.CompletedTask : _drained.Task;
        }

        await drained.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _closed = true;
        }
    }

    UsageRow? IUsageSource.CutRow()
    {
        lock (_lock)
        {
            _signalled = false;
            try
            {
                var row = meter.CutRow();
                if (row is not null)
                {
                    _waiting.Remove(row.Day, out _inFlight);
                }

                return row;
            }
            catch (Exception e)
            {
                // Calls without a row must not be answered by the next one.
                AbandonLocked(new StoreUnavailableException("The calls could not be written down; they were not acknowledged.", e));
                return null;
            }
        }
    }

    void IUsageSource.Committed(UsageRow row)
    {
        TaskCompletionSource<UsageRow>? done = null;
        try
        {
            lock (_lock)
            {
                (done, _inFlight) = (_inFlight, null);
                meter.Committed(row);
                if (meter.HasPending)
                {
                    Signal();
                }

                SignalDrained();
            }
        }
        finally
        {
            // The row is durable, whatever else fails here.
            done?.TrySetResult(row);
        }
    }

    void IUsageSource.Fenced(UsageRow row) =>
        Abandon(new StoreUnavailableException($"{installation} is counted by another activation; repeat the call."));

    void IUsageSource.Failed(UsageRow row, Exception cause) =>
        Abandon(new StoreUnavailableException("The usage ledger is unavailable; the call was not acknowledged.", cause));

    private Reservation ReserveLocked(CallIntent intent, DateTimeOffset now)
    {
        (_tokenId, _tokenExpiresAt, _lastCallAt) = (intent.TokenId, intent.TokenExpiresAt, now);
        var reservation = meter.Reserve(intent, now);
        if (reservation is Reservation.Refused { Refusal: var refusal })
        {
            _errors.Add(new CallError(intent.CallId, now, intent.Operation, refusal.Code, 0, intent.Scope, refusal.Limit));
        }

        return reservation;
    }

    private QuotaInspection InspectLocked()
    {
        var now = time.GetUtcNow();
        return new QuotaInspection(
            meter.View(now),
            _tokenId,
            _tokenId is null ? null : _tokenExpiresAt,
            _lastCallAt,
            _errors.NewestFirst(),
            ledger.IsAccepting,
            _recent.Rate(now),
            _recent.Since
        );
    }

    private void RecordGranted(CallIntent intent, Reservation reservation, DateTimeOffset now)
    {
        if (intent.Billable && reservation is Reservation.Granted)
        {
            _recent.Record(now);
        }
    }

    private Reservation.Refused RefuseLocked(CallIntent intent, Refusal refusal, DateTimeOffset now)
    {
        _errors.Add(new CallError(intent.CallId, now, intent.Operation, refusal.Code, 0, intent.Scope, refusal.Limit));
        return new Reservation.Refused(refusal, meter.View(now));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Settlement> WhenDurable(
        Task<UsageRow> durable,
        SettledCall call,
        QuotaView view,
        ImmutableArray<UsageMark> marks
    )
    {
        var row = await durable;
        events.Alert(installation, marks);
        if (QuotaMarks.IsMark(call.Number, view.DailyLimit))
        {
            events.Publish(installation, call.Day, call.Number, view.DailyLimit);
        }

        return new Settlement(call, row.Hash, view, null);
    }

    private Task<UsageRow> Await(DateOnly day)
    {
        if (!_waiting.TryGetValue(day, out var waiting))
        {
            _waiting[day] = waiting = new TaskCompletionSource<UsageRow>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return waiting.Task;
    }

    private void Signal()
    {
        // One row at a time keeps the chain in order; the end of the row in flight signals for calls that arrived meanwhile.
        if (_signalled || _inFlight is not null)
        {
            return;
        }

        _signalled = ledger.Signal(this);
        if (!_signalled)
        {
            AbandonLocked(new StoreUnavailableException("The usage ledger accepts no calls now."));
        }
    }

    private void SignalDrained()
    {
        if (_closing && meter.IsIdle)
        {
            _drained.TrySetResult();
        }
    }

    private void Abandon(StoreUnavailableException cause)
    {
        lock (_lock)
        {
            AbandonLocked(cause);
        }
    }

    private void AbandonLocked(StoreUnavailableException cause)
    {
        _closed = true;
        foreach (var waiting in _waiting.Values.Append(_inFlight).OfType<TaskCompletionSource<UsageRow>>())
        {
            waiting.TrySetException(cause);
        }

        _waiting.Clear();
        _inFlight = null;
        _drained.TrySetResult();
        closed(this);
    }

    private StoreUnavailableException Closed() => new($"The counter of {installation} has moved; the call was not metered.");
}
