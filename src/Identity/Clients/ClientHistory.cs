using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Clients;

namespace Marketplace.Identity.Clients;

/// <summary>
/// When a client was created, changed and revoked, and which earlier secrets are still good; stored in the application's properties beside
/// <see cref="ClientProfile"/>. Clients of earlier releases have none.
/// </summary>
/// <param name="CreatedAt">Null for a client of an earlier release.</param>
/// <param name="SecretRotatedAt">Null while it has its first secret.</param>
/// <param name="RevokedAt">Null unless it was revoked.</param>
/// <param name="EarlierSecrets">The earlier secrets promised for an overlap, as they were stored; some may have expired.</param>
/// <param name="Unrecorded">Changes that the journal may not have yet.</param>
internal sealed record ClientHistory(
    DateTimeOffset? CreatedAt,
    DateTimeOffset? SecretRotatedAt,
    DateTimeOffset? RevokedAt,
    ImmutableArray<EarlierSecret> EarlierSecrets,
    ImmutableArray<UnrecordedChange> Unrecorded
)
{
    /// <summary>When it last sent a right secret, to within <see cref="ClientUse.Resolution"/>; null if it never did.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Name of the property.</summary>
    public const string Property = "history";

    /// <summary>In the stored JSON of every client with an unrecorded change and of no other; a client's id cannot contain it.</summary>
    public const string UnrecordedMark = "\"unrecorded\":[{";

    public static ClientHistory None { get; } = new(null, null, null, [], []);

    public static ClientHistory Of(IReadOnlyDictionary<string, JsonElement> properties) =>
        properties.TryGetValue(Property, out var stored) ? stored.Deserialize(ClientHistoryJson.Default.ClientHistory) ?? None : None;

    public void WriteTo(IDictionary<string, JsonElement> properties) =>
        properties[Property] = JsonSerializer.SerializeToElement(this, ClientHistoryJson.Default.ClientHistory);

    /// <summary>The earlier secrets that still open something.</summary>
    public ImmutableArray<EarlierSecret> OpenSecrets(DateTimeOffset now) => EarlierSecrets.RemoveAll(secret => secret.Until <= now);
}

/// <param name="Hash">The secret as OpenIddict stored it.</param>
/// <param name="Until">The first instant at which it is refused.</param>
internal sealed record EarlierSecret(string Hash, DateTimeOffset Until);

/// <param name="Id">Makes its fact one, however often it is recorded.</param>
/// <param name="Change">What was changed.</param>
/// <param name="At">When.</param>
/// <param name="Actor">By whom.</param>
/// <param name="Address">From which network address; null if unknown.</param>
/// <param name="RedirectUris">The client's redirect URIs after it.</param>
internal sealed record UnrecordedChange(
    string Id,
    ClientChange Change,
    DateTimeOffset At,
    string Actor,
    string? Address,
    ImmutableArray<string> RedirectUris
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ClientHistory))]
internal sealed partial class ClientHistoryJson : JsonSerializerContext;
