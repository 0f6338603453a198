using System.Security.Cryptography;
using System.Text;
using Marketplace.Events;

namespace Marketplace.Orders;

/// <summary>
/// Orders events by their instant, then by the source's <c>sequence</c>, then by their position in the feed, which is the order in which
/// push, pull and live deliver them.
/// </summary>
/// <param name="Ticks">The event's instant.</param>
/// <param name="Sequence">CloudEvents <c>sequence</c>; an event without one precedes those of the same instant that have one.</param>
/// <param name="Seq">Position in the feed.</param>
internal readonly record struct Stamp(long Ticks, string? Sequence, long Seq) : IComparable<Stamp>
{
    public static Stamp Of(FeedEvent @event, EventContent? content) => new(@event.Time.UtcTicks, content?.Sequence, @event.Seq);

    public int CompareTo(Stamp other)
    {
        var byTime = Ticks.CompareTo(other.Ticks);
        var bySequence = byTime != 0 ? byTime : EventSequence.Compare(Sequence, other.Sequence);
        return bySequence != 0 ? bySequence : Seq.CompareTo(other.Seq);
    }

    /// <summary>128 bits of SHA-256 over source and id: enough to rule out collisions, accidental or deliberate.</summary>
    public static UInt128 HashOf(string source, string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{id}"), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}

/// <summary>A value set by the latest event.</summary>
internal struct Latest<T>
{
    public T? Value { get; private set; }

    public Stamp Stamp { get; private set; }

    public void Set(T value, Stamp stamp)
    {
        if (stamp.CompareTo(Stamp) > 0)
        {
            (Value, Stamp) = (value, stamp);
        }
    }
}

/// <summary>A value set by the earliest event.</summary>
internal struct Earliest<T>
{
    public T? Value { get; private set; }

    public Stamp Stamp { get; private set; }

    public readonly bool IsSet => Stamp != default;

    public readonly DateTimeOffset? At => IsSet ? new DateTimeOffset(Stamp.Ticks, TimeSpan.Zero) : null;

    public void Set(T? value, Stamp stamp)
    {
        if (!IsSet || stamp.CompareTo(Stamp) < 0)
        {
            (Value, Stamp) = (value, stamp);
        }
    }
}
