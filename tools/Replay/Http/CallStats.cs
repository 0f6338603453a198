using System.Collections.Concurrent;

namespace Marketplace.Replay.Http;

/// <summary>Attempts by operation and outcome, with latencies. Thread-safe.</summary>
internal sealed class CallStats
{
    private readonly ConcurrentDictionary<string, Latencies> _latencies = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Operation, string Outcome), long> _outcomes = new();

    public void Add(string operation, string outcome, TimeSpan took)
    {
        _outcomes.AddOrUpdate((operation, outcome), 1, (_, count) => count + 1);
        _latencies.GetOrAdd(operation, _ => new Latencies()).Add(took);
    }

    /// <summary>By operation and, within it, by outcome.</summary>
    public IEnumerable<(string Operation, string Outcome, long Count)> Outcomes() =>
        _outcomes
            .Select(pair => (pair.Key.Operation, pair.Key.Outcome, pair.Value))
            .OrderBy(row => row.Operation, StringComparer.Ordinal)
            .ThenBy(row => row.Outcome, StringComparer.Ordinal);

    /// <summary>The combined latencies of matching operations.</summary>
    public Latencies Of(Func<string, bool> operations)
    {
        var sum = new Latencies();
        foreach (var (operation, latencies) in _latencies)
        {
            if (operations(operation))
            {
                sum.Add(latencies);
            }
        }

        return sum;
    }
}
