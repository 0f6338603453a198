using Marketplace.Api.Http.Problems;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Orleans.Dashboard;

namespace Marketplace.Silo;

/// <summary>The Orleans dashboard, for operators. Until one opens it, it costs next to nothing.</summary>
internal static class Dashboard
{
    public const string Path = "/ops/dashboard";

    // Reads all of Orleans' metrics every second, which takes 20 MB and a tenth of an idle process. The dashboard registers it only if it
    // is not registered yet; the metrics are at /metrics anyway.
    internal const string MetricsReader = "Orleans.Dashboard.DashboardHost";

    private const int CollectEveryMs = 10_000;

    public static void AddQuietDashboard(this ISiloBuilder silo)
    {
        if (typeof(DashboardOptions).Assembly.GetType(MetricsReader) is { } reader)
        {
            silo.Services.AddSingleton(reader, _ => throw new NotSupportedException("The dashboard reads no metrics."));
        }

        silo.AddDashboard(dashboard =>
        {
            dashboard.HideTrace = true;
            dashboard.CounterUpdateIntervalMs = CollectEveryMs;
        });
    }

    /// <summary>Its pages and fonts take 37 MB, so they are loaded by the first request.</summary>
    public static void MapQuietDashboard(this WebApplication app)
    {
        var pages = new Lazy<RequestDelegate>(() => Build(app.Services));
        app.Map(Path + "/{**page}", context => Show(context, pages))
            .TakesAnyQuery()
            .RequireAuthorization(ClientRoles.Operator)
            .ExcludeFromDescription();
    }

    private static RequestDelegate Build(IServiceProvider services) =>
        new ApplicationBuilder(services)
            .UseRouting()
            .UseEndpoints(endpoints =>
                endpoints.MapOrleansDashboard(Path).RequireAuthorization(ClientRoles.Operator).ExcludeFromDescription()
            )
            .Build();

    private static Task Show(HttpContext context, Lazy<RequestDelegate> pages)
    {
        // The page of a grain's state calls every parameterless method of the grain, with all side effects, and prints the unredacted
        // results.
        if (context.Request.Path.Value?.Contains("/GrainState", StringComparison.OrdinalIgnoreCase) == true)
        {
            return context.WriteProblem("role-forbidden", "The state of grains is not shown here.");
        }

        // Routing leaves a request alone that has an endpoint.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        return pages.Value(context);
    }
}
