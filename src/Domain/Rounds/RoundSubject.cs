using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Catalogue;
using Marketplace.Listings;

namespace Marketplace.Rounds;

/// <summary>What a round tests: one version, as it would be listed.</summary>
/// <param name="Hash">The version.</param>
/// <param name="Profile">Its profile: scopes, region, limits.</param>
/// <param name="Webhook">Its declared endpoint for events; null for a plugin that reads its events by itself.</param>
public sealed record RoundSubject(string Hash, PluginProfile Profile, Uri? Webhook)
{
    private const string WebhookKind = "webhook";

    /// <summary>The declared scopes, sorted.</summary>
    public ImmutableArray<string> Scopes => [.. Profile.Scopes.Order(StringComparer.Ordinal)];

    /// <summary>Null for a version that the gate blocks, which has no profile.</summary>
    public static RoundSubject? Of(VersionDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return document.Profile is { } profile
            ? new RoundSubject(document.Submission.Hash, profile, WebhookOf(document.Manifest, profile.Region.Value))
            : null;
    }

    // An endpoint of the plugin's own region comes first: the others would get a region's data that are not theirs (R20).
    private static Uri? WebhookOf(string manifest, string region)
    {
        using var document = JsonDocument.Parse(manifest);
        if (!document.RootElement.TryGetProperty("endpoints", out var endpoints) || endpoints.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        return (
            from endpoint in endpoints.EnumerateArray()
            where Text(endpoint, "kind") == WebhookKind
            orderby region.StartsWith(Text(endpoint, "region") ?? "?", StringComparison.Ordinal) ? 0 : 1
            select Uri.TryCreate(Text(endpoint, "url"), UriKind.Absolute, out var url) ? url : null
        ).FirstOrDefault(url => url is not null);
    }

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
