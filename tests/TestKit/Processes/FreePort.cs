using System.Net;
using System.Net.Sockets;

namespace Marketplace.TestKit.Processes;

/// <summary>Hands out loopback ports.</summary>
public static class FreePort
{
    // Below the range from which the kernel takes ports of outgoing connections: a server that is restarted finds its port free again.
    private const int Lowest = 10_000;
    private const int Highest = 32_000;
    private static readonly HashSet<int> Given = [];

    /// <summary>A port on 127.0.0.1 that nobody listens on and that this process was not given before.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            lock (Given)
            {
                if (IsFree(port) && Given.Add(port))
                {
                    return port;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
