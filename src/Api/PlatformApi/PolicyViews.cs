using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Policies;

namespace Marketplace.Api.PlatformApi;

/// <param name="Version">Its name; 1–64 characters.</param>
/// <param name="Text">The text in both languages; left out if <c>hash</c> and <c>link</c> are given.</param>
/// <param name="Hash">SHA-256 of the text at the link, 64 hexadecimal digits.</param>
/// <param name="Link">Where the text is; https.</param>
/// <param name="EffectiveFrom">The first day on which it is in force.</param>
internal sealed record PolicyVersionRequest(string? Version, PolicyTextRequest? Text, string? Hash, string? Link, DateOnly? EffectiveFrom);

internal sealed record PolicyTextRequest(string? Zh, string? En);

/// <summary>All policies.</summary>
internal sealed record PolicyListView(IReadOnlyList<PolicyView> Policies);

/// <param name="Policy">Its name.</param>
/// <param name="InForce">The version in force today; null before the first.</param>
/// <param name="Versions">All versions by effective day, without their texts.</param>
/// <param name="Document">One version with its text; null if none was asked for or none is in force.</param>
internal sealed record PolicyView(string Policy, string? InForce, IReadOnlyList<PolicyVersionView> Versions, PolicyDocumentView? Document)
{
    public static PolicyView Of(string name, Policy policy, DateOnly today, PolicyVersion? document) =>
        new(
            name,
            policy.InForceOn(today)?.Version,
            [.. policy.Versions.Select(PolicyVersionView.Of)],
            document is null ? null : PolicyDocumentView.Of(document)
        );
}

/// <param name="Number">1 for the first.</param>
/// <param name="Version">Its name.</param>
/// <param name="EffectiveFrom">The first day on which it is in force.</param>
/// <param name="PublishedAt">When it was published.</param>
/// <param name="Hash">SHA-256 of the Chinese text, a line feed and the English text.</param>
/// <param name="Link">Where the text is, if it is not here.</param>
internal sealed record PolicyVersionView(
    int Number,
    string Version,
    DateOnly EffectiveFrom,
    DateTimeOffset PublishedAt,
    string Hash,
    string? Link
)
{
    public static PolicyVersionView Of(PolicyVersion version) =>
        new(version.Number, version.Version, version.EffectiveFrom, version.PublishedAt, version.Hash, version.Link);
}

/// <param name="Version">Its name.</param>
/// <param name="Text">The text; null if it is only at the link.</param>
/// <param name="Hash">The hash of the text.</param>
/// <param name="Link">Where the text is, if it is not here.</param>
internal sealed record PolicyDocumentView(string Version, PolicyTextView? Text, string Hash, string? Link)
{
    public static PolicyDocumentView Of(PolicyVersion version) =>
        new(version.Version, version.Text is { } text ? new PolicyTextView(text.Zh, text.En) : null, version.Hash, version.Link);
}

internal sealed record PolicyTextView(string Zh, string En);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(PolicyVersionRequest))]
[JsonSerializable(typeof(PolicyListView))]
[JsonSerializable(typeof(PolicyView))]
internal sealed partial class PolicyApiJson : JsonSerializerContext
{
    public static PolicyApiJson Readable => field ??= new(Default.Options.Readable());
}
