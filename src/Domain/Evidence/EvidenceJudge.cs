using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Quotas;

namespace Marketplace.Evidence;

/// <summary>
/// Determines the state of every event and its cause from the facts alone; pure, so that an outsider gets the same result. Events are
/// judged in order, because an event that waits behind an earlier one of its order has that one's cause.
/// </summary>
internal sealed class EvidenceJudge
{
    private readonly EvidenceFacts _facts;
    private readonly ImmutableArray<(long Row, DeliveryEntry Entry)> _entries;
    private readonly List<EvidenceJourney> _judged = [];
    private EvidenceTimeline? _timeline;

    private EvidenceJudge(EvidenceFacts facts) => (_facts, _entries) = (facts, EvidenceHops.Entries(facts.Rows));

    private EvidenceTimeline Timeline => _timeline ??= new EvidenceTimeline(_facts, _entries);

    /// <summary>The journeys of all events.</summary>
    /// <exception cref="FormatException">A row's body is unreadable.</exception>
    public static ImmutableArray<EvidenceJourney> Judge(EvidenceFacts facts)
    {
        var judge = new EvidenceJudge(facts);
        foreach (var @event in facts.Events)
        {
            judge._judged.Add(judge.Judge(@event, EvidenceHops.Of(@event, judge._entries)));
        }

        return [.. judge._judged];
    }

    private EvidenceJourney Judge(EvidenceEvent @event, ImmutableArray<EvidenceHop> hops)
    {
        if (FindAcknowledgement(@event, hops) is { } acknowledged)
        {
            var late = acknowledged.At - @event.AcceptedAt > DeliveryFigures.Target;
            var cause =
                late ? CauseOfLateness(@event, hops, acknowledged)
                : IsSourceLate(@event) ? EvidenceCauses.SourceLate
                : EvidenceCauses.DeliveredInTime;
            return Journey(@event, hops, late ? EvidenceState.Late : EvidenceState.Acknowledged, cause, null) with
            {
                AcknowledgedAt = acknowledged.At,
            };
        }

        if (FindWithholding(@event, hops) is { } withheld)
        {
            return Journey(@event, hops, EvidenceState.Withheld, CauseOfWithholding(@event, withheld.Reason, withheld.At), withheld.Reason);
        }

        var dead = hops.LastOrDefault(hop => hop.What is "dead");
        return dead is null
            ? Journey(@event, hops, EvidenceState.Waiting, CauseOfWaiting(@event, hops), null)
            : Journey(@event, hops, EvidenceState.Dead, CauseOfDeath(dead), null);
    }

    /// <summary>Imported history is not late, as in the figures.</summary>
    private static bool IsSourceLate(EvidenceEvent @event) =>
        @event.AcceptedAt - @event.Time > DeliveryFigures.Target && !DayTally.IsHistory(@event.Time, @event.AcceptedAt);

    private static EvidenceJourney Journey(
        EvidenceEvent @event,
        ImmutableArray<EvidenceHop> hops,
        EvidenceState state,
        string cause,
        string? whyNot
    ) => new(@event.Seq, whyNot is null, whyNot, state, null, EvidenceCauses.Find(cause).Party, cause, hops);

    /// <summary>
    /// The first hop in which the receiver accepted the event. A range confirmed as a whole does not acknowledge events that were not owed.
    /// </summary>
    private EvidenceHop? FindAcknowledgement(EvidenceEvent @event, ImmutableArray<EvidenceHop> hops) =>
        hops.FirstOrDefault(hop =>
            hop.What is "acknowledged"
            && (
                hop.To is null
                || (!hops.Any(other => other.What is "withheld" && other.Row == hop.Row) && WhyNotGranted(@event, hop.At) is null)
            )
        );

    private (string Reason, DateTimeOffset At)? FindWithholding(EvidenceEvent @event, ImmutableArray<EvidenceHop> hops)
    {
        if (hops.LastOrDefault(hop => hop.What is "withheld") is { } hop)
        {
            return (hop.Reason ?? DeliveryFilter.ScopeMissing, hop.At);
        }

        // An event that was tried was owed. One not processed yet is judged as it would be now.
        return hops.Any(other => other.What is "failed" or "throttled" or "dead") || WhyNotOwed(@event, _facts.MadeAt) is not { } reason
            ? null
            : (reason, _facts.MadeAt);
    }

    /// <summary>Why an event is not owed at an instant; null if it is, or while deliveries are stopped, because it then waits.</summary>
    private string? WhyNotOwed(EvidenceEvent @event, DateTimeOffset now) =>
        IsBeforeEnabling(@event) ? EvidenceCauses.BeforeEnabling : WhyNotGranted(@event, now);

    /// <summary>True for an event from before the last enablement: it concerned an earlier one, or none.</summary>
    private bool IsBeforeEnabling(EvidenceEvent @event) => _facts.Route is { } route && @event.Seq <= route.SinceSeq;

    private string? WhyNotGranted(EvidenceEvent @event, DateTimeOffset now)
    {
        if (_facts.Settings.At(now) is not { } setting || _facts.Settings.PhaseAt(now) != EvidenceSettings.Running)
        {
            return null;
        }

        return !setting.Scopes.Contains(@event.Scope) || !_facts.Plugin.Scopes.Contains(@event.Scope) ? DeliveryFilter.ScopeMissing
            : setting.SyncWindowHours is { } hours && _facts.OrderCreatedAt < now - TimeSpan.FromHours(hours) ? DeliveryFilter.OutsideWindow
            : null;
    }

    private string CauseOfWithholding(EvidenceEvent @event, string reason, DateTimeOffset at)
    {
        if (reason is EvidenceCauses.BeforeEnabling)
        {
            return EvidenceCauses.BeforeEnabling;
        }

        if (reason == DeliveryFilter.OutsideWindow)
        {
            return EvidenceCauses.OutsideSyncWindow;
        }

        if (reason == DeliveryFilter.TypeNotWanted)
        {
            return EvidenceCauses.TypeNotWanted;
        }

        var granted = _facts.Settings.Where(setting => setting.At <= at && setting.Scopes.Contains(@event.Scope)).ToArray();
        if (granted.Length == 0)
        {
            return EvidenceCauses.ScopeNeverGranted;
        }

        // The first fact after the last grant removed the scope; without one, its term has expired or the plugin lost the certification.
        var next = _facts.Settings.FirstOrDefault(setting => setting.Version > granted[^1].Version && setting.At <= at);
        return next is null
            ? _facts.Plugin.Scopes.Contains(@event.Scope)
                ? EvidenceCauses.ScopeExpired
                : EvidenceCauses.ScopeNotCertified
            : next.Fact is "scopes-expired"
                ? EvidenceCauses.ScopeExpired
                : EvidenceCauses.ScopeWithdrawn;
    }

    private static string CauseOfDeath(EvidenceHop dead) =>
        dead.Reason is SendErrors.Internal ? EvidenceCauses.InternalError : EvidenceCauses.EventRefused;

    private string CauseOfWaiting(EvidenceEvent @event, ImmutableArray<EvidenceHop> hops)
    {
        var phase = _facts.Settings.PhaseAt(_facts.MadeAt);
        if (phase != EvidenceSettings.Running)
        {
            return EvidenceFailures.CauseOfPhase(phase);
        }

        if (IsBeforeEnabling(@event))
        {
            // It was tried, so it was owed; then the seller disabled the plugin, which ended its delivery.
            return EvidenceCauses.DisabledBySeller;
        }

        if (_facts.Route is { Stop: QuotaRefusals.RegionMismatch })
        {
            return EvidenceCauses.RegionMismatch;
        }

        if (_facts.Route is { ParkReason: { } parked } route)
        {
            return CauseOfParking(parked, route.ParkedSince ?? _facts.MadeAt);
        }

        var since = DueSince(@event);
        var (spent, outage) = (_facts.MadeAt - since, Timeline.Outage(since, _facts.MadeAt));
        if (_facts.Route is { Mode: EvidenceRoute.Pull })
        {
            return spent - outage <= DeliveryFigures.Target ? EvidenceCauses.WaitingInTime : EvidenceCauses.NotPulled;
        }

        var cause = Timeline.CauseOf(@event, since, _facts.MadeAt, FindBlocking(@event), EvidenceCauses.NotDispatched);
        return cause is EvidenceCauses.NotDispatched
            ? spent <= EvidenceTimeline.DispatchGrace
                ? EvidenceCauses.WaitingInTime
                : cause
            : FindBlocking(@event) is { } blocking && cause == blocking.Cause
                ? cause
                : spent <= DeliveryFigures.Target
                    ? EvidenceCauses.WaitingInTime
                    : cause;
    }

    /// <summary>Prefer the endpoint's actual last answer, even to another event, over the code of the parking.</summary>
    private string CauseOfParking(string reason, DateTimeOffset at)
    {
        var last = _entries
            .LastOrDefault(line =>
                line.Entry.Outcome is DeliveryOutcome.Failed or DeliveryOutcome.Throttled or DeliveryOutcome.Dead && line.Entry.At <= at
            )
            .Entry;
        return reason is ParkReasons.Gone ? EvidenceCauses.EndpointGone
            : last is null ? EvidenceFailures.CauseOf(_facts.Route?.LastError, null)
            : EvidenceFailures.CauseOf(last);
    }

    private string CauseOfLateness(EvidenceEvent @event, ImmutableArray<EvidenceHop> hops, EvidenceHop acknowledged)
    {
        var stops = _facts.Settings.Stops(@event.AcceptedAt, acknowledged.At).ToArray();
        var stopped = stops.Aggregate(TimeSpan.Zero, (sum, stop) => sum + (stop.To - stop.From));
        var outage = Timeline.Outage(@event.AcceptedAt, acknowledged.At);
        if (acknowledged.At - @event.AcceptedAt - stopped - outage <= DeliveryFigures.Target)
        {
            // Without the outages it would have been in time.
            return outage >= stopped
                ? EvidenceCauses.PlatformOutage
                : EvidenceFailures.CauseOfPhase(stops.MaxBy(stop => stop.To - stop.From).Phase);
        }

        // Withheld at first, and sent by a replay later.
        if (hops.FirstOrDefault(hop => hop.What is "withheld" && hop.At <= acknowledged.At) is { } withheld)
        {
            return CauseOfWithholding(@event, withheld.Reason ?? DeliveryFilter.ScopeMissing, withheld.At);
        }

        return hops.LastOrDefault(hop => hop.What is "dead" && hop.At <= acknowledged.At) is { } dead
            ? CauseOfDeath(dead)
            : Timeline.CauseOf(
                @event,
                @event.AcceptedAt,
                acknowledged.At,
                FindBlocking(@event),
                acknowledged.Channel is "pull" or "live" ? EvidenceCauses.ConfirmedLate : EvidenceCauses.DispatchedLate
            );
    }

    /// <summary>The last earlier event of the order that was late or is still not delivered: this one had to wait behind it.</summary>
    private EvidenceJourney? FindBlocking(EvidenceEvent @event) =>
        _judged.LastOrDefault(earlier =>
            earlier.Seq < @event.Seq
            && earlier.State is EvidenceState.Waiting or EvidenceState.Late
            && (earlier.AcknowledgedAt is not { } at || at > @event.AcceptedAt)
        );

    /// <summary>When the event could first be sent: its acceptance, or the end of the last stop after it.</summary>
    private DateTimeOffset DueSince(EvidenceEvent @event) =>
        _facts.Settings.Stops(@event.AcceptedAt, _facts.MadeAt).Select(stop => stop.To).DefaultIfEmpty(@event.AcceptedAt).Last();
}
