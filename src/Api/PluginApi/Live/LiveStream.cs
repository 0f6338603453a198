using System.Text.Json;
using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Quotas;
using Marketplace.Schemas.Payloads;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.PluginApi.Live;

/// <summary>
/// One live connection after its opening: waits until the feed has grown, has the next batch judged like a call, sends it. Ends with the
/// client, with the process, when a newer connection replaces it, or with the first refusal, which is its last event. A client that does
/// not read is disconnected.
/// </summary>
internal sealed class LiveStream
{
    /// <summary>Events that arrive within a second are sent together.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly HttpContext _context;
    private readonly Call _call;
    private readonly int _limit;
    private readonly IDeliveryGrain _grain;
    private readonly BatchCalls _calls;
    private readonly TimeProvider _time;
    private readonly TimeSpan _heartbeat;
    private readonly EventStream _events;
    private readonly LivePlace _place;
    private readonly CancellationToken _stopping;
    private long _after;

    public LiveStream(HttpContext context, Call call, int limit, IDeliveryGrain grain, LivePlace place)
    {
        var services = context.RequestServices;
        (_context, _call, _limit, _grain, _place) = (context, call, limit, grain, place);
        _calls = services.GetRequiredService<BatchCalls>();
        _time = services.GetRequiredService<TimeProvider>();
        var options = services.GetRequiredService<IOptions<LiveOptions>>().Value;
        _heartbeat = TimeSpan.FromSeconds(options.HeartbeatSeconds);
        _events = new EventStream(context, TimeSpan.FromSeconds(options.WriteTimeoutSeconds), _time);
        _stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
    }

    /// <summary>Sends the first batch, which is already counted, then all later ones.</summary>
    public async Task Run(EventBatch first)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(_context.RequestAborted, _stopping, _place.Ended);
        try
        {
            // Randomized, so that disconnected clients do not all reconnect at once.
            await _events.Write(new EventFrames().Retry(Random.Shared.Next(2_000, 5_000)), ends.Token);
            await Send(first, receipt: null, ends.Token);
            await GoOn(first, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client disconnected, or the process is stopping: either way it reconnects with the id of its last event.
            await SendReplaced();
        }
        catch (OperationCanceledException)
        {
            // The client has not read for too long. If it is still there it reconnects.
            _context.Abort();
        }
        catch (StoreUnavailableException)
        {
            await SendProblem(ProblemWriter.StorageUnavailable(), ends.Token);
        }
    }

    private async Task GoOn(EventBatch batch, CancellationToken ends)
    {
        while (true)
        {
            if (batch.LastSeq >= batch.Head)
            {
                // Also after an empty batch: withheld events must not cause constant polling.
                await Task.Delay(Pace, _time, ends);
                await WaitForMore(ends);
            }

            var next = await _grain.Consume(_after, _limit, null, ends);
            if ((next.Refusal ?? Without(next.Value!)) is { } refusal)
            {
                await SendProblem(refusal, ends);
                return;
            }

            batch = next.Value!;
            if (batch.Events.IsEmpty)
            {
                _after = batch.LastSeq;
            }
            else if (await Deliver(batch, ends) is { } refused)
            {
                await SendProblem(refused, ends);
                return;
            }
        }
    }

    private async Task WaitForMore(CancellationToken ends)
    {
        while (await _grain.WaitForEvents(_after, _heartbeat, ends) <= _after)
        {
            await _events.Write(new EventFrames().Comment("still here"), ends);
        }
    }

    /// <summary>Without any event scope no event and so no refusal would ever come: check explicitly.</summary>
    private Refusal? Without(EventBatch batch) =>
        EventScopes.All.Any(batch.Scopes.Contains) ? null : QuotaRefusals.Scope(_call.Operation.Scope);

    private async Task<Refusal?> Deliver(EventBatch batch, CancellationToken ends)
    {
        while (true)
        {
            var counted = await _calls.Count(_context, _call.Operation);
            if (counted.Value is { } receipt)
            {
                await Send(batch, receipt, ends);
                return null;
            }

            if (counted.Refusal is not { Code: QuotaRefusals.BurstExceeded, RetryAt: { } at })
            {
                return counted.Refusal;
            }

            // The pace of batches is ours, not the plugin's.
            await Task.Delay(TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond * 50, (at - _time.GetUtcNow()).Ticks)), _time, ends);
        }
    }

    private async Task Send(EventBatch batch, string? receipt, CancellationToken ends)
    {
        var frames = new EventFrames();
        if (receipt is { Length: > 0 })
        {
            frames.Comment($"{CallHeaders.Receipt}: {receipt}");
        }

        foreach (var @event in batch.Events)
        {
            var payload = EventPayloads.Render(@event, _call.Installation, batch.Schema, batch.Scopes);
            frames.Event(@event.Type, payload, Cursors.Of(Cursors.Events, _call.Installation, @event.Seq));
        }

        if (frames.Written.IsEmpty)
        {
            frames.Comment("nothing yet");
        }

        await _events.Write(frames, ends);
        _after = batch.LastSeq;
    }

    private Task SendProblem(Refusal refusal, CancellationToken ends)
    {
        var problem = JsonSerializer.SerializeToUtf8Bytes(_context.ProblemOf(refusal), ProblemJson.Default.Problem);
        return _events.Write(new EventFrames().Event("problem", problem), ends);
    }

    private async Task SendReplaced()
    {
        if (!_place.Ended.IsCancellationRequested || _context.RequestAborted.IsCancellationRequested || _stopping.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await SendProblem(DeliveryRefusals.Replaced(), _context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            _context.Abort();
        }
    }
}
