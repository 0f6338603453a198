namespace Marketplace.Identity.Clients;

/// <summary>Where the identity feature notes for ever what happened to a client; the host registers it.</summary>
public interface IClientFacts
{
    /// <summary>So many wrong secrets came that the client is slowed; durable before it returns.</summary>
    /// <param name="clientId">A client that is there.</param>
    /// <param name="door">Where they came in: <c>token</c>, <c>introspection</c>, <c>revocation</c>, <c>client-secret</c> or
    /// <c>operator-sign-in</c>.</param>
    /// <param name="address">The network address of the last one; null if there is none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask SecretsRefused(string clientId, string door, string? address, CancellationToken cancellationToken);

    /// <summary>An operator ends the client's sessions; durable before it returns, or an exception and nothing may be ended.</summary>
    /// <param name="clientId">A client that is there.</param>
    /// <param name="actor">The operator's client.</param>
    /// <param name="address">The network address that the request came from; null if there is none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask SessionsEnded(string clientId, string actor, string? address, CancellationToken cancellationToken);

    /// <summary>
    /// A holder of the client's secret asks for a new one; durable before it returns, or an exception and the secret must stay.
    /// </summary>
    /// <param name="clientId">A client that is there.</param>
    /// <param name="address">The network address that the request came from; null if there is none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask SecretChanged(string clientId, string? address, CancellationToken cancellationToken);

    /// <summary>
    /// An operator makes a new signing key of the marketplace; durable before it returns, or an exception and no key may be made.
    /// </summary>
    /// <param name="actor">The operator's client.</param>
    /// <param name="address">The network address that the request came from; null if there is none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask KeyRotated(string actor, string? address, CancellationToken cancellationToken);
}
