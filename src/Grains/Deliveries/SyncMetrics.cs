using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// Figures of the deliveries; never by installation, whose number has no bound. What stands at an instant (backlog, lag, accuracy) is
/// summed over the delivery grains that are active in this process: who is idle has nothing to tell.
/// </summary>
internal sealed class SyncMetrics
{
    /// <summary>The one meter of the marketplace.</summary>
    private const string MeterName = "Marketplace";

    // 2.3 h (R15) is a bound of its own, so that the share in time can be read off.
    private static readonly InstrumentAdvice<double> Ages = new()
    {
        HistogramBucketBoundaries =
        [
            0.05,
            0.1,
            0.25,
            0.5,
            1,
            2.5,
            5,
            15,
            60,
            300,
            1_800,
            3_600,
            DeliveryFigures.Target.TotalSeconds,
            14_400,
            43_200,
            86_400,
            259_200,
        ],
    };

    private readonly ConcurrentDictionary<InstallationId, DeliveryStanding> _standings = new();
    private readonly TimeProvider _time;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _parked;
    private readonly Counter<long> _dead;
    private readonly Histogram<double> _freshness;

    public SyncMetrics(IMeterFactory meters, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);
        _delivered = meter.CreateCounter<long>(
            "marketplace.sync.delivered",
            "{event}",
            "Events that their receivers have taken, by channel."
        );
        _failed = meter.CreateCounter<long>("marketplace.sync.attempts.failed", "{attempt}", "Attempts that failed, by reason.");
        _parked = meter.CreateCounter<long>("marketplace.sync.parked", "{installation}", "Endpoints that were parked, by reason.");
        _dead = meter.CreateCounter<long>("marketplace.sync.dead_letters", "{event}", "Events that were given up, by reason.");
        _freshness = meter.CreateHistogram(
            "marketplace.sync.freshness",
            "s",
            "From an event's own time to its acknowledgement.",
            advice: Ages
        );
        meter.CreateObservableGauge(
            "marketplace.sync.backlog",
            () => Sum(standing => standing.Backlog),
            "{event}",
            "Events that are not delivered yet."
        );
        meter.CreateObservableGauge("marketplace.sync.lag", Lag, "s", "Age of the oldest event that is owed and not acknowledged.");
        meter.CreateObservableGauge(
            "marketplace.sync.standing",
            Stopped,
            "{installation}",
            "Installations whose endpoint is parked or broken, or that miss a target."
        );
        meter.CreateObservableGauge(
            "marketplace.sync.accuracy",
            Accuracy,
            "1",
            "Share of today's and yesterday's events that arrived in time."
        );
    }

    /// <summary>A receiver has taken an event.</summary>
    /// <param name="channel">On which way.</param>
    /// <param name="freshness">From the event's own time to now; null where it is not to be judged, as of history that was brought
    /// in.</param>
    public void Delivered(DeliveryChannel channel, TimeSpan? freshness)
    {
        var tag = new KeyValuePair<string, object?>("channel", NameOf(channel));
        _delivered.Add(1, tag);
        // A replay is no measure of how fresh what arrives is.
        if (channel != DeliveryChannel.Replay && freshness is { } age)
        {
            _freshness.Record(age.TotalSeconds, tag);
        }
    }

    /// <summary>An attempt failed.</summary>
    /// <param name="reason">A code of <see cref="SendErrors"/>.</param>
    public void AttemptFailed(string reason) => _failed.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>An endpoint was parked.</summary>
    /// <param name="reason">A code of <see cref="ParkReasons"/>.</param>
    public void Parked(string reason) => _parked.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>An event was given up.</summary>
    /// <param name="reason">A code of <see cref="SendErrors"/>: the error of its last attempt.</param>
    public void DeadLetter(string reason) => _dead.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>How an active grain's deliveries stand now; told whenever something changed that is in it.</summary>
    public void Stands(InstallationId installation, DeliveryStatus status) => _standings[installation] = DeliveryStanding.Of(status);

    /// <summary>The grain is deactivated: it has nothing to tell any more.</summary>
    public void Left(InstallationId installation) => _standings.TryRemove(installation, out _);

    internal static string NameOf(DeliveryChannel channel) =>
        channel switch
        {
            DeliveryChannel.Push => "push",
            DeliveryChannel.Pull => "pull",
            DeliveryChannel.Live => "live",
            _ => "replay",
        };

    private long Sum(Func<DeliveryStanding, long> of) => _standings.Values.Sum(of);

    private double Lag()
    {
        var now = _time.GetUtcNow();
        return _standings
            .Values.Select(standing => standing.OldestOwedAt is { } at ? Math.Max(0, (now - at).TotalSeconds) : 0)
            .DefaultIfEmpty()
            .Max();
    }

    private IEnumerable<Measurement<long>> Stopped()
    {
        var now = _time.GetUtcNow();
        return
        [
            new(Sum(standing => standing.Parked ? 1 : 0), new KeyValuePair<string, object?>("state", "parked")),
            new(Sum(standing => standing.Broken ? 1 : 0), new KeyValuePair<string, object?>("state", "broken")),
            new(Sum(standing => standing.Alarms(now) ? 1 : 0), new KeyValuePair<string, object?>("state", "alarming")),
        ];
    }

    private double Accuracy()
    {
        var now = _time.GetUtcNow();
        var (counted, inTime) = (0L, 0L);
        foreach (
            var (figures, overdue) in _standings.Values.SelectMany(standing => standing.Days.Select(day => (day, standing.IsOverdue(now))))
        )
        {
            counted += figures.Due(overdue);
            inTime += figures.Acknowledged - figures.Late;
        }

        return counted == 0 ? 1 : (double)inTime / counted;
    }
}
