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

    public static DiagnosisCheck Window { get; } = new("sync_window", EvidenceSources.Feed | EvidenceSources.Installation, LookAtWindow);

    public static DiagnosisCheck Feed { get; } = new("feed", EvidenceSources.Feed, LookAtFeed);

    private static Observation LookAtWindow(DiagnosisEvidence evidence)
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
                    new BilingualText(
                        $"同步时间窗为 {hours} 小时，有 {feed.OutsideWindow} 个订单不在窗口内，插件看不到它们。",
                        $"The sync window is {hours} hours; {feed.OutsideWindow} orders lie outside it and the plugin does not see them."
                    ),
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
        var action = hours is null
            ? new BilingualText("将同步时间窗设为全部订单", "Set the sync window to all orders.")
            : new BilingualText($"将同步时间窗扩大到 {hours} 小时", $"Widen the sync window to {hours} hours.");
        return Fixes.SyncWindow(evidence.Id, action, hours);
    }

    private static Observation LookAtFeed(DiagnosisEvidence evidence)
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
            feed.LastAcceptedAt is null
                ? new BilingualText("平台尚未收到该店铺的任何事件。", "The platform has taken no event of this seller yet.")
                : new BilingualText(
                    "平台已超过 24 小时没有收到该店铺的任何事件。",
                    "The platform has taken no event of this seller for more than 24 hours."
                ),
            facts,
            Fixes.By(
                Fixes.Platform,
                "平台发送该店铺的事件：POST /platform/v1/events",
                "Send the seller's events: POST /platform/v1/events."
            )
        );
    }

    private static Finding? Late(FeedHealth feed, ImmutableSortedDictionary<string, string> facts) =>
        Lag(feed) is { } lag && lag > LongLag
            ? new Finding(
                FindingCodes.FeedLags,
                FindingForce.Threatens,
                new BilingualText(
                    $"店铺事件到达平台延迟约 {(long)lag.TotalMinutes} 分钟。",
                    $"The seller's newest event reached the platform some {(long)lag.TotalMinutes} minutes late."
                ),
                facts,
                Fixes.By(Fixes.Platform, "平台补齐积压的事件", "The platform works off its backlog of events.")
            )
            : null;

    private static Finding? Waiting(FeedHealth feed, ImmutableSortedDictionary<string, string> facts) =>
        feed.AwaitingCreation > 0
            ? new Finding(
                FindingCodes.FeedAwaitsOrders,
                FindingForce.Threatens,
                new BilingualText(
                    $"有 {feed.AwaitingCreation} 个订单缺少创建事件，插件看不到它们。",
                    $"Of {feed.AwaitingCreation} orders the creation has not come; the plugin does not see them."
                ),
                facts,
                Fixes.By(Fixes.Platform, "平台补发 order.created 事件", "The platform sends the missing order.created events.")
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
