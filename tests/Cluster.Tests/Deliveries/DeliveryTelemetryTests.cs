using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Deliveries;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using IMeterFactory = System.Diagnostics.Metrics.IMeterFactory;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>Gauges that cannot be read are told of once, and hold up nothing.</summary>
public sealed class DeliveryTelemetryTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero));
    private readonly CapturedLogs _logs = new();
    private readonly FeedReads _reads;
    private readonly DeliveryTelemetry _telemetry;

    public DeliveryTelemetryTests()
    {
        (var feed, _reads) = FeedReads.Create();
        var state = DeliveryParts.State(new SavedProgress(), _time);
        var head = new FeedHead(feed);
        head.Advance(1);
        var queries = new DeliveryQueries(state, head, feed, new InMemoryDeliveryLog(), MarketCalendar.Shanghai);
        var metrics = new SyncMetrics(_services.GetRequiredService<IMeterFactory>(), _time);
        _telemetry = new DeliveryTelemetry(state, queries, metrics, _time, _logs.CreateLogger("telemetry"));
    }

    [Fact]
    public async Task Figures_that_cannot_be_read_are_logged_once_until_they_can_be_again()
    {
        _reads.Page = _ => throw new StoreUnavailableException("The feed is down.");
        await Publish(3);
        Assert.StartsWith("Warning telemetry: ", Assert.Single(_logs.Lines), StringComparison.Ordinal);

        _reads.Page = _ => new FeedPage([], 1);
        await Publish(1);
        Assert.Single(_logs.Lines);

        _reads.Page = _ => throw new StoreUnavailableException("The feed is down.");
        await Publish(2);
        Assert.Equal(2, _logs.Lines.Count);
    }

    public void Dispose()
    {
        _logs.Dispose();
        _services.Dispose();
    }

    private async Task Publish(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var before = _reads.Count;
            _telemetry.Publish();
            await Eventually.Holds(() => _reads.Count > before, "the feed is asked");
        }
    }
}
