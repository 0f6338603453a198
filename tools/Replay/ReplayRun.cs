using System.Collections.Concurrent;
using Marketplace.Replay.Dataset;
using Marketplace.Replay.Events;
using Marketplace.Replay.Http;
using Marketplace.Replay.Plugin;
using Marketplace.Replay.Reporting;

namespace Marketplace.Replay;

/// <summary>One run: send everything, then visit the busiest sellers as a plugin, then report.</summary>
internal sealed class ReplayRun(ReplayOptions options, DemoFile demo, IDataset dataset, Stages stages, TimeProvider time)
{
    private readonly CallStats _stats = new();
    private readonly EventCounts _events = new();
    private readonly string _plugin = PluginIn(demo, options.Plugin);

    /// <exception cref="ReplayException">The events could not be sent.</exception>
    public async Task<ReplayReport> Run(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var http = new HttpClient(HttpHandlers.For(demo, options.Concurrency + 4)) { Timeout = TimeSpan.FromSeconds(60) };
        var api = new ApiClient(http, demo.BaseAddress, _stats, time, options.Patience);
        using (var platform = Token(http, demo.Client("platform"), null))
        {
            var sender = new EventSender(api, platform, dataset, options, _events);
            await stages.Run("Sending orders", dataset.Sellers.Sum(seller => (long)seller.Orders), report =>
                sender.Send(report, cancellationToken)
            );
        }

        var results = await Visit(http, api, cancellationToken);
        return ReplayReport.From(new RunFacts(dataset, _plugin, _events, _stats, results, time.GetElapsedTime(started)));
    }

    private static string PluginIn(DemoFile demo, string? wanted)
    {
        var plugin = wanted is null
            ? demo.Plugins.FirstOrDefault(plugin => PluginTask.Suits(plugin.Scopes) && plugin.Scopes.Contains("logistics.read"))
                ?? demo.Plugins.FirstOrDefault(plugin => PluginTask.Suits(plugin.Scopes))
            : demo.Plugins.FirstOrDefault(plugin => plugin.Id == wanted);
        if (plugin is null)
        {
            throw new UsageException(
                wanted is null
                    ? "no plugin of demo.json may read orders, flag them and write waybills; choose one with --plugin"
                    : $"there is no plugin {wanted}"
            );
        }

        return plugin.Scopes.Contains("orders.read") ? plugin.Id : throw new UsageException($"the plugin {plugin.Id} may not read orders");
    }

    private async Task<List<SellerResult>> Visit(HttpClient http, ApiClient api, CancellationToken cancellationToken)
    {
        var sellers = dataset.Sellers.Take(options.Sellers).ToList();
        var client = demo.Client("plugin", _plugin);
        using var centerToken = Token(http, demo.Client("seller-center"), null);
        var scopes = PluginTask.ScopesFor(demo.Plugins.First(plugin => plugin.Id == _plugin).Scopes);
        var task = new PluginTask(
            dataset.Source,
            _plugin,
            scopes,
            options.Calls,
            Math.Max(1, options.Concurrency / Math.Max(1, sellers.Count))
        );
        var visit = new SellerVisit(api, new SellerCenter(api, centerToken), dataset, task, installation =>
            Token(http, client, installation)
        );

        var results = new ConcurrentBag<SellerResult>();
        var side = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
        await stages.Run("Visiting sellers", sellers.Sum(seller => (long)seller.Orders), report =>
            Parallel.ForEachAsync(sellers, side, async (seller, token) => results.Add(await visit.Run(seller.Seller, report, token)))
        );
        return [.. results.OrderBy(result => result.Seller, StringComparer.Ordinal)];
    }

    private TokenSource Token(HttpClient http, DemoClient client, string? installation) =>
        new(http, demo.TokenEndpoint, client, installation, time, options.Patience);
}
