using Marketplace.Installations;

namespace Marketplace.Clients;

/// <summary>What happened to one OAuth client that must never be forgotten; logged. Key: <c>client/{client}</c>.</summary>
[GrainInterfaceType("client")]
public interface IClientGrain : IGrainWithStringKey
{
    /// <summary>Notes that wrong secrets slowed the client; a repeat of the operation changes nothing.</summary>
    /// <param name="refused">Where they came in.</param>
    /// <param name="by">The marketplace itself, and the address that the last wrong secret came from.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The fact may not be there.</exception>
    [Alias("secrets-refused")]
    Task NoteRefused(SecretsRefused refused, Initiator by, CancellationToken cancellationToken);

    /// <summary>Notes that an operator ends the client's sessions; a repeat of the operation changes nothing.</summary>
    /// <param name="by">The operator.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The fact may not be there.</exception>
    [Alias("sessions-ended")]
    Task NoteSessionsEnded(Initiator by, CancellationToken cancellationToken);

    /// <summary>Notes that a holder of the client's secret asks for a new one; a repeat of the operation changes nothing.</summary>
    /// <param name="by">The client itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The fact may not be there.</exception>
    [Alias("secret-changed")]
    Task NoteSecretChanged(Initiator by, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that this client, an operator's, makes a new key that the marketplace signs with; a repeat of the operation changes nothing.
    /// </summary>
    /// <param name="by">The client itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The fact may not be there.</exception>
    [Alias("signing-key-rotated")]
    Task NoteKeyRotated(Initiator by, CancellationToken cancellationToken);
}
