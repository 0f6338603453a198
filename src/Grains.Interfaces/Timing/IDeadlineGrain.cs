using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Timing;

/// <summary>Wakes a share of the timed entities when something of theirs falls due; snapshot. Key: <see cref="DeadlineShards"/>.</summary>
[GrainInterfaceType("deadlines")]
public interface IDeadlineGrain : IGrainWithStringKey
{
    /// <summary>An entity has changed: asks it for its next deadline, and returns when that is written down.</summary>
    /// <param name="entity">Grain key of a timed entity.</param>
    [Alias("heed")]
    Task Refresh(string entity);

    /// <summary>
    /// Sees to what is due by now. Called every few seconds by each silo, which also brings the shard up after a restart.
    /// </summary>
    /// <returns>How many entities wait for an instant.</returns>
    [Alias("watch")]
    Task<int> Watch(CancellationToken cancellationToken);
}

/// <summary>Which share an entity's deadlines are in. Fixed for ever: what is written down is found nowhere else.</summary>
public static class DeadlineShards
{
    /// <summary>Each share is written as a whole, so there are many: at a million entities, four thousand in each.</summary>
    private const int Count = 256;

    /// <summary>The grain keys of all shares.</summary>
    public static IEnumerable<string> Keys => Enumerable.Range(0, Count).Select(Key);

    /// <summary>The grain key of the share that the entity is in.</summary>
    public static string KeyOf(string entity) => Key(SHA256.HashData(Encoding.UTF8.GetBytes(entity))[0]);

    private static string Key(int shard) => FormattableString.Invariant($"deadlines/{shard}");
}
