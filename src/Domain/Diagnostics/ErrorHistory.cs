using System.Collections.Immutable;

namespace Marketplace.Diagnostics;

/// <summary>The last errors of an installation, oldest first: at most <see cref="Capacity"/>, each call once.</summary>
public sealed class ErrorHistory
{
    /// <summary>Maximum entries per installation.</summary>
    public const int Capacity = 500;

    private readonly LinkedList<ErrorEntry> _entries = [];
    private readonly Dictionary<UInt128, LinkedListNode<ErrorEntry>> _byId = [];

    public ErrorHistory(IEnumerable<ErrorEntry> oldestFirst)
    {
        foreach (var entry in oldestFirst)
        {
            Add(entry);
        }
    }

    public int Count => _byId.Count;

    /// <summary>Adds an entry, dropping the oldest if full. A call already present keeps its first entry.</summary>
    /// <returns>False if the call was already present.</returns>
    public bool Add(ErrorEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (_byId.ContainsKey(entry.CallId))
        {
            return false;
        }

        _byId[entry.CallId] = _entries.AddLast(entry);
        if (_byId.Count > Capacity)
        {
            _byId.Remove(_entries.First!.Value.CallId);
            _entries.RemoveFirst();
        }

        return true;
    }

    public ErrorEntry? Find(UInt128 callId) => _byId.GetValueOrDefault(callId)?.Value;

    /// <summary>The latest entries, newest first.</summary>
    public ImmutableArray<ErrorEntry> Newest(int count) => [.. _entries.Reverse().Take(count)];

    /// <summary>The entries that pass a filter, newest first, after one of them.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="after">The last one of the page before; null to begin. One that was dropped since had nothing older behind it.</param>
    /// <param name="limit">Maximum entries.</param>
    public ImmutableArray<ErrorEntry> Page(ErrorFilter filter, UInt128? after, int limit)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var page = ImmutableArray.CreateBuilder<ErrorEntry>();
        var node = after is { } id ? _byId.GetValueOrDefault(id)?.Previous : _entries.Last;
        for (; node is not null && page.Count < limit; node = node.Previous)
        {
            if (filter.Passes(node.Value))
            {
                page.Add(node.Value);
            }
        }

        return page.ToImmutable();
    }

    public ImmutableArray<ErrorEntry> OldestFirst() => [.. _entries];
}
