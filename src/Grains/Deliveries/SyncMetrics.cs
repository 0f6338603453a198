using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// Metrics of the deliveries; never labelled by installation, whose number has no bound. Gauges (backlog, lag, accuracy) are summed over
/// the delivery grains that are active in this process: idle ones have nothing to report.
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

    private readonly ConcurrentDictionary<InstallationId, DeliveryGaugeStatus> _statuses = new();
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
            "Events that their receivers have accepted, by channel."
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
            () => Sum(status => status.Backlog),
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

    /// <summary>A receiver has accepted an event.</summary>
    /// <param name="channel">How it was delivered.</param>
    /// <param name="freshness">From the event's own time to now; null where it says nothing, as for imported history.</param>
    public void Delivered(DeliveryChannel channel, TimeSpan? freshness)
    {
        var tag = new KeyValuePair<string, object?>("channel", NameOf(channel));
        _delivered.Add(1, tag);

        // A replay says nothing about how fresh events arrive.
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

    /// <summary>Replaces the status of an active grain's deliveries.</summary>
    public void Publish(InstallationId installation, DeliveryStatus status) => _statuses[installation] = DeliveryGaugeStatus.Of(status);

    /// <summary>Forgets a grain that is deactivated.</summary>
    public void Remove(InstallationId installation) => _statuses.TryRemove(installation, out _);

    internal static string NameOf(DeliveryChannel channel) =>
        channel switch
        {
            DeliveryChannel.Push => "push",
            DeliveryChannel.Pull => "pull",
            DeliveryChannel.Live => "live",
            _ => "replay",
        };

    private long Sum(Func<DeliveryGaugeStatus, long> of) => _statuses.Values.Sum(of);

    private double Lag()
    {
        var now = _time.GetUtcNow();
        return _statuses
            .Values.Select(status => status.OldestOwedAt is { } at ? Math.Max(0, (now - at).TotalSeconds) : 0)
            .DefaultIfEmpty()
            .Max();
    }

    private IEnumerable<Measurement<long>> Stopped()
    {
        var now = _time.GetUtcNow();
        return
        [
            new(Sum(status => status.Parked ? 1 : 0), new KeyValuePair<string, object?>("state", "parked")),
            new(Sum(status => status.Broken ? 1 : 0), new KeyValuePair<string, object?>("state", "broken")),
            new(Sum(status => status.Alarms(now) ? 1 : 0), new KeyValuePair<string, object?>("state", "alarming")),
        ];
    }

    private double Accuracy()
    {
        var now = _time.GetUtcNow();
        var (counted, inTime) = (0L, 0L);
        foreach (var (figures, overdue) in _statuses.Values.SelectMany(status => status.Days.Select(day => (day, status.IsOverdue(now)))))
        {
            counted += figures.Due(overdue);
            inTime += figures.Acknowledged - figures.Late;
        }

        return counted == 0 ? 1 : (double)inTime / counted;
    }
}
