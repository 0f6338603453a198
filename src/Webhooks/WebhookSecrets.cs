using System.Security.Cryptography;
using System.Text;
using BitFaster.Caching.Lru;
using Marketplace.Deliveries;
using Microsoft.AspNetCore.DataProtection;

namespace Marketplace.Webhooks;

/// <summary>
/// Creates endpoints' secrets and encrypts them with the host's data protection keys, so that journal and grains contain nothing usable for
/// signing. Decrypted secrets stay in memory, because every message needs them.
/// </summary>
public sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private const string Purpose = "Marketplace.Sync.EndpointSecret.v1";
    private const int KeyBytes = 32;
    private const int Remembered = 20_000;

    // A withdrawn key of the ring must not stop deliveries: secrets encrypted with it are still decrypted.
    private readonly IPersistedDataProtector _protector = (IPersistedDataProtector)protection.CreateProtector(Purpose);
    private readonly FastConcurrentLru<string, byte[]> _opened = new(Remembered);

    /// <summary>Creates a secret.</summary>
    /// <param name="operation">The secret's id is derived from it, so that a repeat of the operation finds the first secret.</param>
    /// <param name="now">When it is created.</param>
    public EndpointSecret Make(string operation, DateTimeOffset now)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        RandomNumberGenerator.Fill(key);
        var made = new EndpointSecret(IdOf(operation), Seal(key), now, null);
        CryptographicOperations.ZeroMemory(key);
        return made;
    }

    /// <summary>The id of an operation's secret: <c>sec_</c> and 16 hex digits.</summary>
    public static string IdOf(string operation) =>
        "sec_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(operation)).AsSpan(0, 8));

    /// <summary>Encrypts a key.</summary>
    public string Seal(ReadOnlySpan<byte> key) => Convert.ToBase64String(_protector.Protect(key.ToArray()));

    /// <summary>Decrypts a sealed key. The array is shared: do not modify it.</summary>
    /// <exception cref="CryptographicException">It was not sealed by this host, or its key is lost.</exception>
    public byte[] Open(string sealedKey)
    {
        if (_opened.TryGet(sealedKey, out var known))
        {
            return known;
        }

        try
        {
            var key = _protector.DangerousUnprotect(Convert.FromBase64String(sealedKey), ignoreRevocationErrors: true, out _, out _);
            _opened.AddOrUpdate(sealedKey, key);
            return key;
        }
        catch (FormatException e)
        {
            throw new CryptographicException("The sealed secret is not base64.", e);
        }
    }

    /// <summary>The secret's text, shown to the plugin's developer once.</summary>
    /// <exception cref="CryptographicException">It was not sealed by this host, or its key is lost.</exception>
    public string Reveal(EndpointSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return WebhookSignature.TextOf(Open(secret.Sealed));
    }
}
