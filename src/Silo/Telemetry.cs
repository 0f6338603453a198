using System.Diagnostics.Metrics;
using Marketplace.Api.Calls;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Marketplace.Silo;

/// <summary>Metrics at <c>/metrics</c> always; traces where an OTLP endpoint is configured (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>).</summary>
internal static class Telemetry
{
    private const string CallsPrefix = "marketplace.call";

    // Operations times outcomes times rules: more than a thousand in a busy marketplace.
    private const int SeriesOfCalls = 2_000;

    // The SDK reserves memory for the whole limit, per instrument and in advance. Series beyond it are counted in one of their own, tagged
    // otel.metric.overflow.
    private const int SeriesOfOthers = 250;

    public static void AddMarketplaceTelemetry(this WebApplicationBuilder builder)
    {
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(CallMetrics.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Server.Kestrel")
                    .AddRuntimeInstrumentation()
                    .AddView(Limited)
                    .AddPrometheusExporter()
            );
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            telemetry.WithTracing(tracing =>
                tracing.AddSource("Microsoft.Orleans.Application", "Npgsql").AddAspNetCoreInstrumentation().AddOtlpExporter()
            );
        }
    }

    /// <summary>How many series an instrument may have.</summary>
    internal static MetricStreamConfiguration Limited(Instrument instrument) =>
        new() { CardinalityLimit = instrument.Name.StartsWith(CallsPrefix, StringComparison.Ordinal) ? SeriesOfCalls : SeriesOfOthers };
}
