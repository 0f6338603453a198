using System.Diagnostics;
using System.Net;
using System.Threading.Channels;
using Marketplace.Benchmarks.Load;

namespace Marketplace.Benchmarks.Sync;

/// <summary>The loads of the sync benchmark. Each answers in events, not in requests.</summary>
internal sealed class SyncLoads(SyncTarget target, SyncReceiver receiver)
{
    private const int Senders = 8;
    private const int BatchSize = 100;
    private const int PacedBatchSize = 10;

    /// <summary>Events under way at most: enough to keep every worker busy, too few to measure a queue.</summary>
    private const int Window = 4_000;

    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(1);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>Events accepted, of sellers to whom nothing is pushed: how fast they become durable.</summary>
    /// <remarks>For a peer, which pushes everything, it is the rate at which it accepts while it delivers what it can.</remarks>
    public async Task<LoadResult> Ingest(int seconds, int firstSeller, CancellationToken cancellationToken)
    {
        var token = await target.Token(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var accepted = 0L;
        await Side(async () =>
        {
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                await Send(token, BatchSize, firstSeller, cancellationToken);
                Interlocked.Add(ref accepted, BatchSize);
            }
        });
        return new LoadResult(accepted, 0, 0, Stopwatch.GetElapsedTime(started).TotalSeconds, double.NaN, double.NaN);
    }

    /// <summary>
    /// Events from acceptance to arrival at the greatest rate: as fast as they are taken, with a bounded number under way.
    /// </summary>
    public async Task<LoadResult> Flow(int seconds, CancellationToken cancellationToken)
    {
        receiver.Clear();
        var token = await target.Token(cancellationToken);
        var sent = 0L;
        var started = Stopwatch.GetTimestamp();
        await Side(async () =>
        {
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                if (Interlocked.Read(ref sent) - receiver.Count >= Window)
                {
                    await Task.Delay(Glance, cancellationToken);
                    continue;
                }

                Interlocked.Add(ref sent, BatchSize);
                await Send(token, BatchSize, 0, cancellationToken);
            }
        });
        await Drain(sent, cancellationToken);
        return new LoadResult(sent, 0, 0, Stopwatch.GetElapsedTime(started).TotalSeconds, double.NaN, double.NaN);
    }

    /// <summary>Events that become due at a fixed rate; a latency counts from the instant an event was due to its arrival.</summary>
    public async Task<LoadResult> Paced(double rate, int seconds, CancellationToken cancellationToken)
    {
        receiver.Clear();
        var token = await target.Token(cancellationToken);
        var due = Channel.CreateUnbounded<long>();
        var dueAt = new Dictionary<long, long>();
        var senders = Side(async () =>
        {
            await foreach (var at in due.Reader.ReadAllAsync(cancellationToken))
            {
                var first = await Send(token, PacedBatchSize, 0, cancellationToken);
                lock (dueAt)
                {
                    for (var number = first; number < first + PacedBatchSize; number++)
                    {
                        dueAt[number] = at;
                    }
                }
            }
        });
        await Schedule(due.Writer, rate / PacedBatchSize, seconds, cancellationToken);
        await senders;
        await Drain(dueAt.Count, cancellationToken);
        var arrived = receiver.Arrivals();
        var latencies = dueAt.Select(pair => Stopwatch.GetElapsedTime(pair.Value, arrived[pair.Key]).TotalMilliseconds).Order().ToArray();
        return new LoadResult(latencies.Length, 0, 0, seconds, At(latencies, 0.5), At(latencies, 0.99));
    }

    /// <summary>Events consumed and confirmed by plugins that pull, from a backlog that is made first.</summary>
    public static async Task<LoadResult> Pull(SyncServer server, SyncLoads loads, int seconds, CancellationToken cancellationToken)
    {
        var made = await loads.Ingest(seconds, server.Pushed, cancellationToken);
        var tokens = new List<string>();
        for (var index = server.Pushed; index < server.Pushed * 2; index++)
        {
            tokens.Add(await server.Client.PluginToken(index, cancellationToken));
        }

        var started = Stopwatch.GetTimestamp();
        var events = 0L;
        await Parallel.ForEachAsync(
            tokens,
            new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancellationToken },
            async (token, end) =>
            {
                while (await server.Client.Consume(token, end) is { Events: > 0 } page)
                {
                    Interlocked.Add(ref events, page.Events);
                    await server.Client.Confirm(token, page.Next, end);
                }
            }
        );
        return events < made.Answers
            ? throw new InvalidOperationException($"{made.Answers} events were accepted, {events} consumed.")
            : new LoadResult(events, 0, 0, Stopwatch.GetElapsedTime(started).TotalSeconds, double.NaN, double.NaN);
    }

    /// <summary>Waits until so many events came; what is lost fails the measurement.</summary>
    public async Task Drain(long sent, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (receiver.Count < sent)
        {
            if (Stopwatch.GetElapsedTime(started) > DrainLimit)
            {
                throw new InvalidOperationException($"{sent} events were accepted, {receiver.Count} came.");
            }

            await Task.Delay(Glance, cancellationToken);
        }
    }

    private static Task Side(Func<Task> work) => Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => work()));

    private static double At(double[] ordered, double share) => ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * share))];

    private static async Task Schedule(ChannelWriter<long> due, double rate, int seconds, CancellationToken cancellationToken)
    {
        var interval = Stopwatch.Frequency / rate;
        var (started, count, next) = (Stopwatch.GetTimestamp(), (long)(rate * seconds), 0L);
        using var timer = new PeriodicTimer(Glance);
        while (next < count && await timer.WaitForNextTickAsync(cancellationToken))
        {
            for (var now = Stopwatch.GetTimestamp(); next < count && started + (long)(next * interval) <= now; next++)
            {
                due.TryWrite(started + (long)(next * interval));
            }
        }

        due.Complete();
    }

    private async Task<long> Send(string token, int count, int firstSeller, CancellationToken cancellationToken)
    {
        var first = SyncEvents.Next(count);
        using var request = SyncEvents.Request(target.Events, token, first, count, firstSeller, target.Pushed);
        using var answer = await Http.SendAsync(request, cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK
            ? first
            : throw new InvalidOperationException(
                $"{target.Name} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}"
            );
    }
}
