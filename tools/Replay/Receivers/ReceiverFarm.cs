using System.Globalization;
using System.Net;
using Marketplace.Replay.Dataset;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Replay.Receivers;

/// <summary>The receivers of a run with their endpoints; restarts one of them now and then if the plan says so.</summary>
internal sealed class ReceiverFarm(int receivers, FaultPlan plan, SplitMix random, TimeProvider time) : IAsyncDisposable
{
    private readonly Dictionary<string, PluginEndpoint> _endpoints = new(StringComparer.Ordinal);
    private readonly List<Receiver> _receivers = [];

    /// <summary>Adds an endpoint by the name in its address; call it before the start.</summary>
    public void Add(string name, PluginEndpoint endpoint) => _endpoints.Add(name, endpoint);

    public async Task Start(CancellationToken cancellationToken)
    {
        for (var number = 0; number < receivers; number++)
        {
            var receiver = new Receiver(Answer);
            _receivers.Add(receiver);
            await receiver.Start(cancellationToken);
        }
    }

    public Uri UrlOf(int receiver, string name) => _receivers[receiver].UrlOf(name);

    /// <summary>Runs until cancelled; all receivers are listening then.</summary>
    public async Task Disturb(CancellationToken cancellationToken)
    {
        while (plan.Restarts)
        {
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2_000 + random.Next(6_000)), time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Restart(random.Pick(_receivers));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers)
        {
            await receiver.DisposeAsync();
        }
    }

    private async Task Restart(Receiver receiver)
    {
        plan.Count(FaultKind.Restart);
        await receiver.Stop();
        await Task.Delay(TimeSpan.FromMilliseconds(500 + random.Next(2_500)), time);
        await receiver.Start(CancellationToken.None);
    }

    private Task Answer(HttpContext http)
    {
        if (_endpoints.TryGetValue(http.Request.Path.Value!.Trim('/'), out var endpoint))
        {
            return endpoint.Answer(http);
        }

        http.Response.StatusCode = (int)HttpStatusCode.NotFound;
        return http.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"no endpoint of {_endpoints.Count}"));
    }
}
