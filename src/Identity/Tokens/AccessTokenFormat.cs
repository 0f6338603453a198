using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Marketplace.Identity.Signing;

namespace Marketplace.Identity.Tokens;

/// <summary>
/// The text of an access token: a prefix, when it expires, a random number that finds its row, and a seal over both. The seal tells our
/// tokens from any other text without a look at the store; what a token may do is in its row.
/// </summary>
internal sealed class AccessTokenFormat(MarketplaceSecrets secrets)
{
    /// <summary>Characters of a token.</summary>
    public const int Length = 52;

    private const string Prefix = "mat.";
    private const int ExpiryBytes = 4;
    private const int RandomBytes = 20;
    private const int SealedBytes = ExpiryBytes + RandomBytes;
    private const int SealBytes = 12;

    private volatile byte[]? _key;

    /// <summary>Reads the seal's key; call it before the first token.</summary>
    public async Task Load(CancellationToken cancellationToken) => _key ??= await secrets.GetTokenSealKey(cancellationToken);

    /// <summary>A new token that expires at this instant, rounded down to seconds.</summary>
    public string Create(DateTimeOffset expiresAt)
    {
        Span<byte> bytes = stackalloc byte[SealedBytes + SealBytes];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, checked((uint)expiresAt.ToUnixTimeSeconds()));
        RandomNumberGenerator.Fill(bytes[ExpiryBytes..SealedBytes]);
        Seal(bytes[..SealedBytes], bytes[SealedBytes..]);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>True for text that means to be an access token of ours, genuine or not.</summary>
    public static bool IsMeant(ReadOnlySpan<char> text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>True if the text was made here. Allocates nothing.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="expiresAt">The first instant at which the token is expired.</param>
    public bool TryRead(ReadOnlySpan<char> text, out DateTimeOffset expiresAt)
    {
        expiresAt = default;
        Span<byte> bytes = stackalloc byte[SealedBytes + SealBytes];
        if (
            text.Length != Length
            || !IsMeant(text)
            || Base64Url.DecodeFromChars(text[Prefix.Length..], bytes, out _, out var written) != OperationStatus.Done
            || written != bytes.Length
            || !IsSealed(bytes)
        )
        {
            return false;
        }

        expiresAt = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return true;
    }

    private bool IsSealed(ReadOnlySpan<byte> bytes)
    {
        Span<byte> seal = stackalloc byte[SealBytes];
        Seal(bytes[..SealedBytes], seal);
        return CryptographicOperations.FixedTimeEquals(seal, bytes[SealedBytes..]);
    }

    private void Seal(ReadOnlySpan<byte> content, Span<byte> seal)
    {
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key ?? throw new InvalidOperationException("The identity store is not initialized."), content, full);
        full[..seal.Length].CopyTo(seal);
    }
}
