using Marketplace.Sellers;

namespace Marketplace.Events;

/// <summary>The CloudEvents attributes the feed needs, validated.</summary>
public sealed record EventEnvelope(SellerId Seller, string Source, string Id, string Type, string Subject, DateTimeOffset Time)
{
    /// <summary>The source's order of its events of one instant (<see cref="EventSequence"/>); null if not given.</summary>
    public string? Sequence { get; init; }
}

/// <summary>A parsed event, split into its public part and the part to seal.</summary>
/// <param name="Envelope">Its attributes.</param>
/// <param name="Data">The public part.</param>
/// <param name="Private">
/// The buyer's private fields and every unknown member, as JSON; empty if there are none. Must be sealed at once.
/// </param>
public sealed record ParsedEvent(EventEnvelope Envelope, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Private)
{
    /// <summary>Attributes changed on intake; at most 100 are named.</summary>
    public IReadOnlyList<AttributeChange> Changes { get; init; } = [];

    public IncomingEvent WithSeal(ReadOnlyMemory<byte> sealedPart) =>
        new(Envelope.Source, Envelope.Id, Envelope.Type, Envelope.Subject, Envelope.Time, Data, sealedPart);
}

/// <summary>An event on its way into a seller's feed; like <see cref="FeedEvent"/>, but without a position yet.</summary>
[GenerateSerializer, Immutable, Alias("mp.sync.incoming")]
public sealed record IncomingEvent(
    [property: Id(0)] string Source,
    [property: Id(1)] string Id,
    [property: Id(2)] string Type,
    [property: Id(3)] string Subject,
    [property: Id(4)] DateTimeOffset Time,
    [property: Id(5)] ReadOnlyMemory<byte> Data,
    [property: Id(6)] ReadOnlyMemory<byte> Sealed
)
{
    public FeedEvent At(SellerId seller, long seq, DateTimeOffset acceptedAt) =>
        new(seller, seq, Source, Id, Type, Subject, EventLimits.ToMilliseconds(Time), EventLimits.ToMilliseconds(acceptedAt), Data, Sealed);
}
