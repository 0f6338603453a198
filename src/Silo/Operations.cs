using Marketplace.Identity.Browser;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Marketplace.Silo;

/// <summary>Operators' endpoints: the Orleans dashboard, metrics, health.</summary>
internal static class Operations
{
    public static void MapMarketplaceOperations(this WebApplication app)
    {
        app.MapQuietDashboard();
        app.MapPrometheusScrapingEndpoint("/metrics").TakesAnyQuery();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
    }
}
