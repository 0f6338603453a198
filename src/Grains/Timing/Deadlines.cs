namespace Marketplace.Grains.Timing;

/// <summary>The deadlines of a shard as earlier builds stored them: all in one state, rewritten for each.</summary>
[GenerateSerializer, Alias("mp.timing.deadlines")]
public sealed class Deadlines
{
    /// <summary>By the entity's grain key.</summary>
    [Id(0)]
    public Dictionary<string, DateTimeOffset> Due { get; set; } = [];
}

/// <summary>The next deadline of each timed entity of a shard, in memory.</summary>
internal sealed class DueEntities
{
    private readonly Dictionary<string, DateTimeOffset> _due = new(StringComparer.Ordinal);

    // Not later than any deadline. Finding the exact one looks at all entities, so it is done only when it was reached.
    private DateTimeOffset _bound = DateTimeOffset.MaxValue;

    public int Count => _due.Count;

    /// <summary>An entity's deadline; null if it has none.</summary>
    public DateTimeOffset? Of(string entity) => _due.TryGetValue(entity, out var due) ? due : null;

    /// <summary>Sets an entity's next deadline; null removes it. True if that changed anything.</summary>
    public bool Set(string entity, DateTimeOffset? due)
    {
        if (due is not { } at)
        {
            return _due.Remove(entity);
        }

        var changed = Of(entity) != at;
        _due[entity] = at;
        _bound = Instants.Earlier(_bound, at);
        return changed;
    }

    /// <summary>The due entities, the longest waiting first.</summary>
    public IEnumerable<string> DueBy(DateTimeOffset now) =>
        now < _bound ? [] : _due.Where(entry => entry.Value <= now).OrderBy(static entry => entry.Value).Select(static entry => entry.Key);

    /// <summary>Recomputes the bound if it has been reached.</summary>
    public void FindFirst(DateTimeOffset now)
    {
        if (now >= _bound)
        {
            _bound = _due.Count == 0 ? DateTimeOffset.MaxValue : _due.Values.Min();
        }
    }

    /// <summary>When to look next, unless it is empty: at the first deadline, or before. Entities that are put off count later.</summary>
    /// <param name="putOff">Until when some entities are left alone.</param>
    public DateTimeOffset NextLook(IReadOnlyDictionary<string, DateTimeOffset> putOff) =>
        putOff.Count == 0 ? _bound : _due.Min(entry => Instants.Later(entry.Value, putOff.GetValueOrDefault(entry.Key)));
}
