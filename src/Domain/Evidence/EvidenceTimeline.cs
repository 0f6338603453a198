using System.Collections.Immutable;
using Marketplace.Deliveries;

namespace Marketplace.Evidence;

/// <summary>
/// Attributes the time an event waited to causes: the cause of a delay is the cause of its gap, not the last failure before its end. A
/// failure accounts for the pause that the schedule (or the receiver) adds after it and no longer. Unaccounted time is the platform's, or a
/// pulling plugin's own.
/// </summary>
internal sealed class EvidenceTimeline(EvidenceFacts facts, ImmutableArray<(long Row, DeliveryEntry Entry)> entries)
{
    /// <summary>Due events are sent within seconds; a longer time without an attempt is the platform's responsibility.</summary>
    public static readonly TimeSpan DispatchGrace = TimeSpan.FromMinutes(5);

    private readonly RetryPolicy _policy = RetryPolicy.Standard;

    /// <summary>How much of a range the platform itself did not run.</summary>
    public TimeSpan Outage(DateTimeOffset from, DateTimeOffset to) =>
        Outages(from, to).Aggregate(TimeSpan.Zero, (sum, outage) => sum + (outage.To - outage.From));

    /// <summary>The cause that accounts for most of a range.</summary>
    /// <param name="event">The waiting event.</param>
    /// <param name="from">When it began to wait.</param>
    /// <param name="to">When it was acknowledged, or now.</param>
    /// <param name="blocking">An earlier event of the order that it had to wait behind; null if there is none.</param>
    /// <param name="otherwise">The cause of otherwise unaccounted time.</param>
    public string CauseOf(EvidenceEvent @event, DateTimeOffset from, DateTimeOffset to, EvidenceJourney? blocking, string otherwise)
    {
        var reasons = Reasons(@event, from, to, blocking).Select(reason => reason.Within(from, to)).OfType<Reason>().ToArray();
        var edges = reasons.SelectMany(reason => new[] { reason.From, reason.To }).Append(from).Append(to).Distinct().Order().ToArray();
        var shares = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < edges.Length; i++)
        {
            // Earlier reasons in the list take precedence; of two failures the later one.
            var cause = reasons.FirstOrDefault(reason => reason.From <= edges[i] && edges[i + 1] <= reason.To)?.Cause ?? otherwise;
            shares[cause] = shares.GetValueOrDefault(cause) + (edges[i + 1] - edges[i]);
        }

        return shares.Count == 0
            ? otherwise
            : shares.OrderByDescending(share => share.Value).ThenBy(share => share.Key, StringComparer.Ordinal).First().Key;
    }

    private IEnumerable<Reason> Reasons(EvidenceEvent @event, DateTimeOffset from, DateTimeOffset to, EvidenceJourney? blocking)
    {
        var stops = facts
            .Settings.Stops(from, to)
            .Select(stop => new Reason(stop.From, stop.To, EvidenceFailures.CauseOfPhase(stop.Phase)));
        var outages = Outages(from, to).Select(outage => new Reason(outage.From, outage.To, EvidenceCauses.PlatformOutage));
        var blocked = blocking is null ? [] : new[] { new Reason(from, blocking.AcknowledgedAt ?? to, blocking.Cause) };
        return
        [
            .. stops,
            .. outages,
            .. Parkings(to),
            .. Failures(@event, own: true, to),
            .. blocked,
            .. Breaks(to),
            .. Failures(@event, own: false, to),
        ];
    }

    /// <summary>Periods of parking, with the endpoint's actual last answer.</summary>
    private IEnumerable<Reason> Parkings(DateTimeOffset to)
    {
        foreach (var (_, parked) in entries.Where(line => line.Entry.Outcome is DeliveryOutcome.Parked))
        {
            var last = entries
                .LastOrDefault(line =>
                    line.Entry.Outcome is DeliveryOutcome.Failed or DeliveryOutcome.Throttled or DeliveryOutcome.Dead
                    && line.Entry.At <= parked.At
                )
                .Entry;
            var resumed = entries.FirstOrDefault(line => line.Entry.Outcome is DeliveryOutcome.Resumed && line.Entry.At >= parked.At).Entry;
            var cause =
                parked.Reason is ParkReasons.Gone ? EvidenceCauses.EndpointGone
                : last is null ? EvidenceFailures.CauseOf(null, null)
                : EvidenceFailures.CauseOf(last);
            yield return new Reason(parked.At, resumed?.At ?? to, cause);
        }
    }

    /// <summary>The endpoint's current pause, because everything failed or the receiver asked for it.</summary>
    private IEnumerable<Reason> Breaks(DateTimeOffset to)
    {
        var last = entries
            .LastOrDefault(line => line.Entry.Outcome is DeliveryOutcome.Failed or DeliveryOutcome.Throttled && line.Entry.At <= to)
            .Entry;
        if (
            facts.Route is { LastError: { } error } route
            && to == facts.MadeAt
            && (route.BrokenSince ?? (route.NextAttemptAt > to ? last?.At : null)) is { } since
        )
        {
            yield return new Reason(
                since,
                to,
                last?.Reason == error ? EvidenceFailures.CauseOf(last) : EvidenceFailures.CauseOf(error, null)
            );
        }
    }

    /// <summary>
    /// The pauses after failures, the latest first: of the event itself, or of others while the receiver accepted nothing.
    /// </summary>
    private IEnumerable<Reason> Failures(EvidenceEvent @event, bool own, DateTimeOffset to)
    {
        var failures = entries.Where(line =>
            line.Entry.Outcome is DeliveryOutcome.Failed or DeliveryOutcome.Throttled
            && line.Entry.At < to
            && IsOf(line.Entry, @event) == own
        );
        return failures
            .OrderByDescending(line => line.Entry.At)
            .Select(line => new Reason(line.Entry.At, EndOf(line.Entry, own), EvidenceFailures.CauseOf(line.Entry)));
    }

    private DateTimeOffset EndOf(DeliveryEntry failed, bool own)
    {
        var asked = TimeSpan.FromSeconds(failed.WaitSeconds ?? 0);
        // Postponed attempts are logged only once an hour, whatever their number.
        var planned =
            failed.Outcome is DeliveryOutcome.Throttled ? RetryPolicy.ThrottlingLogInterval : _policy.PauseAfter(failed.Attempt, 1);
        var end = failed.At + (asked > planned ? asked : planned) + DispatchGrace;
        var taken = own
            ? null
            : entries.FirstOrDefault(line => line.Entry.Outcome is DeliveryOutcome.Acknowledged && line.Entry.At > failed.At).Entry;
        return Instants.Earlier(taken?.At, end);
    }

    private IEnumerable<EvidenceOutage> Outages(DateTimeOffset from, DateTimeOffset to) =>
        (facts.Outages ?? [])
            .Where(outage => outage.From < to && outage.To > from)
            .Select(outage => new EvidenceOutage(outage.From < from ? from : outage.From, outage.To > to ? to : outage.To));

    private static bool IsOf(DeliveryEntry entry, EvidenceEvent @event) => entry.Seq <= @event.Seq && @event.Seq <= entry.To;

    private sealed record Reason(DateTimeOffset From, DateTimeOffset To, string Cause)
    {
        /// <summary>The part that overlaps a range; null if none does.</summary>
        public Reason? Within(DateTimeOffset from, DateTimeOffset to)
        {
            var (begin, end) = (From < from ? from : From, To > to ? to : To);
            return begin < end ? this with { From = begin, To = end } : null;
        }
    }
}
