namespace Marketplace.Identity.Clients;

/// <summary>The OAuth clients of this marketplace.</summary>
public interface IClientRegistry
{
    /// <summary>
    /// Creates a confidential client unless the id exists. Safe to call before the host has started and from several processes.
    /// </summary>
    /// <param name="id">1–100 characters; the OAuth <c>client_id</c>.</param>
    /// <param name="role">The plugin id; required for the role plugin, forbidden for others.</param>
    /// <param name="plugin">The plugin id; given for the role plugin and for no other.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>
    /// The secret (256 random bits, base64url) if the client was created: it is not stored and cannot be read again. Otherwise null.
    /// </returns>
    /// <exception cref="ArgumentException">Role and plugin do not match.</exception>
    /// <exception cref="InvalidOperationException">The client exists with another role or plugin.</exception>
    Task<string?> EnsureClient(string id, string role, string? plugin, CancellationToken cancellationToken);

    /// <summary>
    /// As above; also sets the redirect URIs for a seller's browser after consent, which are compared exactly. Replaces those of an
    /// existing client.
    /// </summary>
    /// <param name="id">1–100 characters; the OAuth <c>client_id</c>.</param>
    /// <param name="role">The plugin id; required for the role plugin, forbidden for others.</param>
    /// <param name="plugin">The plugin id; given for the role plugin and for no other.</param>
    /// <param name="redirectUris">https, or http on loopback; without fragment. Only for a plugin.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The secret if the client was created; otherwise null.</returns>
    /// <exception cref="ArgumentException">Role and plugin do not match, or an address has an unsupported form.</exception>
    /// <exception cref="InvalidOperationException">The client exists with another role or plugin.</exception>
    Task<string?> EnsureClient(
        string id,
        string role,
        string? plugin,
        IReadOnlyCollection<Uri> redirectUris,
        CancellationToken cancellationToken
    );
}
