using System.Collections.Immutable;
using System.Security.Cryptography;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Sync;
using Marketplace.Sync.Delivery;
using Marketplace.Sync.Payloads;

namespace Marketplace.Grains.Sync;

/// <summary>
/// Sends what one installation is owed, as long as something is to be sent now. Runs in its grain's turns; what several requests brought
/// meanwhile is written as one row.
/// </summary>
/// <param name="host">The grain.</param>
/// <param name="feed">The seller's feed.</param>
/// <param name="sender">Makes the requests.</param>
/// <param name="time">The clock.</param>
internal sealed class DeliveryPump(IDeliveryHost host, IFeedGrain feed, IEventSender sender, TimeProvider time) : IDisposable
{
    private const int PageEvents = 256;

    private readonly List<Task> _running = [];
    private readonly CancellationTokenSource _ending = new();
    private TaskCompletionSource _signal = New();

    /// <summary>True if something may be to do that the last run has not looked at.</summary>
    public bool IsSignalled => _signal.Task.IsCompleted && !IsEnded;

    /// <summary>True once it was told to end.</summary>
    public bool IsEnded => _ending.IsCancellationRequested;

    /// <summary>Something may be to do: new events, a change of rights, a replay.</summary>
    public void Signal() => _signal.TrySetResult();

    /// <summary>Ends requests under way; their events are tried again elsewhere.</summary>
    public void End() => _ending.Cancel();

    /// <summary>Returns when nothing is to be done now.</summary>
    /// <exception cref="StoreUnavailableException">The activation must end.</exception>
    public async Task Run()
    {
        while (!IsEnded)
        {
            _signal = _signal.Task.IsCompleted ? New() : _signal;
            var before = (host.Progress.ReadTo, host.Progress.Cursor);
            await Begin();
            await host.Commit();
            if (host.Progress.ParkWanted is { } reason && _running.Count == 0)
            {
                await host.Park(reason);
            }
            else if (_running.Count > 0)
            {
                await Task.WhenAny([.. _running, _signal.Task]);
                await Collect();
            }
            else if (!_signal.Task.IsCompleted && ((host.Progress.ReadTo, host.Progress.Cursor) == before || !MayReadOn()))
            {
                return;
            }
        }
    }

    public void Dispose() => _ending.Dispose();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool MayReadOn() => host.Endpoint is { } endpoint && host.Progress.WantsEvents(endpoint.Ordering) && host.Progress.ReadTo < host.Head;

    private async Task Collect()
    {
        foreach (var done in _running.Where(task => task.IsCompleted).ToArray())
        {
            _running.Remove(done);
            await done;
        }
    }

    private async Task Begin()
    {
        if (host.Endpoint is not { } endpoint)
        {
            return;
        }

        await ReadAhead(endpoint);

        // Asked anew: while the feed was read the endpoint may have been removed, or the installation paused.
        while (host.Endpoint is { } current && host.Progress.Next(current, time.GetUtcNow()) is { } attempt)
        {
            _running.Add(Attempt(attempt));
        }

        foreach (var request in host.Setup.Replays)
        {
            await Replay(request);
        }
    }

    private async Task ReadAhead(DeliveryEndpoint endpoint)
    {
        while (host is { Right: not null, Progress: { } progress } && progress.WantsEvents(endpoint.Ordering) && progress.ReadTo < host.Head)
        {
            var page = await feed.ReadEvents(progress.ReadTo, PageEvents, _ending.Token);
            var now = time.GetUtcNow();
            if (host.Right is not { } right)
            {
                return;
            }

            foreach (var happened in page.Events)
            {
                // A change of rights meanwhile may have put the window back: then the page does not follow it, and is read again.
                if (happened.Seq == progress.ReadTo + 1)
                {
                    progress.Take(happened, DeliveryFilter.Withholds(right, happened, now), now);
                }
            }

            if (page.Events.IsEmpty)
            {
                return;
            }
        }
    }

    private async Task Replay(ReplayRequest request)
    {
        var progress = host.Progress;
        var replay = progress.ReplayOf(request);
        var now = time.GetUtcNow();
        if (host is not { Right: { } right, Endpoint: { } endpoint } || !progress.MayReplay(replay, now))
        {
            return;
        }

        var (events, next) = await ReplayReading.Next(feed, progress, request, replay.Next, endpoint.BatchSize, right, now, _ending.Token);
        if (events.IsEmpty && next is { } place)
        {
            // Nothing is owed so far: it is this replay's turn again after all others'.
            replay.Pass(place);
            Signal();
        }
        else if (events.IsEmpty)
        {
            await host.FinishReplay(replay);
        }
        else if (host.Endpoint is not null && progress.MayReplay(replay, now))
        {
            _running.Add(Attempt(progress.BeginReplay(replay, events)));
        }
    }

    private async Task Attempt(DeliveryAttempt attempt)
    {
        var progress = host.Progress;
        var (loaded, sent) = (attempt, false);
        try
        {
            loaded = attempt with { Items = await Load(attempt.Items) };
            var now = time.GetUtcNow();
            if (host is not { Endpoint: { } endpoint, Right: { } right })
            {
                return;
            }

            if (Withheld(loaded, right, now) is { } withheld)
            {
                sent = true;
                progress.Withdraw(loaded, withheld.Event, withheld.Reason, now);
                return;
            }

            var result = await Send(loaded, endpoint, right, now);
            sent = true;
            progress.Complete(loaded, result, host.Chance());
            host.Note(loaded, result);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Whether the receiver has it is not known; it will get it again.
        }
        finally
        {
            if (!sent)
            {
                progress.Abandon(loaded);
            }
        }
    }

    private static (PluginEvent Event, string Reason)? Withheld(DeliveryAttempt attempt, Entitlement right, DateTimeOffset now) => attempt.Items
        .Select(item => ((PluginEvent Event, string Reason)?)(DeliveryFilter.Withholds(right, item.Event!, now) is { } reason ? (item.Event!, reason) : null))
        .FirstOrDefault(pair => pair is not null);

    private async Task<ImmutableArray<AttemptItem>> Load(ImmutableArray<AttemptItem> items)
    {
        if (items is [{ Event: null } waiting])
        {
            var page = await feed.ReadEvents(waiting.Seq - 1, 1, _ending.Token);
            return [waiting with { Event = page.Events[0] }];
        }

        return items;
    }

    private async Task<AttemptResult> Send(DeliveryAttempt attempt, DeliveryEndpoint endpoint, Entitlement right, DateTimeOffset now)
    {
        var schema = host.SchemaAt(now);
        var scopes = right.ScopesAt(now);
        var bodies = attempt.Items.Select(item => EventPayloads.Render(item.Event!, host.Id, schema, scopes)).ToArray();
        var batched = endpoint.BatchSize > 1;
        var message = new EventMessage(
            endpoint.Url,
            batched ? BatchId(attempt.Items) : attempt.Items[0].Event!.MessageId,
            batched ? EventPayloads.Join(bodies) : bodies[0],
            batched ? EventPayloads.BatchContentType : EventPayloads.ContentType,
            [.. host.Setup.SecretsAt(now).Select(secret => secret.Sealed)],
            TimeSpan.FromSeconds(endpoint.TimeoutSeconds),
            attempt.Number)
        {
            Replay = attempt.Replay,
        };
        var result = await sender.Send(message, _ending.Token);
        return new AttemptResult(result.Error, time.GetUtcNow())
        {
            Status = result.Status,
            LatencyMs = (int)Math.Min(int.MaxValue, result.Latency.TotalMilliseconds),
            RetryAfter = result.RetryAfter,
            ResponseHash = result.ResponseHash,
            Schema = schema,
            Batch = batched ? message.Id : null,
            PayloadHashes = [.. bodies.Select(body => Convert.ToHexStringLower(SHA256.HashData(body)))],
        };
    }

    /// <summary>The same events in one request have the same id.</summary>
    private static string BatchId(ImmutableArray<AttemptItem> items) => PluginEvent.BatchIdOf(items.Select(item => item.Event!.MessageId));
}

/// <summary>What the pump needs of its grain.</summary>
internal interface IDeliveryHost
{
    InstallationId Id { get; }

    /// <summary>Where to send; null while nothing may be sent: no endpoint, parked, installation stopped.</summary>
    DeliveryEndpoint? Endpoint { get; }

    DeliverySetup Setup { get; }

    Entitlement? Right { get; }

    DeliveryProgress Progress { get; }

    /// <summary>The feed's last place as far as known.</summary>
    long Head { get; }

    /// <summary>The schema version to render in.</summary>
    string SchemaAt(DateTimeOffset now);

    /// <summary>From 0 to below 1.</summary>
    double Chance();

    /// <summary>Writes what has happened.</summary>
    Task Commit();

    Task Park(string reason);

    Task FinishReplay(ReplayProgress replay);

    /// <summary>Counts an attempt.</summary>
    void Note(DeliveryAttempt attempt, AttemptResult result);
}
