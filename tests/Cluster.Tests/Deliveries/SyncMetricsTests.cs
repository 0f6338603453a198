using System.Diagnostics.Metrics;
using Marketplace.Deliveries;
using Marketplace.Grains.Deliveries;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>The figures of deliveries: counted by what became of them, and summed over who is active.</summary>
public sealed class SyncMetricsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);
    private static readonly InstallationId One = InstallationId.Parse("s-1/p", null);
    private static readonly InstallationId Other = InstallationId.Parse("s-2/p", null);
    private static readonly DeliverySetup Pushed = DeliverySetup.None with
    {
        Endpoint = new DeliveryEndpoint(new Uri("https://p.example/"), DeliveryOrdering.PerOrder, 1, 5),
    };

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new(Now);
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _seen = [];
    private readonly SyncMetrics _metrics;

    public SyncMetricsTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _metrics = new SyncMetrics(meters, _time);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    [Fact]
    public void What_became_of_events_is_counted_and_a_replay_says_nothing_of_freshness()
    {
        _metrics.Delivered(DeliveryChannel.Push, TimeSpan.FromSeconds(3));
        _metrics.Delivered(DeliveryChannel.Pull, null);
        _metrics.Delivered(DeliveryChannel.Replay, TimeSpan.FromDays(9));
        _metrics.AttemptFailed(SendErrors.Timeout);
        _metrics.DeadLetter(SendErrors.Status);
        _metrics.Parked(ParkReasons.Gone);

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["marketplace.sync.delivered push"] = 1,
                ["marketplace.sync.delivered pull"] = 1,
                ["marketplace.sync.delivered replay"] = 1,
                ["marketplace.sync.freshness push"] = 3,
                ["marketplace.sync.attempts.failed timeout"] = 1,
                ["marketplace.sync.dead_letters status"] = 1,
                ["marketplace.sync.parked gone"] = 1,
            },
            _seen
        );
    }

    [Fact]
    public void What_stands_is_summed_over_the_active_ones_and_forgotten_with_them()
    {
        _metrics.Publish(
            One,
            Status(Pushed with { Parking = new DeliveryParking(Now, ParkReasons.Gone) }, 10, Now.AddMinutes(-5), Day(100, 100, 0))
        );
        _metrics.Publish(Other, Status(Pushed, 3, Now.AddMinutes(-1), Day(300, 300, 4)));
        Assert.Equal((13, 300, 1, 0, 1), Gauges());
        Assert.Equal(396.0 / 400, _seen["marketplace.sync.accuracy"], 9);

        _metrics.Remove(One);
        _metrics.Publish(Other, Status(Pushed, 0, null, Day(300, 300, 0)));
        Assert.Equal((0, 0, 0, 0, 0), Gauges());
        Assert.Equal(1, _seen["marketplace.sync.accuracy"]);
    }

    [Fact]
    public void What_waits_becomes_an_error_once_it_is_late_and_never_where_nobody_fetches()
    {
        _metrics.Publish(One, Status(Pushed, 1, Now, Day(2, 1, 0)));
        Assert.Equal(0, Gauges().Alarming);

        _time.Advance(DeliveryFigures.Target + TimeSpan.FromSeconds(1));
        Assert.Equal(1, Gauges().Alarming);
        Assert.Equal(0.5, _seen["marketplace.sync.accuracy"]);

        _metrics.Publish(One, Status(DeliverySetup.None, 1_000, Now.AddDays(-9), Day(1_000, 0, 0)));
        Assert.Equal((0, 0, 0, 0, 0), Gauges());
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private (double Backlog, double Lag, double Parked, double Broken, double Alarming) Gauges()
    {
        _seen.Clear();
        _listener.RecordObservableInstruments();
        return (
            _seen["marketplace.sync.backlog"],
            _seen["marketplace.sync.lag"],
            _seen["marketplace.sync.standing parked"],
            _seen["marketplace.sync.standing broken"],
            _seen["marketplace.sync.standing alarming"]
        );
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = tags.IsEmpty ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
        _seen[key] = instrument.IsObservable ? value : _seen.GetValueOrDefault(key) + value;
    }

    private static DeliveryStatus Status(DeliverySetup setup, long backlog, DateTimeOffset? oldest, DeliveryFigures day) =>
        new(setup, null, 0, 100, 100 + backlog, 0, 0) { OldestOwedAt = oldest, Days = [day] };

    private static DeliveryFigures Day(long owed, long acknowledged, long late) =>
        new(new DateOnly(2026, 11, 23), owed, acknowledged, late, 0, null, null);
}
