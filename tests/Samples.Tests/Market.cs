using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Marketplace.Samples.Tests;

/// <summary>The built server in demo mode, with both samples as its plugins <c>order-pilot</c> and <c>label-printer</c>.</summary>
public sealed class Market : IAsyncLifetime
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly SiloProcess _silo = new(new SiloOptions());
    private SampleProcess? _tagger;
    private SampleProcess? _logistics;
    private MarketplaceClient? _client;
    private readonly ConcurrentDictionary<string, string> _starts = new();

    public HttpClient Http { get; } = new();

    public MarketplaceClient Client => _client!;

    public Uri Address => _silo.BaseAddress;

    internal SampleProcess Tagger => _tagger!;

    internal SampleProcess Logistics => _logistics!;

    /// <summary>Starts all three; a sample that fails to start, or a machine without Node.js, fails every test with the reason.</summary>
    public async ValueTask InitializeAsync()
    {
        await _silo.Start();
        Http.BaseAddress = _silo.BaseAddress;
        _client = new MarketplaceClient(Http, _silo.ReadDemoFile());
        var tagger = SampleProcess.Start("order-tagger", Address, ClientOf("order-pilot"), Http);
        var logistics = SampleProcess.Start("logistics", Address, ClientOf("label-printer"), Http);
        (_tagger, _logistics) = (await tagger, await logistics);
    }

    public (string Id, string Secret) ClientOf(string plugin) => (Client.Demo.ClientOf(plugin).Id, Client.Demo.ClientOf(plugin).Secret);

    /// <summary>A new seller's running installation with exactly these scopes.</summary>
    public async Task<string> Install(string plugin, params string[] scopes)
    {
        var installation = $"shop-{MarketplaceClient.NewKey()[..12]}/{plugin}";
        await Client.Install(TestOrders.SellerOf(installation), plugin, scopes);

        // What is pushed is confirmed, and without a cursor only what is not confirmed is listed.
        _starts[installation] = (await Client.Get(installation, "events?limit=1")).OrThrow().Json.GetProperty("cursor").GetString()!;
        return installation;
    }

    /// <summary>Sends events of the platform.</summary>
    public async Task Send(params object[] events) => (await Client.SendEvents(events)).OrThrowIfRejected();

    /// <summary>The order as the installation reads it.</summary>
    public async Task<JsonElement> Order(string installation, string order) =>
        (await Client.Get(installation, $"orders/{order}")).OrThrow().Json;

    /// <summary>The order once the sample has taken the events of these types.</summary>
    public async Task<JsonElement> Settled(string installation, string order, params string[] types)
    {
        foreach (var type in types)
        {
            await Delivered(installation, await SequenceOf(installation, order, type));
        }

        return await Order(installation, order);
    }

    /// <summary>Waits until an event is acknowledged.</summary>
    /// <param name="installation">To which it is delivered.</param>
    /// <param name="sequence">Its place in the feed.</param>
    /// <param name="channel"><c>push</c> or <c>replay</c>.</param>
    public async Task Delivered(string installation, long sequence, string channel = "push")
    {
        try
        {
            await Eventually.Holds(IsDelivered, $"{sequence} of {installation} is acknowledged");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Tagger}\n{Logistics}", e);
        }

        async Task<bool> IsDelivered()
        {
            // Asking as fast as possible would take the processor from the sample.
            await Task.Delay(Pause);
            return (await Deliveries(installation)).Any(delivery =>
                delivery.GetProperty("outcome").GetString() == "acknowledged"
                && delivery.GetProperty("channel").GetString() == channel
                && delivery.GetProperty("sequence").GetInt64() == sequence
            );
        }
    }

    /// <summary>The log of deliveries, the newest first.</summary>
    public async Task<JsonElement[]> Deliveries(string installation) =>
        [.. (await Client.Get(installation, "webhook/deliveries?limit=100")).OrThrow().Json.GetProperty("deliveries").EnumerateArray()];

    /// <summary>The place in the feed of an order's event.</summary>
    public async Task<long> SequenceOf(string installation, string order, string type) =>
        (await Events(installation))
            .Where(@event => (@event.GetProperty("subject").GetString(), @event.GetProperty("type").GetString()) == (order, type))
            .Select(Sequence)
            .Single();

    /// <summary>All events that the installation is owed.</summary>
    public async Task<JsonElement[]> Events(string installation)
    {
        var path = $"events?limit=1000&cursor={Uri.EscapeDataString(_starts[installation])}";
        return [.. (await Client.Get(installation, path)).OrThrow().Json.GetProperty("events").EnumerateArray()];
    }

    public static long Sequence(JsonElement @event) =>
        long.Parse(@event.GetProperty("sequence").GetString()!, CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        foreach (var sample in new[] { _tagger, _logistics })
        {
            if (sample is not null)
            {
                await sample.DisposeAsync();
            }
        }

        Http.Dispose();
        await _silo.DisposeAsync();
    }
}
