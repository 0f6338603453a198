using Marketplace.Grains.Deliveries;
using Marketplace.Grains.Installations;
using Marketplace.Installations;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using IMeterFactory = System.Diagnostics.Metrics.IMeterFactory;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>A run beside the grains: what it asks of its activation.</summary>
public sealed class DeliveryRunTests(DeliveryCluster cluster) : IClassFixture<DeliveryCluster>, IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_run_keeps_its_activation_alive_again_and_again()
    {
        var id = await cluster.Install();
        await cluster.Append(id, "settles the grain");
        await Eventually.Holds(async () => (await cluster.Log.ReadState(id, Token))?.DueAt is null, "the grain has settled");
        var gate = cluster.Receivers.Close($"/{id}");
        await cluster.AppendUnheard(id, "a");
        var (kept, loop) = (new List<TimeSpan>(), new DeliveryLoop(_ => { }));
        var run = await Compose(id, loop, kept.Add);
        loop.Start(run);
        await loop.Post(() =>
        {
            run.Begin(TimeSpan.Zero);
            return Task.CompletedTask;
        });
        await Eventually.Holds(() => gate.Waiting > 0, "the run waits for the receiver");
        Assert.Single(kept);

        // A turn comes with each signal; the lease has passed between some of them.
        await Eventually.Holds(async () => await loop.Post(() => Task.FromResult(kept.Count > 2)), "the run asks for its activation again");
        await loop.Stop(Token);
        Assert.All(kept, time => Assert.True(time > TimeSpan.FromMinutes(10)));
    }

    public void Dispose() => _services.Dispose();

    private async Task<DeliveryRun> Compose(InstallationId id, DeliveryLoop loop, Action<TimeSpan> keepAlive)
    {
        var options = new DeliveryOptions { Lease = TimeSpan.FromMilliseconds(50) };
        var own = DeliveryParts.Own(cluster.Journal, id, cluster.Time);
        await own.Load(Token);
        var store = new DeliveryStore(cluster.Log, id, options.Lease, cluster.Time);
        var state = DeliveryParts.State(id, own, await store.Load(Token), cluster.Time);
        var sources = new DeliverySources(cluster.Cluster.Client, new EntitlementReader(cluster.Journal, cluster.Cluster.Client), id);
        Assert.True(state.Apply((await sources.ReadEntitlement(Token))!));
        var (feed, head) = (sources.Feed, sources.Head);
        var metrics = new SyncMetrics(_services.GetRequiredService<IMeterFactory>(), cluster.Time);
        var queries = new DeliveryQueries(state, head, feed, cluster.Log, MarketCalendar.Shanghai);
        var telemetry = new DeliveryTelemetry(state, queries, metrics, cluster.Time, NullLogger.Instance);
        var setup = new DeliverySetupChanges(state, own, store, feed, telemetry, cluster.Time);
        DeliveryRun? run = null;
        var requests = new DeliveryRequests(state, feed, cluster.Receivers, cluster.Time, async end =>
            await loop.TryPost(new RequestSignal(end, run!.OnRequestEnded))
        );
        var dispatcher = new DeliveryDispatcher(state, setup, store, requests, head, feed, cluster.Time);
        return run = new DeliveryRun(state, store, setup, dispatcher, sources, telemetry, options, keepAlive, cluster.Time);
    }
}
