using System.Net.Sockets;

namespace Marketplace.Webhooks.Sending;

/// <summary>
/// A connection to a receiver that tells whether a request was the first on it: a receiver may close a connection that it has answered on,
/// and a request that crosses with that was never read. It says nothing of the receiver, and is made once more on a new connection.
/// </summary>
internal sealed class KeptConnection(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private static readonly AsyncLocal<Exchange?> Current = new();

    private Exchange? _last;
    private bool _used;

    /// <summary>Begins a request in the caller's flow; what its connection was before is noted in the answer.</summary>
    public static Exchange Begin() => Current.Value = new Exchange();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Current.Value is { } exchange && exchange != _last)
        {
            (_last, exchange.IsReused, _used) = (exchange, _used, true);
        }

        await base.WriteAsync(buffer, cancellationToken);
    }

    /// <summary>One request, as its connection saw it.</summary>
    internal sealed class Exchange
    {
        /// <summary>True if its connection had carried another request before.</summary>
        public bool IsReused { get; set; }
    }
}
