using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Marketplace.Benchmarks.Load;

/// <summary>
/// An open-loop load generator: requests become due at a fixed rate whether or not earlier ones were answered, and a latency
/// counts from the instant a request was due. A server that stalls is thus charged for everybody who waits (no coordinated
/// omission). Due instants are looked at every millisecond, so figures may be up to a millisecond too high.
/// </summary>
/// <param name="address">Where the server answers.</param>
/// <param name="calls">The requests.</param>
/// <param name="connections">Connections, each with one request in flight.</param>
/// <param name="inTurn">True to send the requests in their order; by default each is taken at random.</param>
internal sealed class OpenLoop(Uri address, IReadOnlyList<Call> calls, int connections, bool inTurn = false)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private readonly Channel<(long At, long Number)> _due = Channel.CreateUnbounded<(long At, long Number)>(
        new UnboundedChannelOptions { SingleWriter = true }
    );
    private readonly byte[][] _requests = [.. calls.Select(call => Encode(address, call))];

    public async Task<LoadResult> Run(double rate, int seconds, CancellationToken cancellationToken)
    {
        var senders = Enumerable.Range(0, connections).Select(index => Send(new Random(index), cancellationToken)).ToArray();
        var started = Stopwatch.GetTimestamp();
        await Schedule(rate, seconds, cancellationToken);
        _due.Writer.Complete();
        var answers = await Task.WhenAll(senders);
        return Sum(answers, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static LoadResult Sum(List<(double Ms, bool Good)>[] answers, double seconds)
    {
        var all = answers.SelectMany(list => list).ToArray();
        var latencies = all.Select(answer => answer.Ms).Order().ToArray();
        return new LoadResult(all.Length, all.Count(answer => !answer.Good), 0, seconds, At(latencies, 0.50), At(latencies, 0.99));
    }

    private static double At(double[] ordered, double share) =>
        ordered.Length == 0 ? double.NaN : ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * share))];

    private static byte[] Encode(Uri address, Call call) =>
        Encoding.UTF8.GetBytes(
            $"{call.Method} {call.Path} HTTP/1.1\r\nHost: {address.Authority}\r\n"
                + (call.Token.Length > 0 ? $"Authorization: Bearer {call.Token}\r\n" : string.Empty)
                + (call.Key is { } key ? $"Idempotency-Key: {key}\r\n" : string.Empty)
                + (call.Body is { } body ? ContentFields(body) : string.Empty)
                + $"\r\n{call.Body}"
        );

    private static string ContentFields(string body) =>
        $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";

    private async Task Schedule(double rate, int seconds, CancellationToken cancellationToken)
    {
        var interval = Stopwatch.Frequency / rate;
        var started = Stopwatch.GetTimestamp();
        var count = (long)(rate * seconds);
        var next = 0L;
        using var timer = new PeriodicTimer(Tick);
        while (next < count && await timer.WaitForNextTickAsync(cancellationToken))
        {
            var now = Stopwatch.GetTimestamp();
            while (next < count && started + (long)(next * interval) <= now)
            {
                _due.Writer.TryWrite((started + (long)(next * interval), next));
                next++;
            }
        }
    }

    private async Task<List<(double Ms, bool Good)>> Send(Random random, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
        var answers = new List<(double Ms, bool Good)>();
        var buffer = new byte[64 * 1024];
        await foreach (var (due, number) in _due.Reader.ReadAllAsync(cancellationToken))
        {
            var index = inTurn ? (int)(number % _requests.Length) : random.Next(_requests.Length);
            await socket.SendAsync(_requests[index], cancellationToken);
            var good = await ReadAnswer(socket, buffer, cancellationToken);
            answers.Add((Stopwatch.GetElapsedTime(due).TotalMilliseconds, good));
        }

        return answers;
    }

    private static async Task<bool> ReadAnswer(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        var length = 0;
        while (!IsWhole(buffer.AsSpan(0, length)))
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            length += read > 0 ? read : throw new InvalidOperationException("The server closed a connection in the open-loop measurement.");
        }

        return buffer.AsSpan(0, length).StartsWith("HTTP/1.1 2"u8);
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = answer[..(end + 2)];
        var body = answer[(end + 4)..];
        return ContentLength(head) is { } length ? body.Length >= length : body.EndsWith("0\r\n\r\n"u8);
    }

    private static int? ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return null;
        }

        var value = head[(at + 16)..];
        return int.Parse(value[..value.IndexOf("\r\n"u8)], CultureInfo.InvariantCulture);
    }
}
