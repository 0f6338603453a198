namespace Marketplace.Identity.Clients;

/// <summary>The OAuth clients of this marketplace.</summary>
public interface IClientRegistry
{
    /// <summary>
    /// Makes a confidential client if there is none of this id. Safe to call before the host has started and from several processes.
    /// </summary>
    /// <param name="id">1–100 characters; the OAuth <c>client_id</c>.</param>
    /// <param name="role">One of <see cref="ClientRoles"/>.</param>
    /// <param name="plugin">The plugin id; given for the role plugin and for no other.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The secret (256 random bits, base64url) if the client was made now: it is not kept and cannot be asked again. Else
    /// null.</returns>
    /// <exception cref="ArgumentException">Role and plugin do not fit.</exception>
    /// <exception cref="InvalidOperationException">The client is there with another role or plugin.</exception>
    Task<string?> EnsureClient(string id, string role, string? plugin, CancellationToken cancellationToken);

    /// <summary>
    /// As above; also sets the addresses to which the seller's browser may be sent back after consent, and which are compared exactly. A
    /// client that is there gets them as they are given here.
    /// </summary>
    /// <param name="id">1–100 characters; the OAuth <c>client_id</c>.</param>
    /// <param name="role">One of <see cref="ClientRoles"/>.</param>
    /// <param name="plugin">The plugin id; given for the role plugin and for no other.</param>
    /// <param name="redirectUris">https, or http on loopback; without fragment. Only for a plugin.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The secret if the client was made now; else null.</returns>
    /// <exception cref="ArgumentException">Role and plugin do not fit, or an address is of another kind.</exception>
    /// <exception cref="InvalidOperationException">The client is there with another role or plugin.</exception>
    Task<string?> EnsureClient(
        string id,
        string role,
        string? plugin,
        IReadOnlyCollection<Uri> redirectUris,
        CancellationToken cancellationToken
    );
}
