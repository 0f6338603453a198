using System.Net.Sockets;

namespace Marketplace.Webhooks.Sending;

/// <summary>
/// A connection to a receiver that knows whether it is reused: a receiver may close an idle connection, and a request that crosses the
/// close was never read. That says nothing about the receiver, so the request is repeated on a new connection.
/// </summary>
internal sealed class KeptConnection(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private static readonly AsyncLocal<Exchange?> Current = new();

    private Exchange? _last;
    private bool _used;

    /// <summary>Starts a request in the caller's flow; records whether its connection was reused.</summary>
    public static Exchange Begin() => Current.Value = new Exchange();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Current.Value is { } exchange && exchange != _last)
        {
            (_last, exchange.IsReused, _used) = (exchange, _used, true);
        }

        await base.WriteAsync(buffer, cancellationToken);
    }

    /// <summary>One request, from its connection's point of view.</summary>
    internal sealed class Exchange
    {
        /// <summary>True if its connection carried an earlier request.</summary>
        public bool IsReused { get; set; }
    }
}
