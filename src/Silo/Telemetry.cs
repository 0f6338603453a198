using Marketplace.Api.Calls;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Marketplace.Silo;

/// <summary>Metrics at <c>/metrics</c> always; traces where an OTLP endpoint is configured (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>).</summary>
internal static class Telemetry
{
    public static void AddMarketplaceTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(CallMetrics.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Server.Kestrel")
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter()
            );
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            telemetry.WithTracing(tracing =>
                tracing.AddSource("Microsoft.Orleans.Application", "Npgsql").AddAspNetCoreInstrumentation().AddOtlpExporter()
            );
        }
    }
}
