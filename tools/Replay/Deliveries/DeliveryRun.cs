using System.Collections.Concurrent;
using Marketplace.Replay.Dataset;
using Marketplace.Replay.Events;
using Marketplace.Replay.Http;
using Marketplace.Replay.Plugin;
using Marketplace.Replay.Receivers;
using Marketplace.Replay.Reporting;

namespace Marketplace.Replay.Deliveries;

/// <summary>
/// One run of the delivery mode: enable installations, set misbehaving endpoints, send all events, wait until everything has arrived,
/// replay the dead letters, report.
/// </summary>
internal sealed class DeliveryRun(
    ReplayOptions options,
    DeliveryOptions delivery,
    DemoFile demo,
    IDataset dataset,
    Stages stages,
    TimeProvider time
)
{
    /// <summary>Events per poisoned event: two thirds of the errors permitted by the accuracy of 99.97 %.</summary>
    private const int OwedForOnePoisoned = 5_000;

    /// <summary>Surplus arrivals show up within this time.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly CallStats _stats = new();
    private readonly EventCounts _events = new();
    private readonly Findings _findings = new();
    private readonly FaultPlan _plan = new(options.Seed, delivery.Faults, delivery.FaultShare);
    private readonly ConcurrentDictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);

    /// <exception cref="ReplayException">The server is unavailable, or the installations cannot be created.</exception>
    public async Task<DeliveryReport> Run(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var plugin = Roster.Plugin(demo, options.Plugin);
        var mandates = Roster.Of([.. dataset.Sellers.Select(size => size.Seller)], plugin, delivery);
        using var http = new HttpClient(HttpHandlers.For(demo, options.Concurrency + mandates.Count))
        {
            Timeout = TimeSpan.FromSeconds(60),
        };
        var api = new ApiClient(http, demo.BaseAddress, _stats, time, options.Patience);
        await using var farm = new ReceiverFarm(delivery.Receivers, _plan, new SplitMix(options.Seed), time);
        try
        {
            await Subscribe(http, api, farm, plugin, mandates, cancellationToken);
            var outcome = await Deliver(http, api, farm, cancellationToken);
            var facts = new DeliveryFacts(
                dataset,
                plugin.Id,
                _events,
                _stats,
                _findings,
                _plan,
                [.. _subscriptions.Values.Select(one => one.Book)],
                time
            );
            return DeliveryReport.From(facts, outcome, time.GetElapsedTime(started));
        }
        finally
        {
            foreach (var subscription in _subscriptions.Values)
            {
                subscription.Dispose();
            }
        }
    }

    private async Task Subscribe(
        HttpClient http,
        ApiClient api,
        ReceiverFarm farm,
        DemoPlugin plugin,
        List<Mandate> mandates,
        CancellationToken cancellationToken
    )
    {
        foreach (var mandate in mandates)
        {
            var book = new InstallationBook(mandate, dataset, _findings, time);
            var endpoint = mandate.Receiver is null ? null : new PluginEndpoint(book, _plan, _findings, time);
            var token = new TokenSource(
                http,
                demo.TokenEndpoint,
                demo.Client("plugin", plugin.Id),
                mandate.Installation,
                time,
                options.Patience
            );
            _subscriptions[mandate.Seller] = new Subscription(book, new PluginDesk(api, token, mandate.Installation), endpoint);
            if (endpoint is not null)
            {
                farm.Add(mandate.Seller, endpoint);
            }
        }

        _plan.MostPoisoned = (_subscriptions.Values.Sum(one => (long)one.Book.Owed) / OwedForOnePoisoned) + 1;
        await farm.Start(cancellationToken);
        using var centerToken = new TokenSource(http, demo.TokenEndpoint, demo.Client("seller-center"), null, time, options.Patience);
        var center = new SellerCenter(api, centerToken);
        var side = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken };
        await stages.Run("Enabling installations", mandates.Count, report => Parallel.ForEachAsync(mandates, side, async (mandate, token) =>
            {
                await center.Enable(mandate.Seller, mandate.Plugin, [.. mandate.Scopes], token);
                await Name(farm, _subscriptions[mandate.Seller], token);
                report(1);
            }));
    }

    private static async Task Name(ReceiverFarm farm, Subscription subscription, CancellationToken cancellationToken)
    {
        if (subscription.Endpoint is { } endpoint)
        {
            var mandate = subscription.Book.Mandate;
            endpoint.Secret = await subscription.Desk.SetEndpoint(
                farm.UrlOf(mandate.Receiver!.Value, mandate.Seller),
                mandate,
                cancellationToken
            ) ?? throw new ReplayException($"{mandate.Installation}: the answer for the endpoint contains no secret");
        }
    }

    private async Task<Outcome> Deliver(HttpClient http, ApiClient api, ReceiverFarm farm, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var arrival = new Arrival([.. _subscriptions.Values], delivery.Timeout, time);
        var caretaker = new Caretaker(farm, [.. _subscriptions.Values], _findings, time);
        List<Task> around = [farm.Disturb(end.Token), caretaker.Run(end.Token), .. Pulls(end.Token)];
        try
        {
            using (var platform = new TokenSource(http, demo.TokenEndpoint, demo.Client("platform"), null, time, options.Patience))
            {
                var sender = new EventSender(api, platform, dataset, options, _events, Accepted);
                await stages.Run("Sending orders", dataset.Sellers.Sum(seller => (long)seller.Orders), report =>
                    sender.Send(report, cancellationToken)
                );
            }

            var sent = time.GetTimestamp();
            await stages.Run("Waiting for events", arrival.Owed, report => arrival.Wait(report, withPoisoned: false, cancellationToken));
            var before = Standing.Of([.. _subscriptions.Values.Select(one => one.Book)], time);
            var waited = time.GetElapsedTime(sent);
            await Replay(arrival, cancellationToken);
            await Task.Delay(Linger, time, cancellationToken);
            return new Outcome(before, waited, caretaker.Returned);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(around);
        }
    }

    private void Accepted(IReadOnlyList<(string Seller, SellerEvent Event)> events)
    {
        foreach (var (seller, sent) in events)
        {
            _subscriptions[seller].Book.Accepted(sent);
        }
    }

    private IEnumerable<Task> Pulls(CancellationToken cancellationToken)
    {
        var forgetful = delivery.Faults.Contains(FaultKind.Lose) ? delivery.FaultShare : 0;
        return _subscriptions
            .Values.Where(one => one.Endpoint is null)
            .Select(
                (one, number) =>
                    new PullClient(one.Book, one.Desk, SplitMix.For(options.Seed, number, 0), forgetful, _findings, time).Run(
                        cancellationToken
                    )
            );
    }

    /// <summary>Waits until refused events are dead letters, and replays them.</summary>
    private async Task Replay(Arrival arrival, CancellationToken cancellationToken)
    {
        var poisoned = _subscriptions.Values.Where(one => one.Book.Left().Poisoned > 0).ToList();
        if (poisoned.Count == 0)
        {
            return;
        }

        await stages.Run("Replaying dead letters", poisoned.Count, async report =>
        {
            foreach (var subscription in poisoned)
            {
                await arrival.Until(
                    () => subscription.Desk.HasGivenUp(subscription.Book.Left().Poisoned, cancellationToken),
                    cancellationToken
                );
            }

            _plan.Cure();
            foreach (var subscription in poisoned)
            {
                await subscription.Desk.ReplayDeadLetters(cancellationToken);
                report(1);
            }

            await arrival.Wait(_ => { }, withPoisoned: true, cancellationToken);
        });
    }
}

/// <summary>The outcome of a run's deliveries.</summary>
/// <remarks>
/// <c>Before</c>: the state before the dead letters were replayed. <c>Waited</c>: from the last batch sent until then. <c>Returned</c>:
/// parked endpoints that were set again.
/// </remarks>
internal sealed record Outcome(Standing Before, TimeSpan Waited, int Returned);
