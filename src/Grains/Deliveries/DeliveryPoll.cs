using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Timing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Deliveries;

/// <summary>Wakes the deliveries that are due: further attempts, and what was under way when a process ended.</summary>
internal sealed class DeliveryPoll(
    IGrainFactory grains,
    IDeliveryLog log,
    IOptions<DeliveryOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : IPolledWork
{
    private const int BatchSize = 256;

    public TimeSpan Period => options.Value.WatchPeriod;

    public async Task Run(CancellationToken cancellationToken)
    {
        // Not awaited one by one: a run lasts as long as its installation has something to send.
        foreach (var due in await log.ReadDue(time.GetUtcNow(), BatchSize, cancellationToken))
        {
            Wake(due, cancellationToken).Ignore();
        }
    }

    private async Task Wake(InstallationId due, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetDelivery(due).RunDueWork(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Due installations are read oldest first: one that always fails would keep its place before all others.
            await log.Mark(due, time.GetUtcNow() + options.Value.Lease, cancellationToken);
        }
    }
}
