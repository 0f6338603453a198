using Marketplace.Grains.Ports;
using Marketplace.Silo.Start;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Silo;

/// <summary>Ready means: the silo is active, every log takes writes, and what the start was to prepare is there.</summary>
internal sealed partial class ReadyCheck(
    ISiloStatusOracle silo,
    IEnumerable<IStoreHealth> stores,
    IEnumerable<IStartupTask> tasks,
    ILogger<ReadyCheck> logger
) : IHealthCheck
{
    // What was missing when it was asked last; null before. Probes come every second, so only a change is told.
    private string? _told;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var missing = stores
            .Where(store => !store.IsHealthy)
            .Select(store => store.Name)
            .Concat(tasks.Where(task => !task.IsDone).Select(task => task.Name));
        if (silo.CurrentStatus != SiloStatus.Active)
        {
            missing = missing.Append("silo");
        }

        var names = string.Join(", ", missing);
        Tell(names);
        return Task.FromResult(names.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"Not ready: {names}"));
    }

    private void Tell(string missing)
    {
        var told = Interlocked.Exchange(ref _told, missing);
        if (missing.Length == 0)
        {
            if (told is not null and not "")
            {
                LogReady();
            }
        }
        else if (told != missing && ProcessPhase.Current == ProcessPhase.Phase.Running && tasks.All(task => task.IsDone))
        {
            LogNotReady(missing);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready")]
    private partial void LogReady();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: {Missing}")]
    private partial void LogNotReady(string missing);
}

/// <summary>Something that has to be done once before the process takes calls.</summary>
internal interface IStartupTask
{
    string Name { get; }

    bool IsDone { get; }
}

internal static class HealthSetup
{
    public static void AddMarketplaceHealth(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<ReadyCheck>().AddHealthChecks().AddCheck<ReadyCheck>("ready");
}
