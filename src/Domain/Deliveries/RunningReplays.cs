using Marketplace.Events;

namespace Marketplace.Deliveries;

/// <summary>
/// The replays in progress, each with its position: part of <see cref="DeliveryProgress"/>, and stored with it. The caller reads a
/// replay's next events and builds its requests from them.
/// </summary>
public sealed class RunningReplays
{
    private readonly SavedProgress _saved;
    private readonly RetryPolicy _policy;
    private readonly EndpointBreaker _breaker;
    private readonly DeliveryWindow _window;
    private readonly UnsettledEvents _unsettled;
    private readonly InFlightRequests _requests;

    internal RunningReplays(
        SavedProgress saved,
        RetryPolicy policy,
        EndpointBreaker breaker,
        DeliveryWindow window,
        UnsettledEvents unsettled,
        InFlightRequests requests
    ) => (_saved, _policy, _breaker, _window, _unsettled, _requests) = (saved, policy, breaker, window, unsettled, requests);

    public IReadOnlyList<ReplayProgress> All => _saved.Replays;

    /// <summary>When the first of them may be retried; null if none waits.</summary>
    internal DateTimeOffset? NextDue => _saved.Replays.Select(replay => replay.DueAt).Min();

    // Nothing else can probe the endpoint.
    private bool IsOnlyProbe => _requests.Count == 0 && _unsettled.Waiting.Count == 0 && _window.Count == 0;

    /// <summary>True if a replay's next request may start now.</summary>
    public bool CanStart(ReplayProgress replay, DateTimeOffset now) =>
        _requests.CanStart(now)
        && (!_breaker.IsOpen || IsOnlyProbe)
        && !(replay.DueAt > now)
        && !_requests.BusyKeys.Contains(KeyOf(replay.Id));

    /// <summary>Starts a request of a replay; <see cref="DeliveryProgress.Complete"/> must end it.</summary>
    /// <param name="replay">The replay.</param>
    /// <param name="events">Its next events, in order.</param>
    public DeliveryAttempt Start(ReplayProgress replay, IEnumerable<PluginEvent> events) =>
        _requests.Start(
            new DeliveryAttempt([.. events.Select(@event => new AttemptItem(@event.Seq, KeyOf(replay.Id), replay.Attempts, @event))])
            {
                Replay = replay.Id,
                IsProbe = _breaker.IsOpen,
            }
        );

    /// <summary>The progress of a replay; a new one starts at its first position.</summary>
    public ReplayProgress GetOrAdd(ReplayRequest request)
    {
        if (Find(request.Id) is not { } replay)
        {
            _saved.Replays.Add(replay = new ReplayProgress { Id = request.Id, Next = request.FromSeq });
        }

        return replay;
    }

    /// <summary>Drops cancelled and finished replays.</summary>
    /// <param name="ids">The replays to keep.</param>
    public void KeepOnly(IEnumerable<string> ids)
    {
        var kept = ids.ToHashSet(StringComparer.Ordinal);
        _saved.Replays.RemoveAll(replay => !kept.Contains(replay.Id));
    }

    /// <summary>Ends a finished or cancelled replay.</summary>
    public void End(string id) => _saved.Replays.RemoveAll(replay => replay.Id == id);

    internal void Clear() => _saved.Replays.Clear();

    /// <summary>Retries all replays at once.</summary>
    internal void Resume() => _saved.Replays.ForEach(replay => replay.DueAt = null);

    /// <summary>The number of postponed attempts of a replay's request to log now; 0 if they were logged recently.</summary>
    internal int CountThrottlesToLog(string id, DateTimeOffset at) =>
        Find(id) is not { } replay ? 1
        : RetryPolicy.ShouldLogThrottling(replay.ThrottledAt, at) ? replay.Throttles + 1
        : 0;

    /// <summary>Continues after the events that a request delivered or gave up; otherwise schedules a retry.</summary>
    internal void RecordOutcome(DeliveryAttempt attempt, AttemptResult result, double chance)
    {
        if (attempt.Replay is not { } id || Find(id) is not { } replay)
        {
            return;
        }

        replay.DueAt = null;
        var charged = !attempt.IsProbe && result.Error != SendErrors.Gone;
        if (result.RetryAfter is { } asked)
        {
            replay.DueAt = result.At + asked;
            (replay.ThrottledAt, replay.Throttles) = RetryPolicy.ShouldLogThrottling(replay.ThrottledAt, result.At)
                ? (result.At, 0)
                : (replay.ThrottledAt, replay.Throttles + 1);
        }
        else if (result.IsAccepted)
        {
            (replay.ThrottledAt, replay.Throttles) = (null, 0);
            (replay.Sent, replay.Next, replay.Attempts) = (replay.Sent + attempt.Items.Length, attempt.Items[^1].Seq + 1, 0);
        }
        else if (charged && ++replay.Attempts >= _policy.Attempts)
        {
            (replay.Failed, replay.Next, replay.Attempts) = (replay.Failed + attempt.Items.Length, attempt.Items[^1].Seq + 1, 0);
        }
        else if (charged)
        {
            replay.DueAt = result.At + _policy.PauseAfter(replay.Attempts, chance);
        }
    }

    // The ordering key of a replay's requests.
    private static string KeyOf(string id) => $"replay/{id}";

    private ReplayProgress? Find(string id) => _saved.Replays.Find(known => known.Id == id);
}
