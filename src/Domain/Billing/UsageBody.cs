using System.Buffers.Binary;
using System.Text;
using Marketplace.Quotas;

namespace Marketplace.Billing;

/// <summary>
/// The packed part of a ledger row: the day's tally per operation and tier up to and including the row, and the row's calls. The tally of a
/// day's last row is enough to bill the day; the calls prove each line of the bill.
/// </summary>
/// <remarks>
/// Layout, numbers as LEB128 unless said otherwise: format (1) · operations (count, then length and UTF-8 each) · tally (count, then
/// operation index, tier, calls each) · milliseconds since 1970 of the first call · calls (call id 16 bytes big-endian, operation index,
/// zigzag milliseconds since the previous call, status, flag: 0 plain, 1 keyed; keyed: key 16, request 16, content type, body).
/// </remarks>
public sealed record UsageBody(IReadOnlyList<Tally> Tallies, IReadOnlyList<UsageEntry> Entries)
{
    private const byte Format = 1;
    private const int SmallestEntry = 20;

    public ReadOnlyMemory<byte> Encode()
    {
        var writer = new Writer(64 + (Entries.Count * 24));
        writer.Byte(Format);
        var operations = Operations();
        writer.Number((ulong)operations.Count);
        foreach (var operation in operations)
        {
            writer.Text(operation.Value);
        }

        // By index: an enumerator of a list behind an interface is an object, for every row.
        writer.Number((ulong)Tallies.Count);
        for (var i = 0; i < Tallies.Count; i++)
        {
            writer.Number((ulong)operations.IndexOf(Tallies[i].Operation));
            writer.Number((ulong)Tallies[i].Tier);
            writer.Number((ulong)Tallies[i].Calls);
        }

        EncodeEntries(writer, operations);
        return writer.Written;
    }

    private List<OperationName> Operations()
    {
        var operations = new List<OperationName>(Tallies.Count);
        for (var i = 0; i < Tallies.Count; i++)
        {
            if (!operations.Contains(Tallies[i].Operation))
            {
                operations.Add(Tallies[i].Operation);
            }
        }

        return operations;
    }

    /// <param name="body">Bytes made by <see cref="Encode"/>.</param>
    /// <param name="count">The row's number of calls.</param>
    /// <exception cref="FormatException">The bytes are not a ledger row's body.</exception>
    public static UsageBody Decode(ReadOnlyMemory<byte> body, int count)
    {
        try
        {
            return Read(new Reader(body), count);
        }
        catch (Exception e) when (e is OverflowException or ArgumentException)
        {
            throw new FormatException("The ledger row contains a number out of range.", e);
        }
    }

    private static UsageBody Read(Reader reader, int count)
    {
        if (reader.Byte() != Format)
        {
            throw new FormatException("The ledger row has a format unknown to this version.");
        }

        var operations = new OperationName[reader.Count(1)];
        for (var i = 0; i < operations.Length; i++)
        {
            operations[i] = OperationName.FromStored(reader.Text());
        }

        var tallies = new Tally[reader.Count(3)];
        for (var i = 0; i < tallies.Length; i++)
        {
            tallies[i] = new Tally(reader.OneOf(operations), (int)reader.Number(), (long)reader.Number());
        }

        var at = (long)reader.Number();
        var entries = new UsageEntry[reader.Fits(count, SmallestEntry)];
        for (var i = 0; i < count; i++)
        {
            var call = reader.Fixed();
            var operation = reader.OneOf(operations);
            at += Unzigzag(reader.Number());
            var status = (int)reader.Number();
            var key = reader.Flag() ? new KeyedAnswer(reader.Fixed(), reader.Fixed(), reader.Text(), reader.Bytes()) : null;
            entries[i] = new UsageEntry(call, operation, DateTimeOffset.FromUnixTimeMilliseconds(at), status, key);
        }

        reader.End();
        return new UsageBody(tallies, entries);
    }

    private void EncodeEntries(Writer writer, List<OperationName> operations)
    {
        var at = Entries.Count == 0 ? 0 : Entries[0].At.ToUnixTimeMilliseconds();
        writer.Number((ulong)at);
        for (var i = 0; i < Entries.Count; i++)
        {
            var entry = Entries[i];
            var milliseconds = entry.At.ToUnixTimeMilliseconds();
            writer.Fixed(entry.CallId);
            writer.Number((ulong)operations.IndexOf(entry.Operation));
            writer.Number(Zigzag(milliseconds - at));
            writer.Number((ulong)entry.Status);
            writer.Byte(entry.Key is null ? (byte)0 : (byte)1);
            if (entry.Key is { } key)
            {
                writer.Fixed(key.Key);
                writer.Fixed(key.Request);
                writer.Text(key.ContentType);
                writer.Bytes(key.Body.Span);
            }

            at = milliseconds;
        }
    }

    private static ulong Zigzag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    private static long Unzigzag(ulong value) => unchecked((long)(value >> 1) ^ -(long)(value & 1));

    private sealed class Writer(int capacity)
    {
        private byte[] _buffer = new byte[capacity];
        private int _length;

        public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

        public void Byte(byte value) => Reserve(1)[0] = value;

        public void Number(ulong value)
        {
            while (value >= 0x80)
            {
                Byte((byte)((value & 0x7F) | 0x80));
                value >>= 7;
            }

            Byte((byte)value);
        }

        public void Fixed(UInt128 value) => BinaryPrimitives.WriteUInt128BigEndian(Reserve(16), value);

        public void Text(string value)
        {
            var length = Encoding.UTF8.GetByteCount(value);
            Number((ulong)length);
            Encoding.UTF8.GetBytes(value, Reserve(length));
        }

        public void Bytes(ReadOnlySpan<byte> value)
        {
            Number((ulong)value.Length);
            value.CopyTo(Reserve(value.Length));
        }

        private Span<byte> Reserve(int size)
        {
            if (_length + size > _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
            }

            _length += size;
            return _buffer.AsSpan(_length - size, size);
        }
    }

    private sealed class Reader(ReadOnlyMemory<byte> bytes)
    {
        private int _position;

        public byte Byte() => ReadBytes(1).Span[0];

        public ulong Number()
        {
            var value = 0UL;
            for (var shift = 0; shift < 64; shift += 7)
            {
                var next = Byte();
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return value;
                }
            }

            throw new FormatException("A number in the ledger row does not end.");
        }

        /// <summary>
        /// Reads a number of items. Refuses more than the remaining bytes can hold, so that a corrupt count allocates nothing.
        /// </summary>
        public int Count(int smallest) => Fits(checked((long)Number()), smallest);

        public int Fits(long count, int smallest) =>
            count >= 0 && count <= (bytes.Length - _position) / smallest
                ? (int)count
                : throw new FormatException("The ledger row claims more items than its bytes can hold.");

        public OperationName OneOf(OperationName[] operations) =>
            Number() is var index && index < (ulong)operations.Length
                ? operations[(int)index]
                : throw new FormatException("The ledger row refers to an operation missing from its list.");

        public bool Flag() =>
            Byte() is var flag && flag <= 1 ? flag == 1 : throw new FormatException("The ledger row contains an unknown flag.");

        public void End()
        {
            if (_position != bytes.Length)
            {
                throw new FormatException("The ledger row has bytes after its last call.");
            }
        }

        public UInt128 Fixed() => BinaryPrimitives.ReadUInt128BigEndian(ReadBytes(16).Span);

        public string Text() => Encoding.UTF8.GetString(Bytes().Span);

        public ReadOnlyMemory<byte> Bytes() => ReadBytes(checked((int)Number()));

        private ReadOnlyMemory<byte> ReadBytes(int size)
        {
            if (size > bytes.Length - _position)
            {
                throw new FormatException("The ledger row ends early.");
            }

            _position += size;
            return bytes.Slice(_position - size, size);
        }
    }
}
