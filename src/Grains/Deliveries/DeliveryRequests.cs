using System.Collections.Immutable;
using System.Security.Cryptography;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Quotas;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// The requests in flight, beside the loop. Each waits for a connection slot, is judged by the state as it then is, is sent, and reports
/// its end to the loop exactly once; it changes nothing itself.
/// </summary>
/// <param name="state">The deliveries.</param>
/// <param name="feed">The seller's feed.</param>
/// <param name="sender">Makes the requests.</param>
/// <param name="time">The clock.</param>
/// <param name="report">Tells the loop how a request ended.</param>
internal sealed class DeliveryRequests(
    IDeliveryState state,
    IFeedGrain feed,
    IEventSender sender,
    TimeProvider time,
    Func<RequestEnd, Task> report
) : IDisposable
{
    private const int PageEvents = 256;

    private readonly CancellationTokenSource _ending = new();
    private CancellationTokenSource _waiting = new();

    /// <summary>Starts a request, which must be in flight in the progress.</summary>
    public void Start(DeliveryAttempt attempt) => Run(attempt).Ignore();

    /// <summary>Ends requests that still wait for a slot: where to send, or what, has changed, so they are chosen again.</summary>
    public void ReleaseWaiting()
    {
        var before = _waiting;
        _waiting = new CancellationTokenSource();
        before.Cancel();
        before.Dispose();
    }

    /// <summary>Ends all requests; their events are sent again by the next activation.</summary>
    public void End()
    {
        _ending.Cancel();
        _waiting.Cancel();
    }

    public void Dispose()
    {
        _ending.Dispose();
        _waiting.Dispose();
    }

    private async Task Run(DeliveryAttempt attempt)
    {
        RequestEnd end;
        try
        {
            end = await Attempt(attempt);
        }
        catch (Exception e)
        {
            end = new RequestEnd.Failed(attempt, e);
        }

        await report(end);
    }

    private async Task<RequestEnd> Attempt(DeliveryAttempt attempt)
    {
        if (state.Endpoint is not { } wanted)
        {
            return new RequestEnd.NotSent(attempt);
        }

        var waiting = _waiting.Token;
        try
        {
            using var slot = await sender.Enter(new SendTurn(state.Id, wanted.Url, attempt.IsProbe), waiting);
            return await Send(attempt with { Items = await Load(attempt.Items) }, wanted.Url);
        }
        catch (OperationCanceledException) when (waiting.IsCancellationRequested || _ending.IsCancellationRequested)
        {
            // If it was sent, it is not known whether the receiver has it: it is sent again under the same id.
            return new RequestEnd.NotSent(attempt);
        }
    }

    // Judged only now, because the wait for a slot can be long: a scope withdrawn meanwhile must hold the events back.
    private async Task<RequestEnd> Send(DeliveryAttempt attempt, Uri url)
    {
        var now = time.GetUtcNow();
        if (
            state is not { Endpoint: { } endpoint, Entitlement: { } entitlement }
            || endpoint.Url != url
            || (state.IsStopped && !PassesStop(attempt))
        )
        {
            return new RequestEnd.NotSent(attempt);
        }

        return FirstWithheld(attempt, entitlement, endpoint, now) is { } withheld
            ? new RequestEnd.Withheld(attempt, withheld.Event, withheld.Reason)
            : new RequestEnd.Sent(attempt, await Post(attempt, endpoint, entitlement, now));
    }

    /// <summary>True for lifecycle events, which are sent although the installation is stopped; a replay waits.</summary>
    private static bool PassesStop(DeliveryAttempt attempt) => attempt.Replay is null && attempt.Items.All(item => item.Event!.IsLifecycle);

    private (PluginEvent Event, string Reason)? FirstWithheld(
        DeliveryAttempt attempt,
        Entitlement entitlement,
        DeliveryEndpoint endpoint,
        DateTimeOffset now
    )
    {
        foreach (var item in attempt.Items)
        {
            if (DeliveryFilter.Withholds(state.Id, entitlement, endpoint, item.Event!, now) is { } reason)
            {
                return (item.Event!, reason);
            }
        }

        return null;
    }

    private async Task<ImmutableArray<AttemptItem>> Load(ImmutableArray<AttemptItem> items)
    {
        var loaded = items.ToBuilder();
        for (var i = 0; i < loaded.Count; i++)
        {
            if (loaded[i].Event is not null)
            {
                continue;
            }

            var page = await feed.ReadEvents(loaded[i].Seq - 1, loaded.Count == 1 ? 1 : PageEvents, _ending.Token);
            var events = page.Events.ToDictionary(@event => @event.Seq);
            for (var next = i; next < loaded.Count && events.TryGetValue(loaded[next].Seq, out var @event); next++)
            {
                loaded[next] = loaded[next] with { Event = @event };
            }
        }

        return loaded.ToImmutable();
    }

    private async Task<AttemptResult> Post(DeliveryAttempt attempt, DeliveryEndpoint endpoint, Entitlement entitlement, DateTimeOffset now)
    {
        var schema = state.SchemaAt(now);
        var scopes = entitlement.ScopesAt(now);
        var bodies = attempt.Items.Select(item => EventPayloads.Render(item.Event!, state.Id, schema, scopes)).ToArray();
        var message = Message(attempt, endpoint, bodies, now);
        var result = await sender.Send(message, _ending.Token);
        return new AttemptResult(result.Error, time.GetUtcNow())
        {
            Status = result.Status,
            LatencyMs = (int)Math.Min(int.MaxValue, result.Latency.TotalMilliseconds),
            RetryAfter = result.RetryAfter,
            ResponseHash = result.ResponseHash,
            Schema = schema,
            Batch = endpoint.BatchSize > 1 ? message.Id : null,
            PayloadHashes = [.. bodies.Select(body => Convert.ToHexStringLower(SHA256.HashData(body)))],
        };
    }

    private EventMessage Message(DeliveryAttempt attempt, DeliveryEndpoint endpoint, byte[][] bodies, DateTimeOffset now)
    {
        var batched = endpoint.BatchSize > 1;
        return new EventMessage(
            endpoint.Url,
            batched ? BatchId(attempt.Items) : attempt.Items[0].Event!.MessageId,
            batched ? EventPayloads.Join(bodies) : bodies[0],
            batched ? EventPayloads.BatchContentType : EventPayloads.ContentType,
            [.. state.Setup.SecretsAt(now).Select(secret => secret.Sealed)],
            TimeSpan.FromSeconds(endpoint.TimeoutSeconds),
            attempt.Number
        )
        {
            Installation = state.Id,
            Replay = attempt.Replay,
        };
    }

    /// <summary>The same events in one request have the same id.</summary>
    private static string BatchId(ImmutableArray<AttemptItem> items) => PluginEvent.BatchIdOf(items.Select(item => item.Event!.MessageId));
}

/// <summary>How a request ended.</summary>
/// <param name="Attempt">The request.</param>
internal abstract record RequestEnd(DeliveryAttempt Attempt)
{
    /// <summary>The receiver answered, or could not be reached.</summary>
    internal sealed record Sent(DeliveryAttempt Attempt, AttemptResult Result) : RequestEnd(Attempt);

    /// <summary>One of its events is no longer owed.</summary>
    internal sealed record Withheld(DeliveryAttempt Attempt, PluginEvent Event, string Reason) : RequestEnd(Attempt);

    /// <summary>It must be chosen again: what it was made for has changed, or it was cancelled.</summary>
    internal sealed record NotSent(DeliveryAttempt Attempt) : RequestEnd(Attempt);

    /// <summary>Its events could not be read; the activation ends.</summary>
    internal sealed record Failed(DeliveryAttempt Attempt, Exception Cause) : RequestEnd(Attempt);
}
