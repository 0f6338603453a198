using System.Globalization;
using Marketplace.Process.Tests.Deliveries;
using Marketplace.Process.Tests.Kit;
using Marketplace.TestKit.Client;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>
/// One dead installation with a large backlog holds up no other and costs no memory: two servers with the same events side by side, on one
/// of which nobody is owed the backlog, measured at the same time so that the machine's noise meets both.
/// </summary>
[Collection(LoadedMachine.Name)]
public sealed class DeadEndpointTests
{
    private const int Rounds = 5;
    private const int EventsOfRound = 120;
    private const int EventsPerRequest = 500;
    private const double MostTimes = 2;
    private const double MostBytes = 64 * 1024 * 1024;
    private const string Healthy = "healthy-seller";
    private const string Dead = "dead-seller";
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(25);

    [Fact]
    public async Task A_dead_endpoint_with_a_backlog_moves_nobody_elses_p99_and_memory_stays_bounded()
    {
        await using var quiet = new SiloProcess(new SiloOptions { Settings = DeliveryCheck.Fast });
        await using var burdened = new SiloProcess(new SiloOptions { Settings = DeliveryCheck.Fast });
        await Task.WhenAll(quiet.Start(), burdened.Start());
        using var without = new Side(quiet);
        using var with = new Side(burdened);
        await Task.WhenAll(without.Open(), with.Open());

        await with.Install(Dead, new Uri(FormattableString.Invariant($"http://127.0.0.1:{FreePort.Next()}/")));
        await Task.WhenAll(without.SendBacklog(), with.SendBacklog());
        await with.AssertNothingCame();

        var p99 = (Without: new List<TimeSpan>(), With: new List<TimeSpan>());
        for (var round = 0; round < Rounds; round++)
        {
            var measured = await Task.WhenAll(without.Measure(round), with.Measure(round));
            p99.Without.Add(measured[0]);
            p99.With.Add(measured[1]);
        }

        var (alone, beside) = (Median(p99.Without), Median(p99.With));
        var (small, large) = (await without.Memory(), await with.Memory());
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"backlog {RunScale.Backlog}: p99 {alone.TotalMilliseconds:F1} ms without, {beside.TotalMilliseconds:F1} ms with; "
                + $"memory {small / 1e6:F0} MB without, {large / 1e6:F0} MB with"
        );
        TestContext.Current.TestOutputHelper?.WriteLine(words);
        Assert.True(beside < (alone * MostTimes) + Noise, words);
        Assert.True(large < small + MostBytes, words);
        Assert.True(await with.Backlog() >= RunScale.Backlog, "the backlog was kept");
    }

    private static TimeSpan Median(List<TimeSpan> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>One of the two servers with its healthy installation.</summary>
    private sealed class Side : IDisposable
    {
        private readonly HttpClient _http;
        private readonly MarketplaceClient _client;
        private readonly string _plugin;
        private readonly ArrivalReceiver _arrivals = new();

        public Side(SiloProcess silo)
        {
            _http = new HttpClient { BaseAddress = silo.BaseAddress };
            _client = new MarketplaceClient(_http, silo.ReadDemoFile());
            _plugin = _client.Demo.PluginWith("orders.read").Id;
        }

        public async Task Open()
        {
            await Install(Healthy, _arrivals.Url);
            await Measure(-1);
        }

        public async Task Install(string seller, Uri url)
        {
            await _client.Install(seller, _plugin, "orders.read");
            var body = new
            {
                url,
                ordering = "per-order",
                batch_size = 1,
                timeout_seconds = 2,
            };
            (await _client.Call($"{seller}/{_plugin}", HttpMethod.Put, "webhook", body, MarketplaceClient.NewKey())).OrThrow();
        }

        public async Task SendBacklog()
        {
            var orders = Enumerable.Range(0, RunScale.Backlog).Select(number => FormattableString.Invariant($"backlog-{number:D6}"));
            foreach (var batch in orders.Select(order => CloudEvents.OrderCreated(Dead, order)).Chunk(EventsPerRequest))
            {
                (await _client.SendEvents(batch)).OrThrowIfRejected();
            }
        }

        /// <summary>The 99th percentile from the sending of an event to its arrival, one event after the other.</summary>
        public async Task<TimeSpan> Measure(int round)
        {
            var took = new List<TimeSpan>(EventsOfRound);
            for (var number = 0; number < EventsOfRound; number++)
            {
                var order = FormattableString.Invariant($"timed-{round}-{number:D4}-end");
                var arrival = _arrivals.Await($"\"{order}\"");
                var sent = TimeProvider.System.GetTimestamp();
                (await _client.SendEvents([CloudEvents.OrderCreated(Healthy, order)])).OrThrowIfRejected();
                took.Add(TimeProvider.System.GetElapsedTime(sent, await arrival));
            }

            return took.Order().ElementAt(EventsOfRound * 99 / 100);
        }

        /// <summary>Bytes of physical memory that the server says it takes.</summary>
        public Task<double> Memory() => _client.ReadMetric("dotnet_process_memory_working_set");

        public async Task AssertNothingCame() => Assert.True(await Backlog() > 0, "the dead installation is owed nothing");

        /// <summary>
        /// Events of the dead installation that are kept for it: not yet tried, waiting for a further attempt, or given up.
        /// </summary>
        public async Task<long> Backlog()
        {
            var status = (await _client.Get($"{Dead}/{_plugin}", "webhook")).OrThrow().Json;
            return new[] { "backlog", "waiting", "dead_letters" }.Sum(member => status.GetProperty(member).GetInt64());
        }

        public void Dispose()
        {
            _http.Dispose();
            _arrivals.Dispose();
        }
    }
}
