using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Evidence;
using NSec.Cryptography;

namespace Marketplace.Ledger;

/// <summary>The marketplace's public keys in the form of <c>GET /.well-known/marketplace-keys</c>.</summary>
internal sealed class PublishedKeys
{
    private static readonly SignatureAlgorithm Ed25519 = SignatureAlgorithm.Ed25519;

    private readonly Dictionary<string, PublicKey> _keys;

    private PublishedKeys(Dictionary<string, PublicKey> keys) => _keys = keys;

    /// <exception cref="FormatException">The file contains no such keys.</exception>
    public static PublishedKeys Read(ReadOnlySpan<byte> file)
    {
        try
        {
            var list = JsonSerializer.Deserialize(file, KeyJson.Default.KeyList)?.Keys
                ?? throw new FormatException("The file of keys is empty.");
            return new PublishedKeys(
                list.ToDictionary(
                    key => key.Id,
                    key => PublicKey.Import(Ed25519, key.PublicKey, KeyBlobFormat.RawPublicKey),
                    StringComparer.Ordinal
                )
            );
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException("The file of keys is not what /.well-known/marketplace-keys answers.", e);
        }
    }

    /// <summary>The defect of a signature; null if it is valid.</summary>
    public string? Check(SignedEvidence signed) => Check(signed.Signature, signed.Bundle.Encode());

    /// <summary>The defect of a signature over bytes; null if it is valid.</summary>
    public string? Check(EvidenceSignature signature, ReadOnlySpan<byte> signed) =>
        signature.Alg != EvidenceSignature.Ed25519 ? "the algorithm is not Ed25519"
        : !_keys.TryGetValue(signature.KeyId, out var key) ? "none of the keys has this id"
        : Ed25519.Verify(key, signed, signature.Value) ? null
        : "this is not what was signed with the key";
}

internal sealed record KeyList(IReadOnlyList<KeyLine> Keys);

internal sealed record KeyLine(string Id, byte[] PublicKey);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(KeyList))]
internal sealed partial class KeyJson : JsonSerializerContext;
