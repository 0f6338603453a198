using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Storage.Events;

/// <summary>
/// Sixteen bytes that stand for (source, event id) in the unique index: both may be long, and half of a SHA-256 does not collide by chance.
/// </summary>
internal static class EventKey
{
    private const int Length = 16;

    public static byte[] Of(string source, string id)
    {
        var sourceLength = Encoding.UTF8.GetByteCount(source);
        var text = new byte[sizeof(int) + sourceLength + Encoding.UTF8.GetByteCount(id)];

        // Length first, so that ("a", "bc") and ("ab", "c") are two.
        BinaryPrimitives.WriteInt32BigEndian(text, sourceLength);
        Encoding.UTF8.GetBytes(source, text.AsSpan(sizeof(int)));
        Encoding.UTF8.GetBytes(id, text.AsSpan(sizeof(int) + sourceLength));
        return SHA256.HashData(text)[..Length];
    }
}
