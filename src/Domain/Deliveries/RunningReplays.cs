namespace Marketplace.Deliveries;

/// <summary>The replays in progress, each with its position.</summary>
internal sealed class RunningReplays(SavedProgress saved, RetryPolicy policy)
{
    public IReadOnlyList<ReplayProgress> All => saved.Replays;

    /// <summary>When the first of them may be retried; null if none waits.</summary>
    public DateTimeOffset? NextDue => saved.Replays.Select(replay => replay.DueAt).Min();

    /// <summary>The ordering key of its requests.</summary>
    public static string KeyOf(string id) => $"replay/{id}";

    /// <summary>Starts or continues a replay.</summary>
    public ReplayProgress Of(ReplayRequest request)
    {
        if (Find(request.Id) is not { } replay)
        {
            saved.Replays.Add(replay = new ReplayProgress { Id = request.Id, Next = request.FromSeq });
        }

        return replay;
    }

    /// <summary>Drops cancelled and finished replays.</summary>
    public void Keep(IEnumerable<string> wanted)
    {
        var ids = wanted.ToHashSet(StringComparer.Ordinal);
        saved.Replays.RemoveAll(replay => !ids.Contains(replay.Id));
    }

    public void End(string id) => saved.Replays.RemoveAll(replay => replay.Id == id);

    public void Clear() => saved.Replays.Clear();

    /// <summary>Retries all replays at once.</summary>
    public void Resume() => saved.Replays.ForEach(replay => replay.DueAt = null);

    /// <summary>The number of postponed attempts of a replay's request to log now; 0 if they were logged recently.</summary>
    public int CountThrottlesToLog(string id, DateTimeOffset at) =>
        Find(id) is not { } replay ? 1
        : RetryPolicy.ShouldLogThrottling(replay.ThrottledAt, at) ? replay.Throttles + 1
        : 0;

    /// <summary>Continues after the events that a request delivered or gave up; otherwise schedules a retry.</summary>
    public void Step(DeliveryAttempt attempt, AttemptResult result, double chance)
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
        else if (charged && ++replay.Attempts >= policy.Attempts)
        {
            (replay.Failed, replay.Next, replay.Attempts) = (replay.Failed + attempt.Items.Length, attempt.Items[^1].Seq + 1, 0);
        }
        else if (charged)
        {
            replay.DueAt = result.At + policy.PauseAfter(replay.Attempts, chance);
        }
    }

    private ReplayProgress? Find(string id) => saved.Replays.Find(known => known.Id == id);
}
