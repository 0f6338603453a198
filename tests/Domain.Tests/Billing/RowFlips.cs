using Marketplace.Billing;
using Marketplace.Installations;

namespace Marketplace.Domain.Tests.Billing;

/// <summary>All rows that differ from a row in exactly one bit of one field, as far as a store could hold them.</summary>
internal static class RowFlips
{
    public static IEnumerable<(UsageRow Row, string What)> Of(UsageRow row) =>
        [
            .. Texts(row.Installation.ToString()).Select(id => (row with { Installation = id }, $"installation {id}")),
            .. Bits(32)
                .Select(bit => row.Day.DayNumber ^ (1 << bit))
                .Where(day => day is >= 0 and <= 3_652_058)
                .Select(day => (row with { Day = DateOnly.FromDayNumber(day) }, $"day {day}")),
            .. Bits(32).Select(bit => (row with { Seq = row.Seq ^ (1 << bit) }, $"seq bit {bit}")),
            .. Bits(32).Select(bit => (row with { Count = row.Count ^ (1 << bit) }, $"count bit {bit}")),
            .. Bits(64).Select(bit => (row with { Cumulative = row.Cumulative ^ (1L << bit) }, $"cumulative bit {bit}")),
            (row with { Keyed = !row.Keyed }, "keyed"),
            .. Bytes(row.Body).Select(body => (row with { Body = body.Bytes }, $"body bit {body.Bit}")),
            .. Bytes(row.Opening).Select(opening => (row with { Opening = opening.Bytes }, $"opening bit {opening.Bit}")),
            .. Bytes(row.Hash).Select(hash => (row with { Hash = hash.Bytes }, $"hash bit {hash.Bit}")),
        ];

    private static IEnumerable<int> Bits(int count) => Enumerable.Range(0, count);

    private static IEnumerable<(byte[] Bytes, int Bit)> Bytes(ReadOnlyMemory<byte> bytes) =>
        Bits(bytes.Length * 8)
            .Select(bit =>
            {
                var flipped = bytes.ToArray();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                return (flipped, bit);
            });

    private static IEnumerable<InstallationId> Texts(string text)
    {
        foreach (var bit in Bits(text.Length * 7))
        {
            var characters = text.ToCharArray();
            characters[bit / 7] ^= (char)(1 << (bit % 7));
            if (InstallationId.TryParse(new string(characters), null, out var id))
            {
                yield return id;
            }
        }
    }
}
