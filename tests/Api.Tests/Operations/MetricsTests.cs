namespace Marketplace.Api.Tests.Operations;

public class MetricsTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact(Timeout = 30_000)]
    public async Task Calls_are_shown_by_outcome_and_rule()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few, "orders.read");
        (await Client.Get(installation, "orders")).OrThrow();
        (await Client.Get(installation, "orders/none")).IsProblem(404, "order-not-found");
        (await Client.Get(installation, "products")).IsProblem(403, "scope-missing");

        await Shown(("operation", "orders.list"), ("outcome", "settled"), ("rule", "none"));
        await Shown(("operation", "orders.get"), ("outcome", "settled"), ("rule", "order-not-found"));
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
        (await Client.Get(await marketplace.NewInstallation(), "orders")).OrThrow();

        while ((await Scrape(name)).Length == 0)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    // A scrape may be a moment old: the exporter keeps what it made.
    private async Task Shown(params (string Label, string Value)[] labels)
    {
        while (!(await Scrape("marketplace_calls_total{")).Any(line => Has(line, labels)))
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static bool Has(string line, params (string Label, string Value)[] labels) =>
        labels.All(label => line.Contains($"{label.Label}=\"{label.Value}\"", StringComparison.Ordinal));

    private async Task<string[]> Scrape(string prefix)
    {
        var text = (await Client.Send(HttpMethod.Get, "/metrics", token: null)).OrThrow().Text;
        return [.. text.Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal))];
    }
}
