using System.Collections.Concurrent;
using System.Globalization;

namespace Marketplace.Benchmarks.Peers;

/// <summary>
/// A Redis stream with a consumer group and an append-only file that is synced at each write: XADD, XREADGROUP, post, XACK. It keeps no
/// order, knows no duplicate, signs nothing and logs no attempt.
/// </summary>
internal static class StreamsPeer
{
    public const string Name = "streams";

    private const string Stream = "events";
    private const string Group = "deliverers";
    private const string BlockMs = "100";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task Map(WebApplication app)
    {
        var port = app.Configuration.GetValue<int>("redis");
        using (var setUp = await RedisConnection.Open(port, CancellationToken.None))
        {
            setUp.Add("XGROUP", "CREATE", Stream, Group, "$", "MKSTREAM");
            await setUp.Send(1, CancellationToken.None);
        }

        var idle = new ConcurrentBag<RedisConnection>();
        app.MapPost("/events", context => Accept(context, idle, port));
        var client = PeerEvents.Client(app.Configuration);
        for (var worker = 0; worker < PeerEvents.Workers; worker++)
        {
            _ = Work(port, worker, client, app.Lifetime.ApplicationStopping);
        }
    }

    private static async Task Accept(HttpContext context, ConcurrentBag<RedisConnection> idle, int port)
    {
        var (_, _, bodies) = await PeerEvents.Read(context.Request);
        var connection = idle.TryTake(out var known) ? known : await RedisConnection.Open(port, context.RequestAborted);
        foreach (var body in bodies)
        {
            connection.Add("XADD", Stream, "*", "body", body);
        }

        await connection.Send(bodies.Length, CancellationToken.None);
        idle.Add(connection);
        await PeerEvents.Answer(context.Response, bodies.Length);
    }

    private static async Task Work(int port, int number, HttpClient client, CancellationToken stopping)
    {
        using var connection = await RedisConnection.Open(port, stopping);
        var name = number.ToString(CultureInfo.InvariantCulture);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await DeliverSome(connection, name, client, stopping);
            }
            catch (HttpRequestException)
            {
                // They stay pending; the benchmark's receiver takes everything, so this is the run's end.
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }

    private static async Task DeliverSome(RedisConnection connection, string name, HttpClient client, CancellationToken cancellationToken)
    {
        connection.Add(
            "XREADGROUP",
            "GROUP",
            Group,
            name,
            "COUNT",
            PeerEvents.BatchSize.ToString(CultureInfo.InvariantCulture),
            "BLOCK",
            BlockMs,
            "STREAMS",
            Stream,
            ">"
        );
        var streams = (await connection.Send(1, cancellationToken))[0] as object?[];
        if (streams?[0] is not object?[] stream || stream[1] is not object?[] entries)
        {
            return;
        }

        var read = entries.Cast<object?[]>().Select(entry => (Id: (string)entry[0]!, Body: (string)((object?[])entry[1]!)[1]!)).ToList();
        await PeerEvents.Post(client, read.Select(entry => entry.Body), cancellationToken);
        connection.Add(["XACK", Stream, Group, .. read.Select(entry => entry.Id)]);
        await connection.Send(1, CancellationToken.None);
    }
}
