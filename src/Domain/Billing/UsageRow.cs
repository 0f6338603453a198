using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Installations;

namespace Marketplace.Billing;

/// <summary>
/// One row of the usage ledger: the calls of one installation and one day settled in one commit. (installation, day, seq) is unique in
/// every store; that key fences off a second activation of the same quota grain.
/// </summary>
/// <param name="Installation">The calling installation.</param>
/// <param name="Day">The day of business (Asia/Shanghai) in which the calls were reserved.</param>
/// <param name="Seq">The row's number within the day: 1 for the first, then without gaps.</param>
/// <param name="Count">Calls in this row; at least 1.</param>
/// <param name="Cumulative">Calls of the day up to and including this row.</param>
/// <param name="Keyed">True if a call of the row carries an idempotency key, so that keys can be found without reading all rows.</param>
/// <param name="Body">The packed calls and the day's tally so far (<see cref="UsageBody"/>).</param>
/// <param name="Opening">On the day's first row only: price book and the chain's end before it (<see cref="DayOpening"/>); else
/// empty.</param>
/// <param name="Hash">SHA-256 over the previous row's hash and all of the above; 32 bytes.</param>
[GenerateSerializer, Immutable, Alias("mp.billing.usage-row")]
public sealed record UsageRow(
    [property: Id(0)] InstallationId Installation,
    [property: Id(1)] DateOnly Day,
    [property: Id(2)] int Seq,
    [property: Id(3)] int Count,
    [property: Id(4)] long Cumulative,
    [property: Id(5)] bool Keyed,
    [property: Id(6)] ReadOnlyMemory<byte> Body,
    [property: Id(7)] ReadOnlyMemory<byte> Opening,
    [property: Id(8)] ReadOnlyMemory<byte> Hash
)
{
    /// <summary>The hash that the very first row of an installation is chained to.</summary>
    public static ReadOnlyMemory<byte> Genesis { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>The number within the day of the row's first call.</summary>
    public long First => Cumulative - Count + 1;

    /// <summary>Copies the row with the hash that chains it to <paramref name="previous"/>.</summary>
    public UsageRow ChainedTo(ReadOnlyMemory<byte> previous) => this with { Hash = ComputeHash(previous.Span) };

    /// <summary>True if the row is unaltered and chained to <paramref name="previous"/>.</summary>
    public bool Follows(ReadOnlyMemory<byte> previous) => Hash.Span.SequenceEqual(ComputeHash(previous.Span));

    private byte[] ComputeHash(ReadOnlySpan<byte> previous)
    {
        Span<byte> key = stackalloc byte[InstallationId.MaxLength];
        if (!Installation.TryFormat(key, out var keyLength, default, null))
        {
            throw new InvalidOperationException("The installation's id is too long.");
        }

        var length = previous.Length + 29 + keyLength + Body.Length + Opening.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        var rest = buffer.AsSpan(0, length);
        previous.CopyTo(rest);
        rest = rest[previous.Length..];
        BinaryPrimitives.WriteInt32BigEndian(rest, Day.DayNumber);
        BinaryPrimitives.WriteInt32BigEndian(rest[4..], Seq);
        BinaryPrimitives.WriteInt32BigEndian(rest[8..], Count);
        BinaryPrimitives.WriteInt64BigEndian(rest[12..], Cumulative);
        rest[20] = Keyed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(rest[21..], Body.Length);
        BinaryPrimitives.WriteInt32BigEndian(rest[25..], Opening.Length);
        key[..keyLength].CopyTo(rest[29..]);
        rest = rest[(29 + keyLength)..];
        Body.Span.CopyTo(rest);
        Opening.Span.CopyTo(rest[Body.Length..]);
        var hash = SHA256.HashData(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
        return hash;
    }
}
