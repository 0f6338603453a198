using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Marketplace.Evidence;

/// <summary>The facts with the conclusions drawn from them. Its canonical bytes are signed.</summary>
/// <param name="Facts">The facts.</param>
/// <param name="Labels">Labels of the parties: <see cref="UncertifiedPlugin"/>.</param>
/// <param name="Journeys">The events' journeys, with hops and judgement.</param>
/// <param name="Verdict">The overall verdict.</param>
public sealed record EvidenceBundle(
    EvidenceFacts Facts,
    ImmutableArray<string> Labels,
    ImmutableArray<EvidenceJourney> Journeys,
    EvidenceVerdict Verdict
)
{
    /// <summary>The plugin is not certified: the platform is not liable for its use (R67, clause 7.5).</summary>
    public const string UncertifiedPlugin = "uncertified-plugin";

    /// <summary>Draws the conclusions from the facts. Deterministic: the same facts always give the same bundle.</summary>
    /// <exception cref="FormatException">A row's body is unreadable.</exception>
    public static EvidenceBundle Of(EvidenceFacts facts)
    {
        var journeys = EvidenceJudge.Judge(facts);
        return new EvidenceBundle(facts, facts.Plugin.Certified ? [] : [UncertifiedPlugin], journeys, EvidenceVerdict.Of(journeys));
    }

    /// <summary>The canonical bytes: members in declared order, instants in UTC with milliseconds, no whitespace, no nulls.</summary>
    public byte[] Encode() => EvidenceJson.Encode(this);

    /// <summary>Decodes the output of <see cref="Encode"/>; only for the marketplace's own bytes.</summary>
    public static EvidenceBundle Decode(ReadOnlySpan<byte> canonical) => EvidenceJson.DecodeBundle(canonical);

    /// <summary>SHA-256 of the canonical bytes, lower-case hex; claims refer to the bundle by it.</summary>
    public static string HashOf(ReadOnlySpan<byte> canonical) => Convert.ToHexStringLower(SHA256.HashData(canonical));
}

/// <summary>A bundle with the marketplace's signature over its canonical bytes.</summary>
public sealed record SignedEvidence(EvidenceBundle Bundle, EvidenceSignature Signature)
{
    /// <summary>The file as served; the encoding is unique.</summary>
    public byte[] Encode() => EvidenceJson.Encode(this);

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is not a signed bundle of a known form.</exception>
    public static SignedEvidence Decode(ReadOnlySpan<byte> file) => EvidenceJson.Decode(file);
}

/// <summary>A signature.</summary>
/// <param name="Alg"><c>Ed25519</c>.</param>
/// <param name="KeyId">Id of the key.</param>
/// <param name="Value">64 bytes, base64.</param>
public sealed record EvidenceSignature(string Alg, string KeyId, byte[] Value)
{
    public const string Ed25519 = "Ed25519";
}
