using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity.Tests;

/// <summary>An issuer of subject tokens with its key, as a host is told of it.</summary>
internal sealed class TestIssuer : IDisposable
{
    public const string Name = "https://accounts.example";

    private readonly RSA _rsa = RSA.Create(2048);

    private RsaSecurityKey Key => new(_rsa) { KeyId = "key-1" };

    /// <summary>The public key set as JSON.</summary>
    public string Jwks
    {
        get
        {
            var parameters = _rsa.ExportParameters(false);
            return $$"""{"keys":[{"kty":"RSA","kid":"key-1","use":"sig","n":"{{Base64UrlEncoder.Encode(parameters.Modulus)}}","e":"{{Base64UrlEncoder.Encode(parameters.Exponent)}}"}]}""";
        }
    }

    public (string, string)[] Settings => [("Issuers:0:Issuer", Name), ("Issuers:0:Jwks", Jwks)];

    /// <summary>A good subject token but for what is changed.</summary>
    public string Token(DateTimeOffset now, Action<SecurityTokenDescriptor>? change = null)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = "marketplace",
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = now.UtcDateTime.AddMinutes(20),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "li-lei",
                ["seller"] = "seller-1",
                ["role"] = "owner",
                ["jti"] = Guid.NewGuid().ToString("N"),
            },
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>The token with another header, its signature as it is or made with the public key as a secret.</summary>
    public string WithHeader(string token, string header, bool signWithPublicKey)
    {
        var payload = token.Split('.')[1];
        var head = Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(header));
        var signature = signWithPublicKey
            ? Base64UrlEncoder.Encode(HMACSHA256.HashData(_rsa.ExportRSAPublicKey(), Encoding.ASCII.GetBytes($"{head}.{payload}")))
            : "";
        return $"{head}.{payload}.{signature}";
    }

    /// <summary>A token of exactly these texts, well signed.</summary>
    public string Raw(string header, string payload)
    {
        var text = $"{Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(header))}.{Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(payload))}";
        var signature = _rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64UrlEncoder.Encode(signature)}";
    }

    public void Dispose() => _rsa.Dispose();
}
