using System.Text;
using System.Text.Json;
using Marketplace.Api.Calls;
using Marketplace.Api.Problems;
using Marketplace.Grains;
using Marketplace.Quotas;
using Marketplace.Sync;
using Marketplace.Sync.Payloads;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Sync;

/// <summary>
/// One live connection after its opening: waits until the feed has grown, counts the next batch as a call, sends it. It ends with the client, with
/// the process, or with the first refusal, which is its last event.
/// </summary>
internal sealed class LiveStream
{
    public const string ContentType = "text/event-stream";

    /// <summary>While events trickle in, a batch a second is a call a second; what comes meanwhile goes together.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly HttpContext _context;
    private readonly Call _call;
    private readonly int _limit;
    private readonly IDeliveryGrain _grain;
    private readonly BatchCalls _calls;
    private readonly TimeProvider _time;
    private readonly TimeSpan _heartbeat;
    private readonly CancellationToken _stopping;
    private long _after;

    public LiveStream(HttpContext context, Call call, int limit, IDeliveryGrain grain)
    {
        var services = context.RequestServices;
        (_context, _call, _limit, _grain) = (context, call, limit, grain);
        _calls = services.GetRequiredService<BatchCalls>();
        _time = services.GetRequiredService<TimeProvider>();
        _heartbeat = TimeSpan.FromSeconds(services.GetRequiredService<IOptions<LiveOptions>>().Value.HeartbeatSeconds);
        _stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
    }

    /// <summary>Sends the first batch, which is counted already, and then all that comes.</summary>
    public async Task Run(EventBatch first)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(_context.RequestAborted, _stopping);
        try
        {
            await Send(first, receipt: null, ends.Token);
            await GoOn(first, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client has gone, or the process is going: either way it comes again with the id of its last event.
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
                // Also after an empty batch: what is withheld from the plugin must not make it look all the time.
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
            await Write(": still here\n\n", ends);
        }
    }

    /// <summary>Without any scope there is never an event, and so never a call that would be refused for it.</summary>
    private Refusal? Without(EventBatch batch) => EventScopes.All.Any(batch.Scopes.Contains) ? null : QuotaRefusals.Scope(_call.Operation.Scope);

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

            // How fast batches follow each other is up to us, not to the plugin.
            await Task.Delay(TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond * 50, (at - _time.GetUtcNow()).Ticks)), _time, ends);
        }
    }

    private async Task Send(EventBatch batch, string? receipt, CancellationToken ends)
    {
        using var text = new MemoryStream();
        if (receipt is { Length: > 0 })
        {
            Add(text, $": {CallHeaders.Receipt}: {receipt}\n\n");
        }

        foreach (var happened in batch.Events)
        {
            Add(text, $"id: {Cursors.Of(Cursors.Events, happened.Seq)}\nevent: {happened.Type}\ndata: ");
            text.Write(EventPayloads.Render(happened, _call.Installation, batch.Schema, batch.Scopes));
            Add(text, "\n\n");
        }

        if (text.Length == 0)
        {
            Add(text, ": nothing yet\n\n");
        }

        await _context.Response.Body.WriteAsync(text.GetBuffer().AsMemory(0, (int)text.Length), ends);
        await _context.Response.Body.FlushAsync(ends);
        _after = batch.LastSeq;
    }

    private Task SendProblem(Refusal refusal, CancellationToken ends) =>
        Write($"event: problem\ndata: {JsonSerializer.Serialize(Problem.Of(refusal, _context.CallId()), ProblemJson.Default.Problem)}\n\n", ends);

    private async Task Write(string text, CancellationToken ends)
    {
        await _context.Response.WriteAsync(text, ends);
        await _context.Response.Body.FlushAsync(ends);
    }

    private static void Add(MemoryStream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
