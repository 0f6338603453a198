using Marketplace.Grains;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Silo;

/// <summary>Ready means: the silo is active, every log takes writes, and what the start was to prepare is there.</summary>
internal sealed class ReadyCheck(ISiloStatusOracle silo, IEnumerable<IStoreHealth> stores, IEnumerable<IStartupTask> tasks) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var missing = stores.Where(store => !store.IsHealthy).Select(store => store.Name)
            .Concat(tasks.Where(task => !task.IsDone).Select(task => task.Name));
        if (silo.CurrentStatus != SiloStatus.Active)
        {
            missing = missing.Append("silo");
        }

        var names = string.Join(", ", missing);
        return Task.FromResult(names.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"Not ready: {names}"));
    }
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
        builder.Services.AddHealthChecks().AddCheck<ReadyCheck>("ready");
}
