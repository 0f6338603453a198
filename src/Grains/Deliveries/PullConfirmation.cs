using Marketplace.Deliveries;
using Marketplace.Events;

namespace Marketplace.Grains.Deliveries;

/// <summary>Records that a plugin that pulls has everything up to a position.</summary>
/// <param name="state">The deliveries; nothing may be in flight.</param>
/// <param name="head">The feed's last position.</param>
/// <param name="feed">The seller's feed.</param>
/// <param name="store">The delivery log.</param>
/// <param name="telemetry">Counts what arrived.</param>
/// <param name="time">The clock.</param>
internal sealed class PullConfirmation(
    DeliveryState state,
    FeedHead head,
    IFeedGrain feed,
    DeliveryStore store,
    DeliveryTelemetry telemetry,
    TimeProvider time
)
{
    private const int PageEvents = 1_000;

    private DeliveryProgress Progress => state.Progress;

    /// <summary>Changes the progress and writes it.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The feed is not complete now, or the write is unconfirmed; the progress must be discarded.
    /// </exception>
    public async Task Confirm(long upTo, DeliveryChannel channel)
    {
        DeliveryInvariant.Require(upTo <= head.Seq);
        var now = time.GetUtcNow();
        Progress.Rewind();
        await ConfirmWaiting(upTo, channel, now);
        while (Progress.ReadTo < upTo)
        {
            var page = await feed.ReadEvents(Progress.ReadTo, PageEvents, CancellationToken.None);
            if (page.Events.IsEmpty)
            {
                throw new StoreUnavailableException("The feed is being read again; repeat the call.");
            }

            ConfirmPage(page, upTo, channel, now);
        }

        // A plugin that is answered "confirmed" deletes its copy: no event up to there may be handed out as open.
        DeliveryInvariant.Require(Progress.Cursor >= upTo && Progress.Cursor <= Progress.ReadTo);
        await store.Settle(Progress, null);
        telemetry.Publish();
    }

    /// <summary>Events that the cursor passed while they were pushed.</summary>
    private async Task ConfirmWaiting(long upTo, DeliveryChannel channel, DateTimeOffset now)
    {
        foreach (var waiting in Progress.Waiting.Where(one => one.Seq <= upTo).ToArray())
        {
            var @event = (await feed.ReadEvents(waiting.Seq - 1, 1, CancellationToken.None)).Events[0];
            Progress.Settle(@event, now);
            telemetry.RecordDelivered(@event, channel, now);
            Progress.Log(new DeliveryEntry(waiting.Seq, waiting.Seq, DeliveryOutcome.Acknowledged, channel, now));
        }
    }

    private void ConfirmPage(FeedPage page, long upTo, DeliveryChannel channel, DateTimeOffset now)
    {
        var judged = page
            .Events.Select(@event => (Event: @event, Withheld: DeliveryFilter.Withholds(state.Id, state.Entitlement!, @event, now)))
            .ToArray();
        Progress.Confirm(judged, upTo, channel, now);
        foreach (var (@event, _) in judged.Where(pair => pair.Withheld is null && pair.Event.Seq <= upTo))
        {
            telemetry.RecordDelivered(@event, channel, now);
        }
    }
}
