using System.Collections.Immutable;
using System.Security.Cryptography;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Grains.Deliveries;

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
    private CancellationTokenSource _turns = new();
    private TaskCompletionSource _signal = New();

    /// <summary>True if something may be to do that the last run has not looked at.</summary>
    public bool IsSignalled => _signal.Task.IsCompleted && !IsEnded;

    /// <summary>True once it was told to end.</summary>
    public bool IsEnded => _ending.IsCancellationRequested;

    /// <summary>Something may be to do: new events, a change of rights, a replay.</summary>
    public void Signal() => _signal.TrySetResult();

    /// <summary>Where to send, or what, has changed: whatever still waits for a place is judged anew.</summary>
    public void Reconsider()
    {
        var before = _turns;
        _turns = new CancellationTokenSource();
        before.Cancel();
        before.Dispose();
        Signal();
    }

    /// <summary>Ends requests under way; their events are tried again elsewhere.</summary>
    public void End()
    {
        _ending.Cancel();
        _turns.Cancel();
    }

    /// <summary>Returns when nothing is to be done now.</summary>
    /// <exception cref="StoreUnavailableException">The activation must end.</exception>
    public async Task Run()
    {
        while (!IsEnded)
        {
            _signal = _signal.Task.IsCompleted ? New() : _signal;
            var before = Place;
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
            else if (!_signal.Task.IsCompleted && (Place == before || !MayReadOn()))
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        _ending.Dispose();
        _turns.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private (long ReadTo, long Cursor, long LookedTo) Place => (host.Progress.ReadTo, host.Progress.Cursor, host.Progress.LookedTo);

    private bool MayReadOn() =>
        host.Endpoint is { } endpoint
        && (
            host.IsStopped
                ? host.Progress.WantsLifecycle && host.Progress.LookedTo < host.Head
                : host.Progress.WantsEvents(endpoint.Ordering) && host.Progress.ReadTo < host.Head
        );

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

        await (host.IsStopped ? LookAhead() : ReadAhead(endpoint));

        // Asked anew: while the feed was read the endpoint may have been removed, or the installation paused.
        while (host.Endpoint is { } current && Next(current) is { } attempt)
        {
            _running.Add(Attempt(attempt));
        }

        foreach (var request in host.Setup.Replays)
        {
            await Replay(request);
        }
    }

    /// <summary>Finds the lifecycle events of an installation that is stopped, however much else waits before them.</summary>
    public async Task LookAhead()
    {
        while (host is { IsStopped: true, Right: not null, Progress: { WantsLifecycle: true } progress } && progress.LookedTo < host.Head)
        {
            var page = await feed.ReadEvents(progress.LookedTo, PageEvents, _ending.Token);
            foreach (var @event in page.Events)
            {
                // Another look may have been quicker.
                if (@event.Seq == progress.LookedTo + 1 && (!progress.WantsLifecycle || !progress.Look(@event, IsTold(@event))))
                {
                    return;
                }
            }

            if (page.Events.IsEmpty)
            {
                return;
            }
        }
    }

    private bool IsTold(PluginEvent @event) => @event.IsFor(host.Id) && host.Endpoint?.Wants(@event.Type) != false;

    private DeliveryAttempt? Next(DeliveryEndpoint endpoint) =>
        host.IsStopped ? host.Progress.NextLifecycle(endpoint, time.GetUtcNow()) : host.Progress.Next(endpoint, time.GetUtcNow());

    private async Task ReadAhead(DeliveryEndpoint endpoint)
    {
        while (
            host is { IsStopped: false, Right: not null, Progress: { } progress }
            && progress.WantsEvents(endpoint.Ordering)
            && progress.ReadTo < host.Head
        )
        {
            var page = await feed.ReadEvents(progress.ReadTo, PageEvents, _ending.Token);
            var now = time.GetUtcNow();
            if (host is not { IsStopped: false, Right: { } right, Endpoint: { } current })
            {
                return;
            }

            foreach (var @event in page.Events)
            {
                // A change of rights meanwhile may have put the window back: then the page does not follow it, and is read again.
                if (@event.Seq == progress.ReadTo + 1)
                {
                    progress.Take(@event, DeliveryFilter.Withholds(host.Id, right, current, @event, now), now);
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
        if (host is not { IsStopped: false, Right: { } right, Endpoint: { } endpoint } || !progress.MayReplay(replay, now))
        {
            return;
        }

        var (events, next) = await ReplayReading.Next(
            feed,
            progress,
            request,
            replay.Next,
            endpoint.BatchSize,
            new ReplayRight(host.Id, right, endpoint),
            now,
            _ending.Token
        );
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
        else if (host is { IsStopped: false, Endpoint: not null } && progress.MayReplay(replay, now))
        {
            _running.Add(Attempt(progress.BeginReplay(replay, events)));
        }
    }

    private async Task Attempt(DeliveryAttempt attempt)
    {
        var progress = host.Progress;
        var (loaded, entered, sent) = (attempt, false, false);
        try
        {
            if (host.Endpoint is not { } wanted)
            {
                return;
            }

            // First, since what may be sent is judged when it can be sent.
            using var place = await sender.Enter(new SendTurn(host.Id, wanted.Url, attempt.IsProbe), _turns.Token);
            entered = true;
            loaded = attempt with { Items = await Load(attempt.Items) };
            var now = time.GetUtcNow();
            if (
                host is not { Endpoint: { } endpoint, Right: { } right }
                || endpoint.Url != wanted.Url
                || (host.IsStopped && !PassesStop(loaded))
            )
            {
                return;
            }

            if (Withheld(loaded, right, endpoint, now) is { } withheld)
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
        catch (OperationCanceledException) when (_ending.IsCancellationRequested || !entered)
        {
            // It had no place yet; or whether the receiver has it is not known, and it will get it again.
        }
        finally
        {
            if (!sent)
            {
                progress.Abandon(loaded);
            }
        }
    }

    /// <summary>True for what an installation is told although it is stopped; a replay waits.</summary>
    private static bool PassesStop(DeliveryAttempt attempt) => attempt.Replay is null && attempt.Items.All(item => item.Event!.IsLifecycle);

    private (PluginEvent Event, string Reason)? Withheld(
        DeliveryAttempt attempt,
        Entitlement right,
        DeliveryEndpoint endpoint,
        DateTimeOffset now
    ) =>
        attempt
            .Items.Select(item =>
                ((PluginEvent Event, string Reason)?)(
                    DeliveryFilter.Withholds(host.Id, right, endpoint, item.Event!, now) is { } reason ? (item.Event!, reason) : null
                )
            )
            .FirstOrDefault(pair => pair is not null);

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
            attempt.Number
        )
        {
            Installation = host.Id,
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

    /// <summary>Where to send; null while nothing at all may be sent: no endpoint, or parked.</summary>
    DeliveryEndpoint? Endpoint { get; }

    /// <summary>True while the installation is stopped: then only lifecycle events are sent.</summary>
    bool IsStopped { get; }

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
