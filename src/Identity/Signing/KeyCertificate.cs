using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Marketplace.Identity.Signing;

/// <summary>
/// The certificate that encrypts the key ring, if configured (<c>Marketplace:Identity:KeyCertificate</c>). The ring is stored in the
/// identity store and decrypts documents, buyers' sealed fields and signing keys, so a copy of the store alone must not be enough.
/// </summary>
internal static class KeyCertificate
{
    private const string PathSetting = IdentityOptions.Section + ":KeyCertificate:Path";
    private const string PasswordSetting = IdentityOptions.Section + ":KeyCertificate:Password";

    /// <summary>The certificate with its private key; null if none is set.</summary>
    /// <exception cref="InvalidOperationException">It is unreadable, or has no private key.</exception>
    public static X509Certificate2? Read(IConfiguration configuration)
    {
        if (configuration[PathSetting] is not { Length: > 0 } path)
        {
            return null;
        }

        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(path, configuration[PasswordSetting]);
            return certificate.HasPrivateKey
                ? certificate
                : throw new InvalidOperationException($"{PathSetting}: the certificate has no private key.");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{PathSetting}: the PKCS #12 file cannot be read: {e.Message}", e);
        }
    }
}
