using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Timing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Deliveries;

/// <summary>Wakes the deliveries that are due: retries, and those that were in progress when a process ended.</summary>
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
        // Not one after the other: an activation that starts slowly would hold up all others.
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
            // Due installations are read oldest first: one that always fails would stay ahead of all others.
            await log.Mark(due, time.GetUtcNow() + options.Value.Lease, cancellationToken);
        }
    }
}
