using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Identity.Clients;

namespace Marketplace.Api.PlatformApi;

/// <param name="Id">1–100 characters of <c>A–Z a–z 0–9 . _ -</c>; the OAuth <c>client_id</c>.</param>
/// <param name="Role">What the client may be: platform, seller-center, operator, plugin or a reviewer's role.</param>
/// <param name="Plugin">The plugin that it belongs to; only for the role plugin, which needs it.</param>
/// <param name="RedirectUris">Where a seller's browser may return after consent; only for the role plugin.</param>
internal sealed record NewClientRequest(string? Id, string? Role, string? Plugin, ImmutableArray<string>? RedirectUris);

/// <param name="RedirectUris">Where a seller's browser may return after consent; may be left out.</param>
internal sealed record NewPluginClientRequest(ImmutableArray<string>? RedirectUris);

/// <param name="OverlapHours">How long the secrets before it stay good: 0 (the default) to 168.</param>
internal sealed record RotateSecretRequest(int? OverlapHours);

/// <param name="RedirectUris">All addresses; those of before are replaced.</param>
internal sealed record RedirectUrisRequest(ImmutableArray<string>? RedirectUris);

/// <param name="ClientId">The client.</param>
/// <param name="ClientSecret">Its secret: 256 random bits, base64url. It is not kept and cannot be asked again.</param>
internal sealed record ClientSecretView(string ClientId, string ClientSecret);

/// <summary>Clients, by id.</summary>
internal sealed record ClientListView(IReadOnlyList<ClientView> Clients, string? NextCursor);

/// <param name="Id">The OAuth <c>client_id</c>.</param>
/// <param name="Role">Its role.</param>
/// <param name="Plugin">Its plugin; null for other roles.</param>
/// <param name="RedirectUris">Where a seller's browser may return after consent.</param>
/// <param name="CreatedAt">Null for a client of an earlier release.</param>
/// <param name="SecretRotatedAt">When an administrator last gave it a new secret; null if none did.</param>
/// <param name="EarlierSecretsUntil">Until when a secret before the last one is still good; null if none is.</param>
/// <param name="RevokedAt">Null unless it was revoked.</param>
/// <param name="LastUsedAt">When it last sent a right secret, to within an hour; null if it never did.</param>
internal sealed record ClientView(
    string Id,
    string Role,
    string? Plugin,
    IReadOnlyList<string> RedirectUris,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? SecretRotatedAt,
    DateTimeOffset? EarlierSecretsUntil,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt
)
{
    public static ClientView Of(ManagedClient client) =>
        new(
            client.Id,
            client.Role,
            client.Plugin,
            client.RedirectUris,
            client.CreatedAt,
            client.SecretRotatedAt,
            client.EarlierSecretsUntil,
            client.RevokedAt,
            client.LastUsedAt
        );
}

/// <summary>JSON of operators' requests about clients and prices.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(NewClientRequest))]
[JsonSerializable(typeof(NewPluginClientRequest))]
[JsonSerializable(typeof(RotateSecretRequest))]
[JsonSerializable(typeof(RedirectUrisRequest))]
[JsonSerializable(typeof(AnnouncePricesRequest))]
internal sealed partial class PlatformRequestJson : JsonSerializerContext;
