using Marketplace.Evidence;
using Marketplace.Grains.Ports;
using Marketplace.Timing;

namespace Marketplace.Grains.Evidence;

/// <summary>Records every few seconds that the platform runs and its logs accept writes; a gap between two records is an outage.</summary>
internal sealed class AvailabilityPoll(IGrainFactory grains, IEnumerable<IStoreHealth> stores) : IPolledWork
{
    public TimeSpan Period { get; } = TimeSpan.FromSeconds(10);

    public async Task Run(CancellationToken cancellationToken)
    {
        if (stores.All(store => store.IsHealthy))
        {
            await grains.GetGrain<IAvailabilityGrain>(IAvailabilityGrain.GrainKey).RecordRunning();
        }
    }
}
