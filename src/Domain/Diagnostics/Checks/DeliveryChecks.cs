using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Deliveries;
using Marketplace.Events;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Do the seller's events reach the plugin (R13, R15)?</summary>
internal static class DeliveryChecks
{
    /// <summary>How long an owed event may stay unacknowledged before it is reported.</summary>
    public static readonly TimeSpan LongWait = TimeSpan.FromHours(1);

    public static DiagnosisCheck Endpoint { get; } = new("endpoint", EvidenceSources.Delivery, LookAtEndpoint);

    public static DiagnosisCheck Deliveries { get; } = new("deliveries", EvidenceSources.Delivery, LookAtDeliveries);

    private static Observation LookAtEndpoint(DiagnosisEvidence evidence)
    {
        var delivery = evidence.Delivery!;
        var facts = Of(
            ("mode", delivery.Setup.Endpoint is null ? "pull" : "push"),
            ("host", delivery.Setup.Endpoint?.Url.IdnHost),
            ("parked_since", Text(delivery.Setup.Parking?.Since)),
            ("parked_for", delivery.Setup.Parking?.Reason),
            ("broken_since", Text(delivery.BrokenSince)),
            ("next_attempt_at", Text(delivery.NextAttemptAt)),
            ("last_error", delivery.LastError),
            ("backlog", Text(delivery.Backlog))
        );
        return delivery.Setup.Endpoint is null
            ? Observation.Fine(facts)
            : Observation.Of(facts, Parked(evidence, delivery, facts), Failing(delivery, facts));
    }

    private static Finding? Parked(
        DiagnosisEvidence evidence,
        DeliveryEvidence delivery,
        ImmutableSortedDictionary<string, string> facts
    ) =>
        delivery.Setup.Parking is { } parking
            ? new Finding(
                FindingCodes.EndpointParked,
                FindingForce.StopsSome,
                parking.Reason switch
                {
                    ParkReasons.Gone => new BilingualText(
                        "插件的接收地址回答已失效（410），事件推送已暂停，积压的事件全部保留。",
                        "The plugin's address answered that it is gone (410); pushing stands still and what waits is kept."
                    ),
                    ParkReasons.Exhausted => new BilingualText(
                        "约三天内向插件的投递全部失败，事件推送已暂停，积压的事件全部保留。",
                        "Everything failed for about three days; pushing stands still and what waits is kept."
                    ),
                    _ => new BilingualText(
                        "投递失败的事件过多，事件推送已暂停，积压的事件全部保留。",
                        "Too many events had to be given up; pushing stands still and what waits is kept."
                    ),
                },
                facts,
                new Fix(
                    Fixes.Seller,
                    new BilingualText("插件恢复后，恢复推送", "Once the plugin is back, let the deliveries go on."),
                    "POST",
                    Fixes.Of(evidence.Id, "sync/resume"),
                    "{}"
                )
            )
            : null;

    private static Finding? Failing(DeliveryEvidence delivery, ImmutableSortedDictionary<string, string> facts) =>
        delivery is { BrokenSince: { } since, Setup.Parking: null }
            ? new Finding(
                FindingCodes.EndpointFailing,
                FindingForce.StopsSome,
                new BilingualText(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"自 {since:u} 起向插件接收地址的投递全部失败（{delivery.LastError ?? "unknown"}），事件在排队等待。"
                    ),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Since {since:u} everything sent to the plugin's address fails ({delivery.LastError ?? "unknown"}); "
                            + $"its events wait."
                    )
                ),
                facts,
                Fixes.By(
                    Fixes.Developer,
                    "开发者修复接收地址；系统会自动重试",
                    "The developer mends the plugin's address; it is tried again by itself."
                )
            )
            : null;

    private static Observation LookAtDeliveries(DiagnosisEvidence evidence)
    {
        var delivery = evidence.Delivery!;
        var facts = Of([
            ("backlog", Text(delivery.Backlog)),
            ("waiting", Text(delivery.Waiting)),
            ("dead_letters", Text(delivery.DeadLetters)),
            ("given_up_at", Text(delivery.Dead.MaxBy(dead => dead.At)?.At)),
            ("given_up_for", delivery.Dead.MaxBy(dead => dead.At)?.Reason),
            ("last_acknowledged_at", Text(delivery.LastAcknowledgedAt)),
            ("oldest_owed_at", Text(delivery.OldestOwedAt)),
            ("last_error", delivery.LastError),
            .. delivery.Days.SelectMany(Figures),
        ]);
        return !delivery.IsUsed || delivery.IsStopped
            ? Observation.Of(facts, Dead(evidence, delivery, facts))
            : Observation.Of(
                facts,
                [
                    Dead(evidence, delivery, facts),
                    Waiting(delivery, facts),
                    Late(evidence, delivery, facts),
                    .. Days(evidence, delivery, facts),
                ]
            );
    }

    private static IEnumerable<(string Name, string? Value)> Figures(DeliveryFigures day) =>
        [
            ($"{day.Day:yyyy-MM-dd}_owed", Text(day.Owed)),
            ($"{day.Day:yyyy-MM-dd}_acknowledged", Text(day.Acknowledged)),
            ($"{day.Day:yyyy-MM-dd}_late", Text(day.Late)),
            ($"{day.Day:yyyy-MM-dd}_freshness_seconds", day.FreshnessMean is { } mean ? Text((long)mean.TotalSeconds) : null),
        ];

    private static Finding? Dead(DiagnosisEvidence evidence, DeliveryEvidence delivery, ImmutableSortedDictionary<string, string> facts) =>
        delivery.DeadLetters > 0
            ? new Finding(
                FindingCodes.DeadLetters,
                FindingForce.StopsSome,
                new BilingualText(
                    $"有 {delivery.DeadLetters} 个事件在全部重试后仍未送达，插件缺少它们。",
                    $"{delivery.DeadLetters} events were given up after all attempts; the plugin lacks them."
                ),
                facts,
                new Fix(
                    Fixes.Seller,
                    new BilingualText("重新投递这些事件", "Have these events delivered again."),
                    "POST",
                    Fixes.Of(evidence.Id, "sync/replay"),
                    """{"dead_letters":true}"""
                )
            )
            {
                AffectedOrders =
                [
                    .. delivery.Dead.Select(dead => PluginEvent.OrderOf(dead.Key)).OfType<string>().Distinct().Take(Finding.MaxOrders),
                ],
            }
            : null;

    // While the whole endpoint fails, that is the cause and waiting events are its effect.
    private static Finding? Waiting(DeliveryEvidence delivery, ImmutableSortedDictionary<string, string> facts) =>
        delivery is { Waiting: > 0, BrokenSince: null, Setup.Parking: null }
            ? new Finding(
                FindingCodes.EventsWaiting,
                FindingForce.Threatens,
                new BilingualText(
                    $"插件未能接收 {delivery.Waiting} 个事件（{delivery.LastError ?? "unknown"}），稍后重试；同一订单的后续事件排在其后。",
                    $"The plugin did not take {delivery.Waiting} events ({delivery.LastError ?? "unknown"}); they are tried "
                        + $"again, and later ones of the same orders wait behind them."
                ),
                facts,
                Fixes.By(
                    Fixes.Developer,
                    "开发者查看投递记录并修复：GET /open/v1/webhook/deliveries",
                    "The developer looks at the attempts and mends the receiver: GET /open/v1/webhook/deliveries."
                )
            )
            : null;

    private static Finding? Late(DiagnosisEvidence evidence, DeliveryEvidence delivery, ImmutableSortedDictionary<string, string> facts)
    {
        if (
            evidence.Now - delivery.OldestOwedAt is not { } wait
            || wait < LongWait
            || delivery is not { BrokenSince: null, Setup.Parking: null, Waiting: 0, DeadLetters: 0 }
        )
        {
            return null;
        }

        return delivery.Setup.Endpoint is null
            ? new Finding(
                FindingCodes.DeliveriesLag,
                FindingForce.Threatens,
                new BilingualText(
                    $"插件已有 {(long)wait.TotalMinutes} 分钟没有确认等待它的事件。",
                    $"Events have waited for {(long)wait.TotalMinutes} minutes for the plugin to fetch and confirm them."
                ),
                facts,
                Fixes.By(
                    Fixes.Plugin,
                    "插件读取并确认事件：GET /open/v1/events",
                    "The plugin reads and confirms its events: GET /open/v1/events."
                )
            )
            : new Finding(
                FindingCodes.DeliveriesLag,
                FindingForce.Threatens,
                new BilingualText(
                    $"事件推送延迟约 {(long)wait.TotalMinutes} 分钟。",
                    $"Pushing lags by some {(long)wait.TotalMinutes} minutes."
                ),
                facts,
                Fixes.By(
                    Fixes.Developer,
                    "开发者加快接收或增大批量",
                    "The developer has the receiver answer faster, or takes bigger batches."
                )
            );
    }

    /// <summary>A missed target (R13, R15): today's is a warning, a finished day's can only be explained.</summary>
    private static IEnumerable<Finding> Days(
        DiagnosisEvidence evidence,
        DeliveryEvidence delivery,
        ImmutableSortedDictionary<string, string> facts
    )
    {
        var overdue = DeliveryFigures.IsOverdue(delivery.OldestOwedAt, evidence.Now);
        foreach (var day in delivery.Days.OrderByDescending(figures => figures.Day))
        {
            var force = day.Day == delivery.Days.Max(figures => figures.Day) ? FindingForce.Threatens : FindingForce.Advises;
            var fix = Fixes.By(
                Fixes.Platform,
                $"按天核对缺失与迟到的事件：GET {Fixes.Of(evidence.Id, "sync/reconciliation")}?day={day.Day:yyyy-MM-dd}",
                $"Look at what is missing and what came late: GET {Fixes.Of(evidence.Id, "sync/reconciliation")}?day={day.Day:yyyy-MM-dd}."
            );
            if (day.AccuracySoFar(overdue) is var accuracy && accuracy < DeliveryFigures.AccuracyTarget)
            {
                yield return new Finding(
                    FindingCodes.AccuracyLow,
                    force,
                    new BilingualText(
                        string.Create(CultureInfo.InvariantCulture, $"{day.Day:yyyy-MM-dd} 的同步准确率为 {accuracy:P3}，低于 99.97%。"),
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"On {day.Day:yyyy-MM-dd} {accuracy:P3} of the events arrived in time; the target is 99.97 %."
                        )
                    ),
                    facts,
                    fix
                );
            }

            if (day.FreshnessMean > DeliveryFigures.Target)
            {
                yield return new Finding(
                    FindingCodes.FreshnessLow,
                    force,
                    new BilingualText(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{day.Day:yyyy-MM-dd} 的事件平均 {day.FreshnessMean.Value.TotalHours:0.0} 小时后送达，超过 2.3 小时。"
                        ),
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"On {day.Day:yyyy-MM-dd} events arrived after {day.FreshnessMean.Value.TotalHours:0.0} hours on "
                                + $"average; the target is 2.3."
                        )
                    ),
                    facts,
                    fix
                );
            }
        }
    }
}
