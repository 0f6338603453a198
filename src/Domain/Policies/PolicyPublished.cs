using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Policies;

/// <summary>Publishes a version of a policy: with its text, or with the text's hash and where it is.</summary>
/// <param name="Version">Its name; 1–64 printable characters.</param>
/// <param name="Text">The text in both languages; null if <paramref name="Hash"/> and <paramref name="Link"/> are given.</param>
/// <param name="Hash">64 lower-case hexadecimal digits; null with a text.</param>
/// <param name="Link">https; null with a text.</param>
/// <param name="EffectiveFrom">The first day on which it is in force.</param>
[GenerateSerializer, Immutable, Alias("mp.policies.publish")]
public sealed record PublishPolicy(
    [property: Id(0)] string Version,
    [property: Id(1)] BilingualText? Text,
    [property: Id(2)] string? Hash,
    [property: Id(3)] string? Link,
    [property: Id(4)] DateOnly EffectiveFrom
)
{
    /// <summary>The command's content as one value: a repeated operation id must come with the same command.</summary>
    public string Fingerprint =>
        CommandFingerprint.Of("publish-policy", Version, Text?.Zh, Text?.En, Hash, Link, CommandFingerprint.Text(EffectiveFrom));
}

/// <summary>The fact that a version of a policy was published.</summary>
/// <param name="Version">Its name.</param>
/// <param name="Text">The text in both languages; null if it is only at the link.</param>
/// <param name="Hash">The hash of the text.</param>
/// <param name="Link">Where it is; null for none.</param>
/// <param name="EffectiveFrom">The first day on which it is in force.</param>
public sealed record PolicyPublished(string Version, BilingualText? Text, string Hash, string? Link, DateOnly EffectiveFrom) : IJournalEvent
{
    /// <summary>The journal type; never reused for another shape.</summary>
    public const string FactType = "policy-published";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, PolicyJson.Default.PolicyPublished);

    /// <exception cref="FormatException">The journal contains another type, or a payload that is no version.</exception>
    public static PolicyPublished Decode(string type, ReadOnlyMemory<byte> payload) =>
        type == FactType
            ? JsonSerializer.Deserialize(payload.Span, PolicyJson.Default.PolicyPublished)
                ?? throw new FormatException("A policy's version is empty.")
            : throw new FormatException($"The journal contains a policy's event of unknown type '{type}'.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PolicyPublished))]
internal sealed partial class PolicyJson : JsonSerializerContext;
