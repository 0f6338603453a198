using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Marketplace.TestKit.Enterprises;

/// <summary>Makes PNG pictures by hand, good and bad ones, so that what they hold is known to the byte.</summary>
public static class Pictures
{
    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A scan in colour that is good enough for a review.</summary>
    /// <param name="marker">A text within the file, to be looked for.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    public static byte[] Colour(string marker = "colour", int width = 1_100, int height = 700) => Png(width, height, marker, grey: false);

    /// <summary>The same in shades of grey.</summary>
    public static byte[] Grey(int width = 1_100, int height = 700) => Png(width, height, "grey", grey: true);

    /// <summary>A file of a few bytes whose header claims any size.</summary>
    public static byte[] Claiming(int width, int height) =>
        [.. Signature, .. Chunk("IHDR", Header(width, height)), .. Chunk("IDAT", Zip([0])), .. Chunk("IEND", [])];

    /// <summary>A good picture without its last third.</summary>
    public static byte[] Truncated()
    {
        var whole = Colour();
        return whole[..(whole.Length * 2 / 3)];
    }

    private static byte[] Png(int width, int height, string marker, bool grey)
    {
        var rows = new byte[height * ((width * 3) + 1)];
        // Noise with a fixed seed: it does not compress away, so pieces of the file are nowhere else.
        new Random(20_240_008).NextBytes(rows);
        for (var y = 0; y < height; y++)
        {
            var row = rows.AsSpan(y * ((width * 3) + 1), (width * 3) + 1);
            row[0] = 0;
            for (var x = 0; x < width; x++)
            {
                var pixel = row.Slice(1 + (x * 3), 3);
                // Coarse levels keep the file small; grey has the same level three times.
                (pixel[0], pixel[1], pixel[2]) = grey
                    ? (Level(pixel[0]), Level(pixel[0]), Level(pixel[0]))
                    : (Level(pixel[0]), Level(pixel[1]), (byte)255);
            }
        }

        return
        [
            .. Signature,
            .. Chunk("IHDR", Header(width, height)),
            .. Chunk("tEXt", Encoding.Latin1.GetBytes($"Comment\0{marker}")),
            .. Chunk("IDAT", Zip(rows)),
            .. Chunk("IEND", []),
        ];
    }

    private static byte Level(byte noise) => (byte)((noise & 3) * 60);

    private static byte[] Header(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return header;
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var zip = new ZLibStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return zipped.ToArray();
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
