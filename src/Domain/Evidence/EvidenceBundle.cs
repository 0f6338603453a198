using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Marketplace.Evidence;

/// <summary>The facts with what follows from them. Its canonical bytes are what is signed.</summary>
/// <param name="Facts">What is known.</param>
/// <param name="Labels">What must be said of the parties: <see cref="UncertifiedPlugin"/>.</param>
/// <param name="Journeys">The events' ways, with hops and judgement.</param>
/// <param name="Verdict">What it comes to.</param>
public sealed record EvidenceBundle(
    EvidenceFacts Facts,
    ImmutableArray<string> Labels,
    ImmutableArray<EvidenceJourney> Journeys,
    EvidenceVerdict Verdict
)
{
    /// <summary>The plugin is not certified: what its use costs is not the platform's affair (R67, clause 7.5).</summary>
    public const string UncertifiedPlugin = "uncertified-plugin";

    /// <summary>Draws the conclusions from the facts; the same facts give the same bundle, whoever draws them.</summary>
    /// <exception cref="FormatException">A row's body is not readable.</exception>
    public static EvidenceBundle Of(EvidenceFacts facts)
    {
        var journeys = EvidenceJudge.Judge(facts);
        return new EvidenceBundle(facts, facts.Plugin.Certified ? [] : [UncertifiedPlugin], journeys, EvidenceVerdict.Of(journeys));
    }

    /// <summary>The canonical bytes: members in their order, instants in UTC with milliseconds, no blanks, no nulls.</summary>
    public byte[] Encode() => EvidenceJson.Encode(this);

    /// <summary>Reads what <see cref="Encode"/> wrote; for bytes of the marketplace's own.</summary>
    public static EvidenceBundle Decode(ReadOnlySpan<byte> canonical) => EvidenceJson.DecodeBundle(canonical);

    /// <summary>SHA-256 of the canonical bytes, lower-case hex: the name under which a claim refers to the bundle.</summary>
    public static string HashOf(ReadOnlySpan<byte> canonical) => Convert.ToHexStringLower(SHA256.HashData(canonical));
}

/// <summary>A bundle with the marketplace's signature over its canonical bytes.</summary>
public sealed record SignedEvidence(EvidenceBundle Bundle, EvidenceSignature Signature)
{
    /// <summary>The file as it is served; no other bytes stand for the same.</summary>
    public byte[] Encode() => EvidenceJson.Encode(this);

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is no signed bundle of a form that is known here.</exception>
    public static SignedEvidence Decode(ReadOnlySpan<byte> file) => EvidenceJson.Decode(file);
}

/// <summary>A signature.</summary>
/// <param name="Alg"><c>Ed25519</c>.</param>
/// <param name="KeyId">Names the key.</param>
/// <param name="Value">64 bytes, base64.</param>
public sealed record EvidenceSignature(string Alg, string KeyId, byte[] Value)
{
    public const string Ed25519 = "Ed25519";
}
