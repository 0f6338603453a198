using Marketplace.Api.Http.Problems;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Orleans.Dashboard;

namespace Marketplace.Silo;

/// <summary>Operators' endpoints: the Orleans dashboard, metrics, health.</summary>
internal static class Operations
{
    public const string DashboardPath = "/ops/dashboard";

    public static void MapMarketplaceOperations(this WebApplication app)
    {
        app.MapOrleansDashboard(DashboardPath)
            .TakesAnyQuery()
            .RequireAuthorization(ClientRoles.Operator)
            .ExcludeFromDescription()
            .AddEndpointFilter(WithoutGrainState);
        app.MapPrometheusScrapingEndpoint("/metrics").TakesAnyQuery();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
    }

    /// <summary>
    /// Blocks the dashboard's page of a grain's state: it calls every parameterless method of the grain, with all side effects, and prints
    /// the unredacted results.
    /// </summary>
    private static async ValueTask<object?> WithoutGrainState(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var path = invocation.HttpContext.Request.Path.Value ?? string.Empty;
        if (!path.Contains("/GrainState", StringComparison.OrdinalIgnoreCase))
        {
            return await next(invocation);
        }

        await invocation.HttpContext.WriteProblem("role-forbidden", "The state of grains is not shown here.");
        return null;
    }
}
