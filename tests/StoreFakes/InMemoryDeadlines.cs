using System.Runtime.CompilerServices;
using Marketplace.Grains.Ports;

namespace Marketplace.StoreFakes;

/// <summary>Deadlines in memory, which can refuse to be written.</summary>
public sealed class InMemoryDeadlines : IDeadlines
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _epochs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Shard, string Entity), DateTimeOffset> _due = new(
        Comparer<(string Shard, string Entity)>.Create(
            static (one, other) =>
                string.CompareOrdinal(one.Shard, other.Shard) is not 0 and var byShard
                    ? byShard
                    : string.CompareOrdinal(one.Entity, other.Entity)
        )
    );
    private int _reads;

    public bool RefusesWrites { get; set; }

    /// <summary>How often a shard was read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    public Task<long> Claim(string shard, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_epochs[shard] = _epochs.GetValueOrDefault(shard) + 1);
        }
    }

    public Task<bool> Set(string shard, long epoch, IReadOnlyCollection<DeadlineChange> changes, CancellationToken cancellationToken)
    {
        if (RefusesWrites)
        {
            throw new StoreUnavailableException("The store takes no writes.");
        }

        lock (_lock)
        {
            if (_epochs.GetValueOrDefault(shard) != epoch)
            {
                return Task.FromResult(false);
            }

            foreach (var change in changes)
            {
                if (change.Due is { } at)
                {
                    _due[(shard, change.Entity)] = at.ToUniversalTime();
                }
                else
                {
                    _due.Remove((shard, change.Entity));
                }
            }

            return Task.FromResult(true);
        }
    }

    public async IAsyncEnumerable<Deadline> Read(string shard, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        await Task.Yield();
        Deadline[] all;
        lock (_lock)
        {
            all = [.. _due.Where(entry => entry.Key.Shard == shard).Select(entry => new Deadline(entry.Key.Entity, entry.Value))];
        }

        foreach (var deadline in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return deadline;
        }
    }
}
