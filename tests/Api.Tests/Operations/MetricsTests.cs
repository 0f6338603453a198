using System.Text.RegularExpressions;
using Marketplace.TestKit;
using Marketplace.TestKit.Processes;

namespace Marketplace.Api.Tests.Operations;

/// <summary>
/// A process of its own: several products in one process share the names of their meters, and when one of them ends, the exporters of the
/// others take the names for ended, too.
/// </summary>
public sealed class MetricsTests(MetricsTests.Product product) : IClassFixture<MetricsTests.Product>
{
    private MarketplaceClient Client => product.Client;

    [Fact(Timeout = 30_000)]
    public async Task Calls_are_shown_by_outcome_and_rule()
    {
        var installation = await product.NewInstallation();
        (await Client.Get(installation, "orders")).OrThrow();
        (await Client.Get(installation, "orders/none")).IsProblem(404, "order-not-found");
        (await Client.Get(installation, "products")).IsProblem(403, "scope-missing");

        await Shown(("operation", "orders.list"), ("outcome", "settled"), ("rule", "none"));
        await Shown(("operation", "orders.get"), ("outcome", "error"), ("rule", "order-not-found"));
        await Shown(("operation", "products.list"), ("outcome", "refused"), ("rule", "scope-missing"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("marketplace_log_commit_duration_seconds_count{")]
    [InlineData("marketplace_log_commit_size_sum{")]
    [InlineData("marketplace_ledger_commit_calls_bucket{")]
    [InlineData("marketplace_log_queue_depth{")]
    [InlineData("marketplace_call_duration_seconds_bucket{")]
    [InlineData("orleans_")]
    public async Task The_logs_show_their_work(string name)
    {
        (await Client.Get(await product.NewInstallation(), "orders")).OrThrow();

        await Eventually.Holds(async () => (await Scrape(name)).Length > 0, name);
    }

    /// <summary>
    /// Here, because the page of a process with many hosts lacks most figures, and nothing can be found in what is not there (R23).
    /// </summary>
    [Fact(Timeout = 30_000)]
    public async Task A_marked_buyer_is_in_no_figure()
    {
        var canary = new Canary();
        var installation = await product.NewInstallation();
        var (seller, order) = (installation.Split('/')[0], $"order-{Guid.NewGuid():N}");
        (
            await Client.SendEvents([
                canary.Order(seller, order),
                canary.Track(seller, order, $"w-{order}"),
                canary.Cancellation(seller, order),
            ])
        ).OrThrowIfRejected();
        (await Client.Get(installation, $"orders/{order}")).OrThrow();
        (await Client.Get(installation, "events?limit=100")).OrThrow();

        await Shown(("operation", "events.list"), ("outcome", "settled"));
        var page = await Scrape(string.Empty);
        Assert.Contains(page, line => line.StartsWith("marketplace_sync_", StringComparison.Ordinal));
        canary.IsNotIn(string.Join('\n', page), "the figures");
    }

    /// <summary>An alert on a figure that is called otherwise never fires (R13, R15).</summary>
    [Fact(Timeout = 30_000)]
    public async Task Every_figure_that_an_alert_asks_for_is_there()
    {
        using var rules = new StreamReader(typeof(MetricsTests).Assembly.GetManifestResourceStream("alerts.yaml")!);
        var asked = Regex
            .Matches(await rules.ReadToEndAsync(TestContext.Current.CancellationToken), "marketplace_[a-z_]+")
            .Select(name => name.Value)
            .Distinct()
            .ToArray();
        Assert.Contains("marketplace_sync_accuracy", asked);
        var installation = await product.NewInstallation();
        (await Client.SendEvents([CloudEvents.OrderCreated(installation.Split('/')[0], $"order-{Guid.NewGuid():N}")])).OrThrowIfRejected();
        var next = (await Client.Get(installation, "events")).OrThrow().Json.GetProperty("next_cursor").GetString();
        (await Client.Call(installation, HttpMethod.Post, "events/confirm", new { cursor = next })).OrThrow();

        await Eventually.Get(
            async () =>
            {
                var page = await Scrape("marketplace_");
                return string.Join(' ', asked.Where(name => !page.Any(line => line.StartsWith($"{name}{{", StringComparison.Ordinal))));
            },
            absent => absent.Length == 0,
            "not there"
        );
    }

    // A scrape may be a moment old: the exporter keeps what it made.
    private Task Shown(params (string Label, string Value)[] labels) =>
        Eventually.Holds(
            async () => (await Scrape("marketplace_calls_total{")).Any(line => Has(line, labels)),
            $"calls with {string.Join(' ', labels)}"
        );

    private static bool Has(string line, params (string Label, string Value)[] labels) =>
        labels.All(label => line.Contains($"{label.Label}=\"{label.Value}\"", StringComparison.Ordinal));

    private async Task<string[]> Scrape(string prefix)
    {
        var text = (await Client.Send(HttpMethod.Get, "/metrics", token: null)).OrThrow().Text;
        return [.. text.Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal))];
    }

    /// <summary>The built program.</summary>
    public sealed class Product : IAsyncLifetime
    {
        private readonly SiloProcess _silo = new(new SiloOptions());
        private readonly HttpClient _http = new();
        private int _sellers;

        public MarketplaceClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await _silo.Start();
            _http.BaseAddress = _silo.BaseAddress;
            Client = new MarketplaceClient(_http, _silo.ReadDemoFile());
        }

        /// <summary>An installation of a new seller that may read orders.</summary>
        public async Task<string> NewInstallation()
        {
            var seller = FormattableString.Invariant($"seller-{Interlocked.Increment(ref _sellers)}");
            await Client.Install(seller, "order-pilot", "orders.read");
            return $"{seller}/order-pilot";
        }

        public async ValueTask DisposeAsync()
        {
            await _silo.DisposeAsync();
            _http.Dispose();
        }
    }
}
