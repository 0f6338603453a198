using Marketplace.Clients;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Identity.Clients;

/// <summary>Permanently records events of clients for the identity feature; registered by the host.</summary>
public interface IClientFacts
{
    /// <summary>Records that the client is throttled after too many wrong secrets; durable when it returns.</summary>
    /// <param name="clientId">An existing client.</param>
    /// <param name="door">
    /// The endpoint: <c>token</c>, <c>introspection</c>, <c>revocation</c>, <c>client-secret</c> or <c>operator-sign-in</c>.
    /// </param>
    /// <param name="address">The network address of the last one; null if unknown.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask SecretsRefused(string clientId, string door, string? address, CancellationToken cancellationToken);

    /// <summary>Records that an operator ends the client's sessions; durable when it returns. If it throws, nothing may be ended.</summary>
    /// <param name="clientId">An existing client.</param>
    /// <param name="by">Who ends them.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask SessionsEnded(string clientId, Initiator by, CancellationToken cancellationToken);

    /// <summary>
    /// Records that a holder of the client's secret requests a new one; durable when it returns. If it throws, the secret must stay.
    /// </summary>
    /// <param name="clientId">An existing client.</param>
    /// <param name="address">The network address of the request; null if unknown.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask SecretChanged(string clientId, string? address, CancellationToken cancellationToken);

    /// <summary>
    /// Records that an operator creates a new signing key of the marketplace; durable when it returns. If it throws, no key may be created.
    /// </summary>
    /// <param name="actor">The operator's client.</param>
    /// <param name="address">The network address of the request; null if unknown.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask KeyRotated(ActorId actor, string? address, CancellationToken cancellationToken);

    /// <summary>
    /// Records that an administrator changed a client; durable when it returns, once per operation id. If it throws, it must be repeated.
    /// </summary>
    /// <param name="clientId">The client.</param>
    /// <param name="changed">The change.</param>
    /// <param name="by">The administrator.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask Changed(string clientId, ClientChanged changed, Initiator by, CancellationToken cancellationToken);
}
