namespace Marketplace.Identity.Demo;

/// <summary>The stored key of an issuer run by this deployment itself.</summary>
internal sealed class IssuerKeyRow
{
    public required string Issuer { get; init; }

    public required string KeyId { get; init; }

    /// <summary>PKCS#8, encrypted with the key ring.</summary>
    public required string ProtectedKey { get; init; }
}
