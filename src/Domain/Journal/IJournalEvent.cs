namespace Marketplace.Journal;

/// <summary>An event of an entity, as stored in the journal.</summary>
public interface IJournalEvent
{
    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    string Type { get; }

    /// <summary>The event's members as UTF-8 JSON.</summary>
    ReadOnlyMemory<byte> Encode();
}

/// <summary>An event that is already encoded, or has no members.</summary>
/// <param name="Type">See <see cref="IJournalEvent.Type"/>.</param>
/// <param name="Payload">UTF-8 JSON.</param>
public sealed record EncodedEvent(string Type, ReadOnlyMemory<byte> Payload) : IJournalEvent
{
    /// <summary>An event with only a name, an instant and an actor.</summary>
    public static EncodedEvent Without(string type) => new(type, "{}"u8.ToArray());

    public ReadOnlyMemory<byte> Encode() => Payload;
}
