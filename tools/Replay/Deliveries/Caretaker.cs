using Marketplace.Replay.Receivers;

namespace Marketplace.Replay.Deliveries;

/// <summary>
/// The people behind the plugins: where the marketplace has parked an endpoint, because it answered 410 or failed for too long, they name
/// it again and expect the backlog.
/// </summary>
internal sealed class Caretaker(ReceiverFarm farm, IReadOnlyList<Subscription> subscriptions, Findings findings, TimeProvider time)
{
    private const int LookAtAllEvery = 10;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>Endpoints that were named again.</summary>
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

    /// <summary>Not before the marketplace has noted the 410: it would park the endpoint after it was named again.</summary>
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
