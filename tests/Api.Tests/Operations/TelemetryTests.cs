using System.Diagnostics.Metrics;
using Marketplace.Silo;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Marketplace.Api.Tests.Operations;

public class TelemetryTests
{
    [Theory]
    [InlineData("orleans-app-requests", 1_000)]
    [InlineData("marketplace.calls", 3_000)]
    public void Series_beyond_the_limit_are_counted_together(string name, int series)
    {
        using var meter = new Meter($"limits of {name}");
        var exported = new List<Metric>();
        using var provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(meter.Name)
            .AddView(Telemetry.Limited)
            .AddReader(new BaseExportingMetricReader(new Collected(exported)))
            .Build();
        var counter = meter.CreateCounter<long>(name);
        foreach (var number in Enumerable.Range(0, series))
        {
            counter.Add(1, new KeyValuePair<string, object?>("number", number));
        }

        Assert.True(provider.ForceFlush());
        var points = PointsOf(Assert.Single(exported));
        Assert.Equal(series, points.Sum(point => point.Count));
        Assert.True(points.Count < series);
        Assert.Single(points, point => point.IsOverflow);
    }

    private static List<(long Count, bool IsOverflow)> PointsOf(Metric metric)
    {
        var points = new List<(long, bool)>();
        foreach (var point in metric.GetMetricPoints())
        {
            var isOverflow = false;
            foreach (var tag in point.Tags)
            {
                isOverflow |= tag.Key == "otel.metric.overflow";
            }

            points.Add((point.GetSumLong(), isOverflow));
        }

        return points;
    }

    private sealed class Collected(List<Metric> metrics) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                metrics.Add(metric);
            }

            return ExportResult.Success;
        }
    }
}
