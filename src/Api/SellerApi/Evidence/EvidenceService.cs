using Marketplace.Api.Http.Problems;
using Marketplace.Events;
using Marketplace.Evidence;
using Marketplace.Identity.Signing;
using Marketplace.Installations;
using NSec.Cryptography;

namespace Marketplace.Api.SellerApi.Evidence;

/// <summary>Has bundles made and signs them; verifies its own signatures.</summary>
internal sealed class EvidenceService(IGrainFactory grains, IMarketplaceSigner signer)
{
    private static readonly SignatureAlgorithm Ed25519 = SignatureAlgorithm.Ed25519;

    /// <summary>The signed bundle of an order, for a reader.</summary>
    /// <exception cref="RequestProblemException">The installation does not exist, or the id is invalid.</exception>
    public async Task<SignedEvidence> Make(InstallationId installation, string? orderId, string reader, CancellationToken cancellationToken)
    {
        if (orderId is null || !EventLimits.IsId(orderId))
        {
            throw new RequestProblemException(
                ProblemKinds.ParameterInvalid,
                "The path does not name an order: 1–128 visible ASCII characters."
            );
        }

        var gathered = await grains.GetGrain<IEvidenceGrain>(GrainKeys.Evidence(installation)).Gather(orderId, reader, cancellationToken);
        if (gathered.Refusal is { } refusal)
        {
            throw new RequestProblemException(refusal);
        }

        var signature = await signer.Sign(gathered.Value, cancellationToken);
        return new SignedEvidence(
            EvidenceBundle.Decode(gathered.Value.Span),
            new EvidenceSignature(EvidenceSignature.Ed25519, signature.KeyId, signature.Value.ToArray())
        );
    }

    /// <summary>True if one of this marketplace's keys signed the bundle.</summary>
    public async Task<bool> IsOurs(SignedEvidence signed, CancellationToken cancellationToken)
    {
        var key = (await signer.GetKeys(cancellationToken)).FirstOrDefault(known => known.Id == signed.Signature.KeyId);
        return key is not null && signed.Signature.Alg == EvidenceSignature.Ed25519 && IsSigned(key, signed);
    }

    private static bool IsSigned(MarketplaceKey key, SignedEvidence signed) =>
        Ed25519.Verify(
            PublicKey.Import(Ed25519, key.PublicKey.Span, KeyBlobFormat.RawPublicKey),
            signed.Bundle.Encode(),
            signed.Signature.Value
        );
}
