namespace Marketplace.Grains.Timing;

/// <summary>The next deadline of each timed entity of a shard.</summary>
[GenerateSerializer, Alias("mp.timing.deadlines")]
public sealed class Deadlines
{
    /// <summary>By the entity's grain key.</summary>
    [Id(0)]
    public Dictionary<string, DateTimeOffset> Due { get; set; } = [];

    /// <summary>Sets an entity's next deadline; null removes it. True if that changed anything.</summary>
    public bool Set(string entity, DateTimeOffset? due)
    {
        if (due is null)
        {
            return Due.Remove(entity);
        }

        var changed = !Due.TryGetValue(entity, out var known) || known != due;
        Due[entity] = due.Value;
        return changed;
    }

    /// <summary>The due entities, the longest waiting first.</summary>
    public IEnumerable<string> DueBy(DateTimeOffset now) =>
        Due.Where(entry => entry.Value <= now).OrderBy(entry => entry.Value).Select(entry => entry.Key);
}
