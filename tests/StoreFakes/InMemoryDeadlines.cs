using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Marketplace.Grains.Ports;

namespace Marketplace.StoreFakes;

/// <summary>Deadlines in memory, which can refuse to be written.</summary>
public sealed class InMemoryDeadlines : IDeadlines
{
    private readonly ConcurrentDictionary<(string Shard, string Entity), DateTimeOffset> _due = new();
    private int _reads;

    public bool RefusesWrites { get; set; }

    /// <summary>How often a shard was read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    public Task Set(string shard, string entity, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        if (RefusesWrites)
        {
            throw new StoreUnavailableException("The store takes no writes.");
        }

        if (due is { } at)
        {
            _due[(shard, entity)] = at.ToUniversalTime();
        }
        else
        {
            _due.TryRemove((shard, entity), out _);
        }

        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<Deadline> Read(string shard, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        await Task.Yield();
        foreach (
            var ((_, entity), due) in _due.Where(entry => entry.Key.Shard == shard)
                .OrderBy(entry => entry.Key.Entity, StringComparer.Ordinal)
        )
        {
            yield return new Deadline(entity, due);
        }
    }
}
