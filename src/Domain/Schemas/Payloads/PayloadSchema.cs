using System.Collections.Immutable;

namespace Marketplace.Schemas.Payloads;

/// <summary>
/// One version of all objects that plugins read, with their members. A version is the previous one plus its changes. Immutable.
/// </summary>
public sealed class PayloadSchema
{
    private PayloadSchema(
        string version,
        ImmutableArray<SchemaChange> changes,
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, SchemaChange>> objects
    ) => (Version, Changes, Objects) = (version, changes, objects);

    /// <summary>The month of its first day.</summary>
    public string Version { get; }

    /// <summary>Changes since the previous version; everything for the first one.</summary>
    public ImmutableArray<SchemaChange> Changes { get; }

    /// <summary>Objects by name, their members by path; all in ordinal order.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, SchemaChange>> Objects { get; }

    /// <summary>The event types in it.</summary>
    public IEnumerable<string> EventTypes =>
        Objects
            .Keys.Where(name => name.StartsWith(SchemaChange.EventPrefix, StringComparison.Ordinal))
            .Select(name => name[SchemaChange.EventPrefix.Length..]);

    /// <summary>Names of the objects it changed.</summary>
    public ImmutableArray<string> ChangedObjects => [.. Changes.Select(change => change.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>A first version.</summary>
    public static PayloadSchema First(string version, ImmutableArray<SchemaChange> changes) => Apply(version, changes, []);

    /// <summary>The following version. <see cref="SchemaCompatibility"/> decides whether it is permitted.</summary>
    public PayloadSchema Next(string version, params ImmutableArray<SchemaChange> changes) => Apply(version, changes, Objects);

    /// <summary>
    /// A following version that lacks a member, or with an empty path an object, and has further changes; only to test refusals.
    /// </summary>
    public PayloadSchema Without(string version, string name, string path, params ImmutableArray<SchemaChange> changes) =>
        Apply(version, changes, path.Length == 0 ? Objects.Remove(name) : Objects.SetItem(name, Objects[name].Remove(path)));

    private static PayloadSchema Apply(
        string version,
        ImmutableArray<SchemaChange> changes,
        IEnumerable<KeyValuePair<string, ImmutableSortedDictionary<string, SchemaChange>>> known
    )
    {
        var objects = known.ToImmutableSortedDictionary(StringComparer.Ordinal).ToBuilder();
        foreach (var change in changes)
        {
            var members = objects.GetValueOrDefault(change.Name)
                ?? ImmutableSortedDictionary.Create<string, SchemaChange>(StringComparer.Ordinal);
            objects[change.Name] = change.Path.Length == 0 ? members : members.SetItem(change.Path, change);
        }

        return new PayloadSchema(version, changes, objects.ToImmutable());
    }
}
