using System.Collections.Frozen;

namespace Marketplace.Timing;

/// <summary>The kinds of timed entities, and access to one.</summary>
public static class TimedEntities
{
    // The prefix of an entity's key is its grain type.
    private static readonly FrozenSet<string> Kinds = FrozenSet.Create(StringComparer.Ordinal, "installation", "enterprise", "billing");

    /// <summary>True if the entity with this grain key is <see cref="ITimed"/>.</summary>
    public static bool Contains(string entity) => Kinds.Contains(KindOf(entity));

    /// <summary>The timed entity with this grain key.</summary>
    public static ITimed GetTimed(this IGrainFactory grains, string entity) =>
        grains.GetGrain<ITimed>(GrainId.Create(KindOf(entity), entity));

    private static string KindOf(string entity) => entity[..Math.Max(0, entity.IndexOf('/', StringComparison.Ordinal))];
}
