using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Timing;

/// <summary>Runs <see cref="IPolledWork"/> from the application's start until it stops.</summary>
internal sealed partial class Poller<TWork>(TWork work, IHostApplicationLifetime lifetime, ILogger<TWork> logger) : BackgroundService
    where TWork : class, IPolledWork
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!work.IsEnabled)
        {
            return;
        }

        // A round calls grains, which is impossible before the silo has joined the cluster.
        await lifetime.WaitForStart(stoppingToken);
        using var timer = new PeriodicTimer(work.Period, work.Clock);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        if (work.RunsAtStart)
        {
            await RunRound(stoppingToken);
        }

        while (true)
        {
            if (await Task.WhenAny(tick, work.EarlyRound) == tick)
            {
                // Throws at the stop.
                await tick;
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }

            await RunRound(stoppingToken);
        }
    }

    /// <summary>Runs a round; again until it succeeds, if the work wants that.</summary>
    private async Task RunRound(CancellationToken stoppingToken)
    {
        while (!await TryRun(stoppingToken) && work.RetryPause is { } pause)
        {
            await Task.Delay(pause, work.Clock, stoppingToken);
        }
    }

    private async Task<bool> TryRun(CancellationToken stoppingToken)
    {
        try
        {
            await work.Run(stoppingToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // While the process stops, calls to grains fail; a stop in order reports none of that.
            if (!lifetime.ApplicationStopping.IsCancellationRequested)
            {
                LogFailed(e, typeof(TWork).Name, work.RetryPause ?? work.Period);
            }

            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} failed; retrying in {Pause}.")]
    private partial void LogFailed(Exception exception, string work, TimeSpan pause);
}

/// <summary>Registers polled work.</summary>
public static class PollerSetup
{
    /// <summary>Runs the work in this process; the work itself is a singleton that other services may inject, too.</summary>
    public static IServiceCollection AddPoller<TWork>(this IServiceCollection services)
        where TWork : class, IPolledWork
    {
        services.TryAddSingleton<TWork>();
        return services.AddHostedService<Poller<TWork>>();
    }
}
