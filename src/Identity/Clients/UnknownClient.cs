using System.Buffers.Binary;
using System.Security.Cryptography;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Clients;

/// <summary>
/// Placeholder for unknown clients: checking a secret against it takes as long as against a real client, so that response times do not
/// reveal which ids exist. Its secret is random and discarded.
/// </summary>
internal static class UnknownClient
{
    private const int SaltBytes = 16;
    private const int KeyBytes = 32;

    // OpenIddict's format for secrets of new clients: format 1, PBKDF2 with HMAC-SHA-256, 10,000 rounds.
    private const byte Format = 1;
    private const uint Sha256 = 1;
    private const int Rounds = 10_000;

    /// <summary>Never stored.</summary>
    public static OpenIddictEntityFrameworkCoreApplication Instance { get; } =
        new()
        {
            ClientId = "unknown",
            ClientType = ClientTypes.Confidential,
            ClientSecret = Hash(RandomNumberGenerator.GetBytes(KeyBytes)),
        };

    private static string Hash(byte[] secret)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var text = new byte[1 + (3 * sizeof(uint)) + SaltBytes + KeyBytes];
        text[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(1), Sha256);
        BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(5), Rounds);
        BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(9), SaltBytes);
        salt.CopyTo(text, 13);
        Rfc2898DeriveBytes.Pbkdf2(secret, salt, text.AsSpan(13 + SaltBytes), Rounds, HashAlgorithmName.SHA256);
        return Convert.ToBase64String(text);
    }
}
