using Marketplace.Installations;

namespace Marketplace.Clients;

/// <summary>Permanent records of one OAuth client; logged. Key: <c>client/{client}</c>.</summary>
[GrainInterfaceType("client"), Alias("mp.grain.client")]
public interface IClientGrain : IGrainWithStringKey
{
    /// <summary>Records that wrong secrets throttled the client; a repeat of the operation changes nothing.</summary>
    /// <param name="refused">The endpoint.</param>
    /// <param name="by">The marketplace itself, with the address of the last wrong secret.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The fact is unconfirmed.</exception>
    [Alias("secrets-refused")]
    Task RecordRefusedSecrets(SecretsRefused refused, Initiator by, CancellationToken cancellationToken);

    /// <summary>Records that an operator ends the client's sessions; a repeat of the operation changes nothing.</summary>
    /// <param name="by">The operator.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The fact is unconfirmed.</exception>
    [Alias("sessions-ended")]
    Task RecordSessionsEnded(Initiator by, CancellationToken cancellationToken);

    /// <summary>Records that a holder of the client's secret requests a new one; a repeat of the operation changes nothing.</summary>
    /// <param name="by">The client itself.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The fact is unconfirmed.</exception>
    [Alias("secret-changed")]
    Task RecordSecretChanged(Initiator by, CancellationToken cancellationToken);

    /// <summary>
    /// Records that this client, an operator's, creates a new signing key of the marketplace; a repeat of the operation changes nothing.
    /// </summary>
    /// <param name="by">The client itself.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The fact is unconfirmed.</exception>
    [Alias("signing-key-rotated")]
    Task RecordKeyRotated(Initiator by, CancellationToken cancellationToken);

    /// <summary>Records that an administrator changes the client; a repeat of the operation changes nothing.</summary>
    /// <param name="changed">The change.</param>
    /// <param name="by">The administrator.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The fact is unconfirmed.</exception>
    [Alias("changed")]
    Task RecordChange(ClientChanged changed, Initiator by, CancellationToken cancellationToken);
}
