using System.Collections.Immutable;
using Marketplace.Quotas;
using Marketplace.Sync.Delivery;

namespace Marketplace.Evidence;

/// <summary>
/// Says of every event how it stands and why, from the facts alone; pure, so that an outsider comes to the same. Events are judged in their order,
/// because one that waits behind an earlier one of the order has that one's cause.
/// </summary>
internal sealed class EvidenceJudge
{
    /// <summary>What is due goes out within seconds; after so long without an attempt the platform has to answer for it.</summary>
    private static readonly TimeSpan DispatchGrace = TimeSpan.FromMinutes(5);

    private readonly EvidenceFacts _facts;
    private readonly ImmutableArray<(long Row, DeliveryEntry Entry)> _entries;
    private readonly List<EvidenceJourney> _judged = [];

    private EvidenceJudge(EvidenceFacts facts) => (_facts, _entries) = (facts, EvidenceHops.Entries(facts.Rows));

    /// <summary>The journeys of all events.</summary>
    /// <exception cref="FormatException">A row's body is not readable.</exception>
    public static ImmutableArray<EvidenceJourney> Judge(EvidenceFacts facts)
    {
        var judge = new EvidenceJudge(facts);
        foreach (var happened in facts.Events)
        {
            judge._judged.Add(judge.Of(happened, EvidenceHops.Of(happened, judge._entries)));
        }

        return [.. judge._judged];
    }

    private EvidenceJourney Of(EvidenceEvent happened, ImmutableArray<EvidenceHop> hops)
    {
        if (Taken(happened, hops) is { } taken)
        {
            var late = taken.At - happened.AcceptedAt > DeliveryFigures.Target;
            var cause = late ? CauseOfLateness(happened, hops, taken)
                : happened.AcceptedAt - happened.Time > DeliveryFigures.Target ? EvidenceCauses.SourceLate
                : EvidenceCauses.DeliveredInTime;
            return Journey(happened, hops, late ? EvidenceState.Late : EvidenceState.Acknowledged, cause, null) with { AcknowledgedAt = taken.At };
        }

        if (Withheld(happened, hops) is { } withheld)
        {
            return Journey(happened, hops, EvidenceState.Withheld, CauseOfWithholding(happened, withheld.Reason, withheld.At), withheld.Reason);
        }

        var dead = hops.LastOrDefault(hop => hop.What is "dead");
        return dead is null
            ? Journey(happened, hops, EvidenceState.Waiting, CauseOfWaiting(happened, hops), null)
            : Journey(happened, hops, EvidenceState.Dead, CauseOfDeath(dead), null);
    }

    private static EvidenceJourney Journey(EvidenceEvent happened, ImmutableArray<EvidenceHop> hops, EvidenceState state, string cause, string? whyNot) =>
        new(happened.Seq, whyNot is null, whyNot, state, null, EvidenceCauses.Find(cause).Party, cause, hops);

    /// <summary>The first hop in which the receiver took the event. A range that was confirmed at once took nothing of what was not owed.</summary>
    private EvidenceHop? Taken(EvidenceEvent happened, ImmutableArray<EvidenceHop> hops) => hops.FirstOrDefault(hop =>
        hop.What is "acknowledged" && (hop.To is null || (!hops.Any(other => other.What is "withheld" && other.Row == hop.Row) && NotGranted(happened, hop.At) is null)));

    private (string Reason, DateTimeOffset At)? Withheld(EvidenceEvent happened, ImmutableArray<EvidenceHop> hops)
    {
        if (hops.LastOrDefault(hop => hop.What is "withheld") is { } hop)
        {
            return (hop.Reason ?? DeliveryFilter.ScopeMissing, hop.At);
        }

        // What was tried was owed. What nobody has looked at yet is judged as it would be now.
        return hops.Any(other => other.What is "failed" or "dead") || NotOwed(happened, _facts.MadeAt) is not { } reason ? null : (reason, _facts.MadeAt);
    }

    /// <summary>Why an event is not owed at an instant; null if it is, or if deliveries stand still, for then it waits.</summary>
    private string? NotOwed(EvidenceEvent happened, DateTimeOffset now) =>
        IsBeforeEnabling(happened) ? EvidenceCauses.BeforeEnabling : NotGranted(happened, now);

    /// <summary>True for an event that came before the installation was enabled last: it was of interest to an earlier enablement, or to none.</summary>
    private bool IsBeforeEnabling(EvidenceEvent happened) => _facts.Route is { } route && happened.Seq <= route.SinceSeq;

    private string? NotGranted(EvidenceEvent happened, DateTimeOffset now)
    {
        if (_facts.Settings.At(now) is not { } setting || _facts.Settings.PhaseAt(now) != EvidenceSettings.Running)
        {
            return null;
        }

        return !setting.Scopes.Contains(happened.Scope) || !_facts.Plugin.Scopes.Contains(happened.Scope) ? DeliveryFilter.ScopeMissing
            : setting.SyncWindowHours is { } hours && _facts.OrderCreatedAt < now - TimeSpan.FromHours(hours) ? DeliveryFilter.OutsideWindow
            : null;
    }

    private string CauseOfWithholding(EvidenceEvent happened, string reason, DateTimeOffset at)
    {
        if (reason is EvidenceCauses.BeforeEnabling)
        {
            return EvidenceCauses.BeforeEnabling;
        }

        if (reason == DeliveryFilter.OutsideWindow)
        {
            return EvidenceCauses.OutsideSyncWindow;
        }

        var granted = _facts.Settings.Where(setting => setting.At <= at && setting.Scopes.Contains(happened.Scope)).ToArray();
        if (granted.Length == 0)
        {
            return EvidenceCauses.ScopeNeverGranted;
        }

        // The first fact after the last grant is what took the scope away; where there is none its term is over, or the certification.
        var next = _facts.Settings.FirstOrDefault(setting => setting.Version > granted[^1].Version && setting.At <= at);
        return next is null
            ? _facts.Plugin.Scopes.Contains(happened.Scope) ? EvidenceCauses.ScopeExpired : EvidenceCauses.ScopeNotCertified
            : next.Fact is "scopes-expired" ? EvidenceCauses.ScopeExpired : EvidenceCauses.ScopeWithdrawn;
    }

    private static string CauseOfDeath(EvidenceHop dead) =>
        dead.Reason is SendErrors.Internal ? EvidenceCauses.InternalError : EvidenceCauses.EventRefused;

    private string CauseOfWaiting(EvidenceEvent happened, ImmutableArray<EvidenceHop> hops)
    {
        var phase = _facts.Settings.PhaseAt(_facts.MadeAt);
        if (phase != EvidenceSettings.Running)
        {
            return EvidenceFailures.CauseOfPhase(phase);
        }

        if (IsBeforeEnabling(happened))
        {
            // It was tried, so it was owed; then the seller disabled the plugin, and what was left of it ended there.
            return EvidenceCauses.DisabledBySeller;
        }

        if (_facts.Route is { Stop: QuotaRefusals.RegionMismatch })
        {
            return EvidenceCauses.RegionMismatch;
        }

        var failed = hops.LastOrDefault(hop => hop.What is "failed");
        var since = DueSince(happened);
        if (_facts.Route is { ParkReason: { } parked } route)
        {
            return parked is ParkReasons.Gone ? EvidenceCauses.EndpointGone : EvidenceFailures.CauseOf(failed?.Reason ?? route.LastError, failed?.Status);
        }

        var inTime = _facts.MadeAt - since <= DeliveryFigures.Target;
        if (failed is not null)
        {
            return inTime ? EvidenceCauses.WaitingInTime : EvidenceFailures.CauseOf(failed.Reason, failed.Status);
        }

        return _facts.Route is { Mode: EvidenceRoute.Pull }
            ? inTime ? EvidenceCauses.WaitingInTime : EvidenceCauses.NotPulled
            : CauseWithoutAttempt(happened, since, inTime);
    }

    private string CauseWithoutAttempt(EvidenceEvent happened, DateTimeOffset since, bool inTime)
    {
        if (Blocking(happened) is { } blocking)
        {
            return blocking.Cause;
        }

        if (_facts.Route is { BrokenSince: not null, LastError: var error })
        {
            return inTime ? EvidenceCauses.WaitingInTime : EvidenceFailures.CauseOf(error, LastFailure(since, _facts.MadeAt)?.Status);
        }

        if (_facts.Route is { LastError: { } last } waits && waits.NextAttemptAt > _facts.MadeAt)
        {
            // The endpoint is left alone because it asked for it, or because what comes first waits for its next attempt.
            return inTime ? EvidenceCauses.WaitingInTime : EvidenceFailures.CauseOf(last, LastFailure(since, _facts.MadeAt)?.Status);
        }

        return EverythingFailed(since, _facts.MadeAt) is { } failure
            ? inTime ? EvidenceCauses.WaitingInTime : EvidenceFailures.CauseOf(failure.Reason, failure.Status)
            : _facts.MadeAt - since <= DispatchGrace ? EvidenceCauses.WaitingInTime : EvidenceCauses.NotDispatched;
    }

    private string CauseOfLateness(EvidenceEvent happened, ImmutableArray<EvidenceHop> hops, EvidenceHop taken)
    {
        var stops = _facts.Settings.Stops(happened.AcceptedAt, taken.At).ToArray();
        var stopped = stops.Aggregate(TimeSpan.Zero, (sum, stop) => sum + (stop.To - stop.From));
        if (taken.At - happened.AcceptedAt - stopped <= DeliveryFigures.Target)
        {
            return EvidenceFailures.CauseOfPhase(stops.MaxBy(stop => stop.To - stop.From).Phase);
        }

        // Withheld at first, and sent when somebody asked for it.
        if (hops.FirstOrDefault(hop => hop.What is "withheld" && hop.At <= taken.At) is { } withheld)
        {
            return CauseOfWithholding(happened, withheld.Reason ?? DeliveryFilter.ScopeMissing, withheld.At);
        }

        if (hops.LastOrDefault(hop => hop.What is "dead" && hop.At <= taken.At) is { } dead)
        {
            return CauseOfDeath(dead);
        }

        if (hops.LastOrDefault(hop => hop.What is "failed" && hop.At <= taken.At) is { } failed)
        {
            return EvidenceFailures.CauseOf(failed.Reason, failed.Status);
        }

        if (taken.Channel is "pull" or "live")
        {
            return EvidenceCauses.ConfirmedLate;
        }

        if (hops.LastOrDefault(hop => hop.What is "parked" && hop.At <= taken.At) is { Reason: ParkReasons.Gone })
        {
            return EvidenceCauses.EndpointGone;
        }

        return Blocking(happened)?.Cause
            ?? (EverythingFailed(happened.AcceptedAt, taken.At) is { } failure ? EvidenceFailures.CauseOf(failure.Reason, failure.Status) : EvidenceCauses.DispatchedLate);
    }

    /// <summary>The last earlier event of the order that was late or is still not taken: this one had to wait behind it.</summary>
    private EvidenceJourney? Blocking(EvidenceEvent happened) => _judged.LastOrDefault(earlier =>
        earlier.Seq < happened.Seq
        && earlier.State is EvidenceState.Waiting or EvidenceState.Late
        && (earlier.AcknowledgedAt is not { } taken || taken > happened.AcceptedAt));

    /// <summary>Since when the event could go: its acceptance, or the end of the last stop after it.</summary>
    private DateTimeOffset DueSince(EvidenceEvent happened) =>
        _facts.Settings.Stops(happened.AcceptedAt, _facts.MadeAt).Select(stop => stop.To).DefaultIfEmpty(happened.AcceptedAt).Last();

    /// <summary>The last failure of a stretch in which the receiver failed and took nothing at all, so that the platform left it alone.</summary>
    private DeliveryEntry? EverythingFailed(DateTimeOffset from, DateTimeOffset to) =>
        _entries.Any(line => line.Entry.Outcome is DeliveryOutcome.Acknowledged && line.Entry.At > from && line.Entry.At < to) ? null : LastFailure(from, to);

    private DeliveryEntry? LastFailure(DateTimeOffset from, DateTimeOffset to) =>
        _entries.LastOrDefault(line => line.Entry.Outcome is DeliveryOutcome.Failed && line.Entry.At > from && line.Entry.At < to).Entry;
}
