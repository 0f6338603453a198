using Marketplace.Deliveries;
using Marketplace.Events;

namespace Marketplace.Grains.Deliveries;

/// <summary>Reads the feed ahead of the cursor and starts the requests that may go now, step by step. Part of the loop.</summary>
/// <param name="state">The deliveries.</param>
/// <param name="setup">Ends finished replays.</param>
/// <param name="store">Must accept a write before anything is sent.</param>
/// <param name="requests">The requests in flight.</param>
/// <param name="head">The feed's last position.</param>
/// <param name="feed">The seller's feed.</param>
/// <param name="time">The clock.</param>
internal sealed class DeliveryDispatcher(
    DeliveryState state,
    DeliverySetupChanges setup,
    DeliveryStore store,
    DeliveryRequests requests,
    FeedHead head,
    IFeedGrain feed,
    TimeProvider time
)
{
    private const int PageEvents = 256;

    private readonly ReplayReader _replays = new(state, feed);

    /// <summary>True if the feed has events that may be read ahead.</summary>
    public bool CanReadOn =>
        state.Endpoint is { } endpoint
        && (
            state.IsStopped
                ? Progress.WantsLifecycle && Progress.ScannedTo < head.Seq
                : Progress.WantsEvents(endpoint.Ordering) && Progress.ReadTo < head.Seq
        );

    private DeliveryProgress Progress => state.Progress;

    private (long ReadTo, long Cursor, long ScannedTo) Position => (Progress.ReadTo, Progress.Cursor, Progress.ScannedTo);

    /// <summary>Reads at most one page, so that signals do not wait long, and starts what may be sent.</summary>
    /// <returns>True if another step can do more without a signal.</returns>
    public async Task<bool> Step()
    {
        if (state.Endpoint is null)
        {
            return false;
        }

        var before = Position;
        if (CanReadOn)
        {
            await (state.IsStopped ? ScanPage() : ReadPage());
        }

        // The clock may have stopped the installation, or started it again, while the page was read.
        while (state.Endpoint is { } endpoint && Next(endpoint) is { } attempt)
        {
            await Start(attempt);
        }

        return await StartReplays() || (Position != before && CanReadOn);
    }

    /// <summary>While the installation is stopped, queues its lifecycle events, whatever else waits before them.</summary>
    private async Task ScanPage()
    {
        var page = await feed.ReadEvents(Progress.ScannedTo, PageEvents, CancellationToken.None);
        foreach (var @event in page.Events)
        {
            if (!Progress.WantsLifecycle || !Progress.TryScan(@event, IsOwnLifecycle(@event)))
            {
                return;
            }
        }
    }

    private bool IsOwnLifecycle(PluginEvent @event) => @event.IsFor(state.Id) && state.Endpoint?.Wants(@event.Type) != false;

    private async Task ReadPage()
    {
        var page = await feed.ReadEvents(Progress.ReadTo, PageEvents, CancellationToken.None);
        var now = time.GetUtcNow();
        if (state is not { IsStopped: false, Entitlement: { } entitlement, Endpoint: { } endpoint })
        {
            // Judged now, an expired grant would withhold events for good that only have to wait.
            return;
        }

        foreach (var @event in page.Events)
        {
            // An event left out here would never be sent: the cursor passes it with its successor.
            DeliveryInvariant.Require(@event.Seq == Progress.ReadTo + 1);
            Progress.Add(@event, DeliveryFilter.Withholds(state.Id, entitlement, endpoint, @event, now), now);
        }

        head.Advance(Progress.ReadTo);
    }

    private DeliveryAttempt? Next(DeliveryEndpoint endpoint) =>
        state.IsStopped ? Progress.NextLifecycle(endpoint, time.GetUtcNow()) : Progress.Next(endpoint, time.GetUtcNow());

    private async Task Start(DeliveryAttempt attempt)
    {
        if (!store.OwnsWakeUp)
        {
            // While the store is away every activation would send the events, fail to record that, and leave them to the next one.
            await store.Secure(Progress);
        }

        requests.Start(attempt);
    }

    private async Task<bool> StartReplays()
    {
        var passed = false;
        foreach (var request in state.Setup.Replays)
        {
            passed |= await StartReplay(request);
        }

        return passed;
    }

    /// <returns>True if nothing of the range read was owed: it is this replay's turn again after all others.</returns>
    private async Task<bool> StartReplay(ReplayRequest request)
    {
        var replay = Progress.Replays.GetOrAdd(request);
        var now = time.GetUtcNow();
        if (state is not { IsStopped: false, Endpoint: { } endpoint } || !Progress.Replays.CanStart(replay, now))
        {
            return false;
        }

        var (events, next) = await _replays.ReadNext(request, replay.Next, endpoint.BatchSize, now, CancellationToken.None);
        if (!events.IsEmpty)
        {
            await Start(Progress.Replays.Start(replay, events));
        }
        else if (next is { } position)
        {
            replay.Pass(position);
            return true;
        }
        else
        {
            await setup.FinishReplay(replay);
        }

        return false;
    }
}
