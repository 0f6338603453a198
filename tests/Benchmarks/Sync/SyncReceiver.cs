using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using Marketplace.Benchmarks.Machine;

namespace Marketplace.Benchmarks.Sync;

/// <summary>
/// The plugin's side of all set-ups: takes everything at once and notes when each numbered event first came. It reads only the number out
/// of the subject, so that what it costs is little and the same for all.
/// </summary>
internal sealed class SyncReceiver : IAsyncDisposable
{
    private const int MostBytes = 1024 * 1024;
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, long> _arrived = [];

    private SyncReceiver(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public static async Task<SyncReceiver> Start(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = Readiness.FreePort();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var receiver = new SyncReceiver(builder.Build()) { Address = new Uri($"http://127.0.0.1:{port}/") };
        receiver._app.Run(receiver.Receive);
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>Forgets what came.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _arrived.Clear();
        }
    }

    /// <summary>How many different events came.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _arrived.Count;
            }
        }
    }

    /// <summary>Timestamps of the first arrival, by number.</summary>
    public Dictionary<long, long> Arrivals()
    {
        lock (_lock)
        {
            return new Dictionary<long, long>(_arrived);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Receive(HttpContext context)
    {
        var now = Stopwatch.GetTimestamp();
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(context.Request.ContentLength ?? MostBytes, MostBytes));
        try
        {
            var length = await context.Request.Body.ReadAtLeastAsync(
                buffer,
                buffer.Length,
                throwOnEndOfStream: false,
                context.RequestAborted
            );
            RecordArrivals(buffer.AsSpan(0, length), now);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private void RecordArrivals(ReadOnlySpan<byte> body, long now)
    {
        while (body.IndexOf(SyncEvents.SubjectMark) is var at and >= 0)
        {
            body = body[(at + SyncEvents.SubjectMark.Length)..];
            if (Utf8Parser.TryParse(body, out long number, out _))
            {
                lock (_lock)
                {
                    _arrived.TryAdd(number, now);
                }
            }
        }
    }
}
