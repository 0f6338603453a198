using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Reviews;

/// <summary>
/// An index of entities with a pending decision: the fold of its facts. An entity is added before its fact is durable and removed when it
/// was read without work, so whatever fails in between, no pending decision is missing.
/// </summary>
/// <param name="Open">Ids of the entities, with the version of the fact that opened the work.</param>
public sealed record WorkQueue(ImmutableSortedDictionary<string, long> Open)
{
    public static WorkQueue Empty { get; } = new(ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal));

    /// <summary>Records that an entity will have work; null if that is recorded.</summary>
    public WorkQueueEvent? Add(string id, long version) =>
        Open.TryGetValue(id, out var known) && known >= version ? null : new WorkQueueEvent.Added(id, version);

    /// <summary>Removes an entity that was read without work; null if it is not there, or got work after that reading.</summary>
    /// <param name="id">The entity.</param>
    /// <param name="version">The version at which it had no work; 0 if it has no facts at all.</param>
    public WorkQueueEvent? Remove(string id, long version) =>
        Open.TryGetValue(id, out var known) && known <= version ? new WorkQueueEvent.Removed(id) : null;

    public WorkQueue Evolve(WorkQueueEvent @event) =>
        @event switch
        {
            WorkQueueEvent.Added e => new WorkQueue(Open.SetItem(e.Id, e.Version)),
            WorkQueueEvent.Removed e => new WorkQueue(Open.Remove(e.Id)),
            _ => throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };
}

/// <summary>An event of a queue.</summary>
public abstract record WorkQueueEvent : IJournalEvent
{
    private WorkQueueEvent() { }

    public sealed record Added(string Id, long Version) : WorkQueueEvent;

    public sealed record Removed(string Id) : WorkQueueEvent;

    /// <summary>The event's kebab-case name in the journal.</summary>
    public string Type => this is Added ? "work-added" : "work-removed";

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), WorkQueueJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static WorkQueueEvent Decode(string type, ReadOnlyMemory<byte> payload) =>
        type switch
        {
            "work-added" => JsonSerializer.Deserialize(payload.Span, WorkQueueJson.Default.Added)!,
            "work-removed" => JsonSerializer.Deserialize(payload.Span, WorkQueueJson.Default.Removed)!,
            _ => throw new FormatException($"The journal contains a queue's event of unknown type '{type}'."),
        };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WorkQueueEvent.Added))]
[JsonSerializable(typeof(WorkQueueEvent.Removed))]
internal sealed partial class WorkQueueJson : JsonSerializerContext;
