using System.Collections.Immutable;

namespace Marketplace.Diagnostics;

/// <summary>The last errors of an installation, oldest first: at most <see cref="Capacity"/>, each call once.</summary>
public sealed class ErrorBook
{
    /// <summary>Entries that are kept of an installation.</summary>
    public const int Capacity = 500;

    private readonly LinkedList<ErrorEntry> _entries = [];
    private readonly Dictionary<UInt128, LinkedListNode<ErrorEntry>> _byId = [];

    public ErrorBook(IEnumerable<ErrorEntry> oldestFirst)
    {
        foreach (var entry in oldestFirst)
        {
            Add(entry);
        }
    }

    public int Count => _byId.Count;

    /// <summary>Adds an entry; the oldest makes room. A call that is there already stays as it was first said.</summary>
    /// <returns>False if the call was there.</returns>
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

    /// <summary>The newest entries, newest first.</summary>
    public ImmutableArray<ErrorEntry> Newest(int count) => [.. _entries.Reverse().Take(count)];

    public ImmutableArray<ErrorEntry> OldestFirst() => [.. _entries];
}
