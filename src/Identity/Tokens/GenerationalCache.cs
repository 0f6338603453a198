using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Identity.Tokens;

/// <summary>
/// A bounded map that drops entries not read recently: entries are in a young and an old generation of half the capacity each; when the
/// young one is full it becomes the old one, and the old one is dropped as a whole. Reading a young entry takes no lock.
/// </summary>
/// <param name="capacity">Maximum entries, also under parallel writes.</param>
public sealed class GenerationalCache<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly int _half = Math.Max(1, capacity / 2);
    private readonly Lock _writing = new();
    private Generation _generation = new([], []);
    private int _young;

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value) =>
        Volatile.Read(ref _generation).Young.TryGetValue(key, out value) || TryGetOld(key, out value);

    public void Set(TKey key, TValue value)
    {
        lock (_writing)
        {
            Add(key, value);
        }
    }

    public void Remove(TKey key)
    {
        lock (_writing)
        {
            _generation.Young.TryRemove(key, out _);
            _generation.Old.TryRemove(key, out _);
        }
    }

    /// <summary>
    /// Moves an old entry to the young generation. Without the lock another reader would miss it on its way, and an entry that is removed
    /// at that moment would come back.
    /// </summary>
    private bool TryGetOld(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        lock (_writing)
        {
            if (_generation.Young.TryGetValue(key, out value))
            {
                return true;
            }

            if (!_generation.Old.TryRemove(key, out value))
            {
                return false;
            }

            Add(key, value);
            return true;
        }
    }

    private void Add(TKey key, TValue value)
    {
        if (!_generation.Young.TryAdd(key, value))
        {
            _generation.Young[key] = value;
            return;
        }

        if (++_young >= _half)
        {
            Volatile.Write(ref _generation, new Generation([], _generation.Young));
            _young = 0;
        }
    }

    private sealed record Generation(ConcurrentDictionary<TKey, TValue> Young, ConcurrentDictionary<TKey, TValue> Old);
}
