using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Sync;

/// <summary>
/// Orders events by their instant and, where that is the same, by their name's hash: the same order whatever the sequence they came in.
/// </summary>
internal readonly record struct Stamp(long Ticks, UInt128 Event) : IComparable<Stamp>
{
    public int CompareTo(Stamp other) => Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : Event.CompareTo(other.Event);

    /// <summary>128 bits of SHA-256 over source and id: too many to collide by chance or on purpose.</summary>
    public static UInt128 HashOf(string source, string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{id}"), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}

/// <summary>A value that the latest event sets.</summary>
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

/// <summary>A value that the earliest event sets.</summary>
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
