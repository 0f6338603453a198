using Marketplace.Replay.Receivers;

namespace Marketplace.Replay.Deliveries;

/// <summary>
/// Plays the plugins' developers: sets an endpoint again after the marketplace parked it, because it answered 410 or failed for too long,
/// and expects the backlog.
/// </summary>
internal sealed class Caretaker(ReceiverFarm farm, IReadOnlyList<Subscription> subscriptions, Findings findings, TimeProvider time)
{
    private const int LookAtAllEvery = 10;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>Endpoints set again.</summary>
    public int Returned { get; private set; }

    public async Task Run(CancellationToken cancellationToken)
    {
        for (var round = 1; !cancellationToken.IsCancellationRequested; round++)
        {
            try
            {
                await Task.Delay(Round, time, cancellationToken);
                var all = round % LookAtAllEvery == 0;
                foreach (
                    var gone in subscriptions.Where(one =>
                        one.Endpoint is { } endpoint && (endpoint.Gone || (all && one.Book.Left() is not (0, 0)))
                    )
                )
                {
                    await Return(gone, cancellationToken);
                }
            }
            catch (RefusedException error)
            {
                findings.Add(Wrong.Refusal, error.Message);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Waits until the marketplace has recorded the 410: otherwise it would park the endpoint after it was set again.</summary>
    private async Task Return(Subscription gone, CancellationToken cancellationToken)
    {
        if (await gone.Desk.IsParked(cancellationToken))
        {
            var mandate = gone.Book.Mandate;
            await gone.Desk.SetEndpoint(farm.UrlOf(mandate.Receiver!.Value, mandate.Seller), mandate, cancellationToken);
            gone.Endpoint!.Gone = false;
            Returned++;
        }
    }
}
