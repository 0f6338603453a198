using Marketplace.Deliveries;
using Marketplace.Grains.Ports;

namespace Marketplace.Grains.Deliveries;

/// <summary>Tests an endpoint.</summary>
internal static class EndpointPing
{
    // The caller waits for the ping, so it must end within the timeout of a grain call.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Posts a ping as soon as there is a connection slot.</summary>
    /// <param name="sender">Makes the request.</param>
    /// <param name="turn">The owner of the request.</param>
    /// <param name="message">The ping.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<Outcome<PingResult>> Post(
        IEventSender sender,
        SendTurn turn,
        EventMessage message,
        CancellationToken cancellationToken
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        IDisposable slot;
        try
        {
            slot = await sender.Enter(turn, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DeliveryRefusals.Busy();
        }

        using var held = slot;
        var result = await sender.Send(message, cancellationToken);
        return new PingResult(message.Id, result.Error, result.Status, (int)result.Latency.TotalMilliseconds);
    }
}
