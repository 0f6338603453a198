using Marketplace.Grains.Ports;
using Marketplace.Silo.Start;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Silo;

/// <summary>Ready means: the silo is active, every log accepts writes, and the startup tasks are done.</summary>
internal sealed partial class ReadyCheck(
    ISiloStatusOracle silo,
    IEnumerable<IStoreHealth> stores,
    IEnumerable<IStartupTask> tasks,
    ILogger<ReadyCheck> logger
) : IHealthCheck
{
    // The components missing at the last probe; null before. Probes come every second, so log changes only.
    private string? _missing;

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
        LogMissing(names);
        return Task.FromResult(names.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"Not ready: {names}"));
    }

    private void LogMissing(string missing)
    {
        var previous = Interlocked.Exchange(ref _missing, missing);
        if (missing.Length == 0)
        {
            if (previous is not null and not "")
            {
                LogReady();
            }
        }
        else if (previous != missing && ProcessPhase.Current == ProcessPhase.Phase.Running && tasks.All(task => task.IsDone))
        {
            LogNotReady(missing);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready")]
    private partial void LogReady();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: {Missing}")]
    private partial void LogNotReady(string missing);
}

/// <summary>A task to complete once before the process accepts calls.</summary>
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
