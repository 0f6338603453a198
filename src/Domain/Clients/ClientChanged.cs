using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Journal;

namespace Marketplace.Clients;

/// <summary>What an administrator changed of a client.</summary>
public enum ClientChange
{
    /// <summary>The client was created.</summary>
    Created,

    /// <summary>It got a new secret.</summary>
    SecretRotated,

    /// <summary>Its redirect URIs were replaced.</summary>
    RedirectUrisSet,

    /// <summary>It was revoked for good.</summary>
    Revoked,
}

/// <summary>Recorded when an administrator changed a client; never contains a secret.</summary>
/// <param name="Change">What was changed.</param>
/// <param name="Role">The client's role.</param>
/// <param name="Plugin">Its plugin; null for roles other than plugin.</param>
/// <param name="RedirectUris">Its redirect URIs after the change.</param>
/// <param name="ChangedAt">When it was changed; a change made beside the servers is recorded later.</param>
[GenerateSerializer, Immutable, Alias("mp.client.changed")]
public sealed record ClientChanged(
    [property: Id(0)] ClientChange Change,
    [property: Id(1)] string Role,
    [property: Id(2)] string? Plugin,
    [property: Id(3)] ImmutableArray<string> RedirectUris,
    [property: Id(4)] DateTimeOffset ChangedAt
) : IJournalEvent
{
    string IJournalEvent.Type => TypeOf(Change);

    public ReadOnlyMemory<byte> Encode() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new ClientChangedWire(Role, Plugin, RedirectUris, ChangedAt.ToUniversalTime()),
            ClientJson.Default.ClientChangedWire
        );

    /// <summary>The journal type of a change.</summary>
    public static string TypeOf(ClientChange change) =>
        change switch
        {
            ClientChange.Created => "client-created",
            ClientChange.SecretRotated => "client-secret-rotated",
            ClientChange.RedirectUrisSet => "client-redirect-uris-set",
            ClientChange.Revoked => "client-revoked",
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "No such change."),
        };
}

internal sealed record ClientChangedWire(string Role, string? Plugin, ImmutableArray<string> RedirectUris, DateTimeOffset ChangedAt);
