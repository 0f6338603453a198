namespace Marketplace.Grains.Timing;

/// <summary>When each timed entity of a shard next falls due.</summary>
[GenerateSerializer, Alias("mp.timing.deadlines")]
public sealed class Deadlines
{
    /// <summary>By the entity's grain key.</summary>
    [Id(0)]
    public Dictionary<string, DateTimeOffset> Due { get; set; } = [];

    /// <summary>Notes an entity's next deadline; null takes it off. True if that changed anything.</summary>
    public bool Note(string entity, DateTimeOffset? due)
    {
        if (due is null)
        {
            return Due.Remove(entity);
        }

        var changed = !Due.TryGetValue(entity, out var known) || known != due;
        Due[entity] = due.Value;
        return changed;
    }

    /// <summary>The entities that are due, the longest waiting first.</summary>
    public IEnumerable<string> DueBy(DateTimeOffset now) =>
        Due.Where(entry => entry.Value <= now).OrderBy(entry => entry.Value).Select(entry => entry.Key);
}
