using Marketplace.Catalogue;
using Marketplace.Journal;

namespace Marketplace.Identity.Clients;

/// <summary>
/// Creates, changes and revokes OAuth clients in the identity store, also while no server runs. A change is stored together with who made
/// it, and reaches the journal by <see cref="IClientChangeRecorder"/>.
/// </summary>
public interface IClientAdministration
{
    /// <summary>The clients by id.</summary>
    /// <param name="role">Only clients of this role; null for all.</param>
    /// <param name="afterId">The last id of the page before; null for the first page.</param>
    /// <param name="limit">Maximum number of clients; at least 1.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    Task<IReadOnlyList<ManagedClient>> List(string? role, string? afterId, int limit, CancellationToken cancellationToken);

    /// <summary>All clients of a plugin, by id, revoked ones too.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="limit">Maximum number of clients; at least 1.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    Task<IReadOnlyList<ManagedClient>> ListOfPlugin(PluginId plugin, int limit, CancellationToken cancellationToken);

    /// <summary>One client; null if there is none of that id.</summary>
    Task<ManagedClient?> Find(string id, CancellationToken cancellationToken);

    /// <summary>Creates a confidential client.</summary>
    /// <returns>The secret, which is not stored and cannot be read again, or why it was not created.</returns>
    Task<Outcome<string>> Create(NewClient client, ClientChanger by, CancellationToken cancellationToken);

    /// <summary>Gives a client a new secret.</summary>
    /// <param name="id">The client.</param>
    /// <param name="overlap">
    /// How long the secrets before it stay good; at most <see cref="ManagedClient.MaxOverlap"/>. Zero ends all of them at once, also those
    /// that an earlier rotation promised for longer.
    /// </param>
    /// <param name="by">Who changes it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The secret, which is not stored and cannot be read again, or why it was not changed.</returns>
    Task<Outcome<string>> RotateSecret(string id, TimeSpan overlap, ClientChanger by, CancellationToken cancellationToken);

    /// <summary>Replaces the redirect URIs of a plugin's client.</summary>
    Task<Outcome<ManagedClient>> SetRedirectUris(
        string id,
        IReadOnlyCollection<Uri> redirectUris,
        ClientChanger by,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Revokes a client for good: no secret opens anything any more. What it has open is ended by <see cref="IClientChangeRecorder"/>. A
    /// repeat changes nothing.
    /// </summary>
    Task<Outcome<ManagedClient>> Revoke(string id, ClientChanger by, CancellationToken cancellationToken);
}

/// <summary>Puts changes of clients into the journal, and ends what a revoked client has open.</summary>
public interface IClientChangeRecorder
{
    /// <summary>
    /// Does so for one client, at once. What fails is done later by any running server, so a caller need not repeat it.
    /// </summary>
    Task Record(string client, CancellationToken cancellationToken);
}

/// <param name="Actor">Who changes a client.</param>
/// <param name="Address">From which network address; null if unknown.</param>
public readonly record struct ClientChanger(ActorId Actor, string? Address)
{
    /// <summary>A command on the store: whoever may read and write it.</summary>
    public static ClientChanger Command { get; } = new(ActorId.Parse("admin-command"), null);
}

/// <param name="Id">
/// 1–100 characters of <c>A–Z a–z 0–9 . _ -</c>, the first a letter or digit; the OAuth <c>client_id</c>.
/// </param>
/// <param name="Role">One of <see cref="ClientRoles"/> that clients can have.</param>
/// <param name="Plugin">The plugin id; given for the role plugin and for no other.</param>
/// <param name="RedirectUris">https, or http on loopback; without fragment. Only for a plugin; at most 20.</param>
public sealed record NewClient(string Id, string Role, string? Plugin, IReadOnlyCollection<Uri> RedirectUris);

/// <summary>A client as its administrators see it; never with a secret.</summary>
/// <param name="Id">The OAuth <c>client_id</c>.</param>
/// <param name="Role">One of <see cref="ClientRoles"/>.</param>
/// <param name="Plugin">Its plugin; null for other roles.</param>
/// <param name="RedirectUris">Where a seller's browser may return after consent, as they were given.</param>
/// <param name="CreatedAt">Null for a client of an earlier release.</param>
/// <param name="SecretRotatedAt">When an administrator last gave it a new secret; null if none did.</param>
/// <param name="EarlierSecretsUntil">Until when a secret before the last one is still good; null if none is.</param>
/// <param name="RevokedAt">Null unless it was revoked.</param>
public sealed record ManagedClient(
    string Id,
    string Role,
    string? Plugin,
    IReadOnlyList<string> RedirectUris,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? SecretRotatedAt,
    DateTimeOffset? EarlierSecretsUntil,
    DateTimeOffset? RevokedAt
)
{
    /// <summary>When it last sent a right secret, to within an hour; null if it never did.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The longest time for which earlier secrets stay good.</summary>
    public static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(7);
}
