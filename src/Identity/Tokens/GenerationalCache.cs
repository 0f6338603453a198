using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Identity.Tokens;

/// <summary>
/// A bounded map that drops entries not read recently: entries are in a young and an old generation of half the capacity each; when the
/// young one is full it becomes the old one, and the old one is dropped as a whole. Reads are lock-free; eviction is free.
/// </summary>
/// <param name="capacity">Maximum entries, plus a few from races.</param>
public sealed class GenerationalCache<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly int _half = Math.Max(1, capacity / 2);
    private readonly Lock _turn = new();
    private Generation _generation = new([], []);
    private int _young;

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        var generation = Volatile.Read(ref _generation);
        if (generation.Young.TryGetValue(key, out value))
        {
            return true;
        }

        if (!generation.Old.TryRemove(key, out value))
        {
            return false;
        }

        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        if (!Volatile.Read(ref _generation).Young.TryAdd(key, value))
        {
            Volatile.Read(ref _generation).Young[key] = value;
        }
        else if (Interlocked.Increment(ref _young) >= _half)
        {
            Turn();
        }
    }

    public void Remove(TKey key)
    {
        var generation = Volatile.Read(ref _generation);
        generation.Young.TryRemove(key, out _);
        generation.Old.TryRemove(key, out _);
    }

    private void Turn()
    {
        lock (_turn)
        {
            if (_young >= _half)
            {
                Volatile.Write(ref _generation, new Generation([], _generation.Young));
                _young = 0;
            }
        }
    }

    private sealed record Generation(ConcurrentDictionary<TKey, TValue> Young, ConcurrentDictionary<TKey, TValue> Old);
}
