using Marketplace.Grains.Timing;
using Marketplace.Timing;
using Microsoft.Extensions.Options;

namespace Marketplace.Silo;

/// <summary>Brings the deadline shards up at the start and lets them look at the clock from then on.</summary>
internal sealed partial class DeadlineWatch(
    IGrainFactory grains,
    IHostApplicationLifetime lifetime,
    IOptions<SiloOptions> options,
    ILogger<DeadlineWatch> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.Started(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.DeadlinePeriod);
        do
        {
            try
            {
                await Task.WhenAll(DeadlineShards.Keys.Select(key => grains.GetGrain<IDeadlineGrain>(key).Watch(stoppingToken)));
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // A store that is away, a silo that has just gone: the next round is a few seconds off.
                LogMissed(e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deadlines could not be looked at; they are in the next round.")]
    private partial void LogMissed(Exception exception);
}
