using System.Diagnostics;
using System.Diagnostics.Metrics;
using Marketplace.Quotas;

namespace Marketplace.Api.Calls;

/// <summary>Metrics of the call path, by operation, outcome and rule; never by installation, whose number is unbounded.</summary>
public sealed class CallMetrics
{
    public const string MeterName = "Marketplace";

    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;

    public CallMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _calls = meter.CreateCounter<long>("marketplace.calls", "{call}", "Calls of plugins, by outcome and rule.");
        _duration = meter.CreateHistogram(
            "marketplace.call.duration",
            "s",
            "From the call's arrival to its answer.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            }
        );
    }

    /// <param name="operation">The called operation.</param>
    /// <param name="outcome"><c>settled</c>, <c>error</c> (4xx), <c>replayed</c>, <c>refused</c>, <c>shed</c> or <c>failed</c>.</param>
    /// <param name="rule">The refusing rule or the code of the failure; <c>none</c> otherwise.</param>
    /// <param name="started">Timestamp of the call's arrival.</param>
    public void Ended(OperationName operation, string outcome, string rule, long started)
    {
        var name = operation.Value;
        _calls.Add(1, new("operation", name), new("outcome", outcome), new("rule", rule));
        // Tag the trace, too, to find slow or refused calls by their outcome.
        Activity.Current?.SetTag("marketplace.operation", name).SetTag("marketplace.outcome", outcome).SetTag("marketplace.rule", rule);
        _duration.Record(
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            new("operation", name),
            new KeyValuePair<string, object?>("outcome", outcome)
        );
    }
}
