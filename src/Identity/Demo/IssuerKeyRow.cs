namespace Marketplace.Identity.Demo;

/// <summary>The key of an issuer that this deployment runs itself, at rest.</summary>
internal sealed class IssuerKeyRow
{
    public required string Issuer { get; init; }

    public required string KeyId { get; init; }

    /// <summary>PKCS#8, protected by the key ring.</summary>
    public required string ProtectedKey { get; init; }
}
