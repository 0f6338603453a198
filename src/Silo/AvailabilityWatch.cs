using Marketplace.Evidence;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Timing;

namespace Marketplace.Silo;

/// <summary>Notes every few seconds that the platform runs and its logs take writes; what lies between two notes is an outage.</summary>
internal sealed partial class AvailabilityWatch(
    IGrainFactory grains,
    IHostApplicationLifetime lifetime,
    IEnumerable<IStoreHealth> stores,
    ILogger<AvailabilityWatch> logger
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.Started(stoppingToken);
        using var timer = new PeriodicTimer(Period);
        do
        {
            try
            {
                if (stores.All(store => store.IsHealthy))
                {
                    await grains.GetGrain<IAvailabilityGrain>(IAvailabilityGrain.GrainKey).NoteRunning();
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // A store that is away, a silo that has just gone: then this is the beginning of an outage.
                LogMissed(e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "That the platform runs could not be noted; it is tried again.")]
    private partial void LogMissed(Exception exception);
}
