namespace Marketplace.Journal;

/// <summary>What happened to an entity, as the journal keeps it.</summary>
public interface IJournalEvent
{
    /// <summary>The kebab-case name under which the event stands in the journal; never reused for another shape.</summary>
    string Type { get; }

    /// <summary>The event's members as UTF-8 JSON.</summary>
    ReadOnlyMemory<byte> Encode();
}

/// <summary>An event that is encoded already, or has no members.</summary>
/// <param name="Type">See <see cref="IJournalEvent.Type"/>.</param>
/// <param name="Payload">UTF-8 JSON.</param>
public sealed record EncodedEvent(string Type, ReadOnlyMemory<byte> Payload) : IJournalEvent
{
    /// <summary>An event of which only the name, the instant and the actor matter.</summary>
    public static EncodedEvent Without(string type) => new(type, "{}"u8.ToArray());

    public ReadOnlyMemory<byte> Encode() => Payload;
}
