using Marketplace.TestKit.Client;
using Marketplace.TestKit.Processes;

namespace Marketplace.Process.Tests.Load;

/// <summary>Made-up sellers with orders, each with one installation of the same demo plugin.</summary>
internal sealed class Shop : IDisposable
{
    private const int OrdersPerSeller = 5;
    private const int EventsPerRequest = 500;

    // No call takes this long, whatever happens to the store: it fails fast instead.
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;

    private Shop(HttpClient http, MarketplaceClient client, IReadOnlyList<string> installations) =>
        (_http, Client, Installations) = (http, client, installations);

    public MarketplaceClient Client { get; }

    /// <summary>As <c>seller/plugin</c>; the first is the busy one.</summary>
    public IReadOnlyList<string> Installations { get; }

    /// <param name="silo">The server.</param>
    /// <param name="sellers">How many.</param>
    /// <param name="plugin">A plugin that may read and flag orders; null for any of them.</param>
    public static async Task<Shop> Open(SiloProcess silo, int sellers, string? plugin = null)
    {
        var http = new HttpClient { BaseAddress = silo.BaseAddress, Timeout = CallLimit };
        var client = new MarketplaceClient(http, silo.ReadDemoFile());
        plugin ??= client.Demo.PluginWith("orders.read", "orders.flag").Id;
        var names = Enumerable.Range(1, sellers).Select(number => FormattableString.Invariant($"shop-{number:000}")).ToArray();

        var events = names.SelectMany(seller => Orders(seller).Select(order => CloudEvents.OrderCreated(seller, order)));
        foreach (var batch in events.Chunk(EventsPerRequest))
        {
            var answer = (await client.SendEvents(batch)).OrThrowIfRejected();
            if (answer.Json.GetProperty("accepted").GetInt32() != batch.Length)
            {
                throw new InvalidOperationException($"Not all events were accepted: {answer.Text}");
            }
        }

        foreach (var seller in names)
        {
            await client.Install(seller, plugin, "orders.read", "orders.flag");
            await client.PluginToken($"{seller}/{plugin}");
        }

        return new Shop(http, client, [.. names.Select(seller => $"{seller}/{plugin}")]);
    }

    /// <summary>The same shop at another server, with the clients and secrets of this one.</summary>
    public Shop At(SiloProcess silo)
    {
        var http = new HttpClient { BaseAddress = silo.BaseAddress, Timeout = CallLimit };
        return new Shop(http, new MarketplaceClient(http, Client.Demo), Installations);
    }

    public static string SellerOf(string installation) => installation[..installation.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The n-th order of an installation's seller.</summary>
    public static string Order(string installation, int number) => Orders(SellerOf(installation))[number % OrdersPerSeller];

    public void Dispose() => _http.Dispose();

    private static string[] Orders(string seller) =>
        [.. Enumerable.Range(1, OrdersPerSeller).Select(number => FormattableString.Invariant($"{seller}-order-{number}"))];
}
