using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Events;
using static Marketplace.Diagnostics.Facts;

namespace Marketplace.Diagnostics.Checks;

/// <summary>Do the seller's events reach the plugin (R13, R15)?</summary>
internal static class DeliveryChecks
{
    /// <summary>How long an owed event may stay unacknowledged before it is reported.</summary>
    public static readonly TimeSpan LongWait = TimeSpan.FromHours(1);

    public static DiagnosisCheck Endpoint { get; } = new("endpoint", EvidenceSources.Delivery, ObserveEndpoint);

    public static DiagnosisCheck Deliveries { get; } = new("deliveries", EvidenceSources.Delivery, ObserveDeliveries);

    private static Observation ObserveEndpoint(DiagnosisEvidence evidence)
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
                    ParkReasons.Gone => CauseTexts.EndpointGone,
                    ParkReasons.Exhausted => CauseTexts.EndpointExhausted,
                    _ => CauseTexts.TooManyDeadLetters,
                },
                facts,
                new Fix(Fixes.Seller, FixTexts.ResumeDeliveries, "POST", Fixes.Of(evidence.Id, "sync/resume"), "{}")
            )
            : null;

    private static Finding? Failing(DeliveryEvidence delivery, ImmutableSortedDictionary<string, string> facts) =>
        delivery is { BrokenSince: { } since, Setup.Parking: null }
            ? new Finding(
                FindingCodes.EndpointFailing,
                FindingForce.StopsSome,
                CauseTexts.EndpointFails(since, delivery.LastError ?? "unknown"),
                facts,
                Fixes.By(Fixes.Developer, FixTexts.MendEndpoint)
            )
            : null;

    private static Observation ObserveDeliveries(DiagnosisEvidence evidence)
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
                CauseTexts.DeadLetters(delivery.DeadLetters),
                facts,
                new Fix(Fixes.Seller, FixTexts.DeliverAgain, "POST", Fixes.Of(evidence.Id, "sync/replay"), """{"dead_letters":true}""")
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
                CauseTexts.EventsWait(delivery.Waiting, delivery.LastError ?? "unknown"),
                facts,
                Fixes.By(Fixes.Developer, FixTexts.MendReceiver)
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
                CauseTexts.EventsNotPulled((long)wait.TotalMinutes),
                facts,
                Fixes.By(Fixes.Plugin, FixTexts.PullEvents)
            )
            : new Finding(
                FindingCodes.DeliveriesLag,
                FindingForce.Threatens,
                CauseTexts.PushesLate((long)wait.TotalMinutes),
                facts,
                Fixes.By(Fixes.Developer, FixTexts.AnswerFaster)
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
            var fix = Fixes.By(Fixes.Platform, FixTexts.Reconcile(Fixes.Of(evidence.Id, "sync/reconciliation"), day.Day));
            if (day.AccuracySoFar(overdue) is var accuracy && accuracy < DeliveryFigures.AccuracyTarget)
            {
                yield return new Finding(FindingCodes.AccuracyLow, force, CauseTexts.AccuracyLow(day.Day, accuracy), facts, fix);
            }

            if (day.FreshnessMean > DeliveryFigures.Target)
            {
                yield return new Finding(
                    FindingCodes.FreshnessLow,
                    force,
                    CauseTexts.FreshnessLow(day.Day, day.FreshnessMean.Value.TotalHours),
                    facts,
                    fix
                );
            }
        }
    }
}
