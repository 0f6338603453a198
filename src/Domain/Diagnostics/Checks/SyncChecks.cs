using System.Collections.Immutable;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Orders;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Checks whether the plugin can see the seller's orders.</summary>
internal static class SyncChecks
{
    /// <summary>How long a feed may accept nothing before it is reported.</summary>
    public static readonly TimeSpan LongSilence = TimeSpan.FromHours(24);

    /// <summary>Events that arrive this long after their own time are late.</summary>
    public static readonly TimeSpan LongLag = TimeSpan.FromHours(1);

    private static readonly TimeSpan History = TimeSpan.FromDays(7);

    public static DiagnosisCheck Window { get; } = new("sync_window", EvidenceSources.Feed | EvidenceSources.Installation, ObserveWindow);

    public static DiagnosisCheck Feed { get; } = new("feed", EvidenceSources.Feed, ObserveFeed);

    private static Observation ObserveWindow(DiagnosisEvidence evidence)
    {
        var (feed, hours) = (evidence.Feed!, evidence.Installation!.SyncWindowHours);
        var facts = Of(
            ("sync_window_hours", Text(hours)),
            ("orders", Text(feed.Orders)),
            ("orders_outside", Text(feed.OutsideWindow)),
            ("oldest_outside", Text(feed.OldestOutside))
        );
        return Observation.Of(
            facts,
            hours is null || feed.OutsideWindow == 0
                ? null
                : new Finding(
                    FindingCodes.WindowHidesOrders,
                    FindingForce.StopsSome,
                    CauseTexts.WindowHidesOrders(hours, feed.OutsideWindow),
                    facts,
                    Widen(evidence, feed)
                )
                {
                    AffectedOrders = feed.Outside.IsDefault ? [] : feed.Outside,
                    ExplainedCodes = [SyncRefusals.OutsideSyncWindow, SyncRefusals.OrderNotFound],
                }
        );
    }

    /// <summary>Widens the window just enough for the oldest order; removes it for orders without a window.</summary>
    private static Fix Widen(DiagnosisEvidence evidence, FeedHealth feed)
    {
        var needed = feed.OldestOutside is { } oldest
            ? (int)Math.Min(int.MaxValue, Math.Ceiling((evidence.Now - oldest).TotalHours) + 1)
            : int.MaxValue;
        int? hours = needed <= Installation.MaxSyncWindowHours ? needed : null;
        var action = hours is null ? FixTexts.OpenSyncWindow : FixTexts.WidenSyncWindow(hours);
        return Fixes.SyncWindow(evidence.Id, action, hours);
    }

    private static Observation ObserveFeed(DiagnosisEvidence evidence)
    {
        var feed = evidence.Feed!;
        var facts = Of(
            ("head", Text(feed.Head)),
            ("newest_event_at", Text(feed.NewestEventAt)),
            ("last_accepted_at", Text(feed.LastAcceptedAt)),
            ("silent_seconds", feed.LastAcceptedAt is { } at ? Text((long)(evidence.Now - at).TotalSeconds) : null),
            ("lag_seconds", Lag(feed) is { } lag ? Text((long)lag.TotalSeconds) : null),
            ("awaiting_creation", Text(feed.AwaitingCreation))
        );
        return Observation.Of(facts, Silent(evidence, feed, facts), Late(feed, facts), Waiting(feed, facts));
    }

    private static Finding? Silent(DiagnosisEvidence evidence, FeedHealth feed, ImmutableSortedDictionary<string, string> facts)
    {
        if (evidence.Now - feed.LastAcceptedAt < LongSilence)
        {
            return null;
        }

        return new Finding(
            FindingCodes.FeedSilent,
            FindingForce.Advises,
            feed.LastAcceptedAt is null ? CauseTexts.FeedEmpty : CauseTexts.FeedSilent,
            facts,
            Fixes.By(Fixes.Platform, FixTexts.SendEvents)
        );
    }

    private static Finding? Late(FeedHealth feed, ImmutableSortedDictionary<string, string> facts) =>
        Lag(feed) is { } lag && lag > LongLag
            ? new Finding(
                FindingCodes.FeedLags,
                FindingForce.Threatens,
                CauseTexts.FeedLate((long)lag.TotalMinutes),
                facts,
                Fixes.By(Fixes.Platform, FixTexts.CatchUp)
            )
            : null;

    private static Finding? Waiting(FeedHealth feed, ImmutableSortedDictionary<string, string> facts) =>
        feed.AwaitingCreation > 0
            ? new Finding(
                FindingCodes.FeedAwaitsOrders,
                FindingForce.Threatens,
                CauseTexts.OrdersAwaitCreation(feed.AwaitingCreation),
                facts,
                Fixes.By(Fixes.Platform, FixTexts.SendCreations)
            )
            {
                AffectedOrders = feed.Awaiting.IsDefault ? [] : feed.Awaiting,
                ExplainedCodes = [SyncRefusals.OrderNotFound],
            }
            : null;

    // How long the newest event took to arrive; events of long ago are imported history, not late ones.
    private static TimeSpan? Lag(FeedHealth feed) =>
        feed is { LastAcceptedAt: { } accepted, NewestEventAt: { } @event } && accepted - @event < History ? accepted - @event : null;
}
