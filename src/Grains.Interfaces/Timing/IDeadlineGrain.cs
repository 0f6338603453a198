using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Timing;

/// <summary>Wakes a shard of the timed entities at their deadlines; rows in the store. Key: <see cref="DeadlineShards"/>.</summary>
[GrainInterfaceType("deadlines"), Alias("mp.grain.deadlines")]
public interface IDeadlineGrain : IGrainWithStringKey
{
    /// <summary>Reads a changed entity's next deadline; returns after it is stored.</summary>
    /// <param name="entity">Grain key of a timed entity.</param>
    [Alias("heed")]
    Task Refresh(string entity);

    /// <summary>
    /// Executes due work and schedules the next. The shard calls itself at its deadlines; each silo calls it after a start, after the loss
    /// of a silo and every few minutes, which activates it again.
    /// </summary>
    /// <returns>The number of waiting entities.</returns>
    [Alias("watch")]
    Task<int> Watch(CancellationToken cancellationToken);
}

/// <summary>Assigns entities to shards. Must never change: stored deadlines would not be found.</summary>
public static class DeadlineShards
{
    /// <summary>A shard has its deadlines in memory and works through them two hundred at a time: of a million, four thousand.</summary>
    private const int Count = 256;

    /// <summary>The grain keys of all shards.</summary>
    public static IEnumerable<string> Keys => Enumerable.Range(0, Count).Select(Key);

    /// <summary>The grain key of an entity's shard.</summary>
    public static string KeyOf(string entity) => Key(SHA256.HashData(Encoding.UTF8.GetBytes(entity))[0]);

    private static string Key(int shard) => FormattableString.Invariant($"deadlines/{shard}");
}
