using Marketplace.Deliveries;
using Marketplace.Grains.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Timing;
using Marketplace.Installations;
using Microsoft.Extensions.Options;

namespace Marketplace.Silo;

/// <summary>
/// Wakes the deliveries that are due: further attempts, and what was under way when a process ended. What is due stands in the delivery
/// log, so it does not matter which process looks, nor that several do.
/// </summary>
internal sealed partial class DeliveryWatch(
    IGrainFactory grains,
    IDeliveryLog log,
    IHostApplicationLifetime lifetime,
    IOptions<DeliveryOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<DeliveryWatch> logger
) : BackgroundService
{
    private const int AtOnce = 256;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.Started(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.WatchPeriod);
        do
        {
            try
            {
                // Not awaited one by one: a look lasts as long as its installation has something to send.
                foreach (var due in await log.ReadDue(time.GetUtcNow(), AtOnce, stoppingToken))
                {
                    Look(due, stoppingToken).Ignore();
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // What is due is still due in the next round.
                LogMissed(e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Look(InstallationId due, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetDelivery(due).RunDueWork(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // One that cannot be looked at now must not keep its place before all others for ever.
            await log.Mark(due, time.GetUtcNow() + options.Value.Lease, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deliveries that are due could not be looked for; they are in the next round.")]
    private partial void LogMissed(Exception exception);
}
