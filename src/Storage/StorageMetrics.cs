using System.Diagnostics.Metrics;
using Marketplace.Grains.Ports;
using Marketplace.Storage.Commit;
using Marketplace.Storage.Quotas;

namespace Marketplace.Storage;

/// <summary>Metrics of the logs; meter <c>Marketplace</c>.</summary>
internal sealed class StorageMetrics
{
    private static readonly InstrumentAdvice<int> Sizes = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024],
    };

    private readonly List<IStoreHealth> _stores = [];
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _size;
    private readonly Histogram<int> _calls;
    private readonly Counter<long> _failures;

    public StorageMetrics(IMeterFactory meters)
    {
        // The factory owns the meter.
        var meter = meters.Create("Marketplace");
        _duration = meter.CreateHistogram(
            "marketplace.log.commit.duration",
            "s",
            "Time from the begin of a batch to its last answer.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
            }
        );
        _size = meter.CreateHistogram<int>("marketplace.log.commit.size", "{group}", "Groups in a batch.", advice: Sizes);
        _calls = meter.CreateHistogram<int>(
            "marketplace.ledger.commit.calls",
            "{call}",
            "Calls in a batch of the usage ledger.",
            advice: Sizes
        );
        _failures = meter.CreateCounter<long>("marketplace.log.failures", "{failure}", "Refused groups, failed batches, full queues.");
        meter.CreateObservableGauge("marketplace.log.queue.depth", Depths, "{group}", "Groups that wait for a commit.");
    }

    public void Watch(IStoreHealth store)
    {
        lock (_stores)
        {
            _stores.Add(store);
        }
    }

    public void Committed<TGroup>(string log, TimeSpan duration, List<TGroup> groups)
        where TGroup : CommitGroup
    {
        var tag = new KeyValuePair<string, object?>("log", log);
        _duration.Record(duration.TotalSeconds, tag);
        _size.Record(groups.Count, tag);
        if (_calls.Enabled && groups is List<UsageSignal> signals)
        {
            _calls.Record(signals.Sum(s => s.Row.Count));
        }
    }

    public void Failed(string log, string kind) =>
        _failures.Add(1, new KeyValuePair<string, object?>("log", log), new KeyValuePair<string, object?>("kind", kind));

    private IEnumerable<Measurement<int>> Depths()
    {
        lock (_stores)
        {
            return _stores.Select(s => new Measurement<int>(s.QueueDepth, new KeyValuePair<string, object?>("log", s.Name))).ToArray();
        }
    }
}
