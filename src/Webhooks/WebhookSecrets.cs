using System.Security.Cryptography;
using System.Text;
using Marketplace.Deliveries;
using Marketplace.Identity.Tokens;
using Microsoft.AspNetCore.DataProtection;

namespace Marketplace.Webhooks;

/// <summary>
/// Makes the secrets of endpoints and seals them with the host's data protection keys, so that journal and grains hold only what nobody can
/// sign with. Opened ones stay in memory, because every message needs them.
/// </summary>
public sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private const string Purpose = "Marketplace.Sync.EndpointSecret.v1";
    private const int KeyBytes = 32;
    private const int Remembered = 20_000;

    // A withdrawn key of the ring is no reason to stop delivering: what it sealed is still opened.
    private readonly IPersistedDataProtector _protector = (IPersistedDataProtector)protection.CreateProtector(Purpose);
    private readonly GenerationalCache<string, byte[]> _opened = new(Remembered);

    /// <summary>A new secret.</summary>
    /// <param name="operation">Named by the secret's id, so that a repeat of the operation finds what the first one made.</param>
    /// <param name="now">When it is made.</param>
    public EndpointSecret Make(string operation, DateTimeOffset now)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        RandomNumberGenerator.Fill(key);
        var made = new EndpointSecret(IdOf(operation), Seal(key), now, null);
        CryptographicOperations.ZeroMemory(key);
        return made;
    }

    /// <summary>The id of the secret that an operation makes: <c>sec_</c> and 16 hex digits.</summary>
    public static string IdOf(string operation) =>
        "sec_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(operation)).AsSpan(0, 8));

    /// <summary>The sealed form of a key.</summary>
    public string Seal(ReadOnlySpan<byte> key) => Convert.ToBase64String(_protector.Protect(key.ToArray()));

    /// <summary>The key in a sealed form. The array is shared: do not change it.</summary>
    /// <exception cref="CryptographicException">This host did not seal it, or has lost the key that did.</exception>
    public byte[] Open(string sealedKey)
    {
        if (_opened.TryGet(sealedKey, out var known))
        {
            return known;
        }

        try
        {
            var key = _protector.DangerousUnprotect(Convert.FromBase64String(sealedKey), ignoreRevocationErrors: true, out _, out _);
            _opened.Set(sealedKey, key);
            return key;
        }
        catch (FormatException e)
        {
            throw new CryptographicException("The sealed secret is no base64.", e);
        }
    }

    /// <summary>The text that the plugin's developer is shown once.</summary>
    /// <exception cref="CryptographicException">This host did not seal it, or has lost the key that did.</exception>
    public string Reveal(EndpointSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return WebhookSignature.TextOf(Open(secret.Sealed));
    }
}
