using Marketplace.Deliveries;
using Marketplace.Grains.Ports;

namespace Marketplace.Grains.Deliveries;

/// <summary>Tries an endpoint out.</summary>
internal static class EndpointPing
{
    // A ping is waited for, within the time that a call between grains has.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Posts a ping, once there is a place for it.</summary>
    /// <param name="sender">Makes the request.</param>
    /// <param name="turn">Who wants it.</param>
    /// <param name="message">The ping.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Outcome<PingResult>> Post(
        IEventSender sender,
        SendTurn turn,
        EventMessage message,
        CancellationToken cancellationToken
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        IDisposable? place;
        try
        {
            place = await sender.Enter(turn, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DeliveryRefusals.Busy();
        }

        using var held = place;
        var result = await sender.Send(message, cancellationToken);
        return new PingResult(message.Id, result.Error, result.Status, (int)result.Latency.TotalMilliseconds);
    }
}
