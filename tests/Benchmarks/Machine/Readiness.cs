using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Marketplace.Benchmarks.Machine;

/// <summary>Waiting for started processes, and free ports for them.</summary>
internal static class Readiness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>A port of the loopback address that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>
    /// Waits until <paramref name="probe"/> answers true; throws with the process's output when it ends or takes over a minute.
    /// </summary>
    public static Task Of(ChildProcess process, Func<CancellationToken, Task<bool>> probe, CancellationToken cancellationToken) =>
        Of(process, probe, Pause, cancellationToken);

    /// <summary>The same with another pause between two probes: it is the error of a time that is measured so.</summary>
    public static async Task Of(
        ChildProcess process,
        Func<CancellationToken, Task<bool>> probe,
        TimeSpan pause,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        while (!await Holds(probe, cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException($"A process did not become ready:\n{process.Tail()}");
            }

            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <summary>True when a TCP connection to the port is accepted.</summary>
    public static async Task<bool> Accepts(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return true;
    }

    private static async Task<bool> Holds(Func<CancellationToken, Task<bool>> probe, CancellationToken cancellationToken)
    {
        try
        {
            return await probe(cancellationToken);
        }
        catch (Exception failure) when (failure is SocketException or HttpRequestException or Npgsql.NpgsqlException)
        {
            return false;
        }
    }
}
