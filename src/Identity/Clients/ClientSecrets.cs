using System.Net;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Clients;

/// <summary>The result of checking a client's id and secret.</summary>
/// <param name="Application">The client; null if it was refused.</param>
/// <param name="Wait">How long the client must wait because of too many wrong secrets; null if this one was checked.</param>
internal readonly record struct SecretResult(object? Application, TimeSpan? Wait);

/// <summary>
/// The only place that checks client secrets, for all endpoints. Unknown clients and wrong secrets take the same path and the same time,
/// and get the same answer.
/// </summary>
internal sealed partial class ClientSecrets(
    IOpenIddictApplicationManager applications,
    SecretAttempts attempts,
    SecretReportPace noted,
    IClientFacts facts,
    ClientMetrics metrics,
    ILogger<ClientSecrets> logger
)
{
    /// <param name="clientId">The id sent; not empty.</param>
    /// <param name="secret">The secret sent; an empty one is wrong.</param>
    /// <param name="address">The caller's address.</param>
    /// <param name="door">The endpoint, for metrics, log and journal.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<SecretResult> Check(
        string clientId,
        string secret,
        IPAddress? address,
        string door,
        CancellationToken cancellationToken
    )
    {
        if (attempts.Wait(clientId, address) is { } full)
        {
            return Slowed(door, full);
        }

        using var turn = await attempts.Turn(clientId, address, cancellationToken);
        if (attempts.Wait(clientId, address) is { } meanwhile)
        {
            return Slowed(door, meanwhile);
        }

        // Treat a missing secret like a wrong one, checked against the placeholder client: the library refuses an empty one.
        var application = await applications.FindByClientIdAsync(clientId, cancellationToken);
        var (checkedClient, sent) = application is null || secret.Length == 0 ? (UnknownClient.Instance, "none") : (application, secret);
        if (await applications.ValidateClientSecretAsync(checkedClient, sent, cancellationToken) && checkedClient == application)
        {
            attempts.Succeeded(clientId, address);
            return new SecretResult(application, null);
        }

        metrics.Refused(door, "wrong");
        var filled = attempts.Failed(clientId, address);
        var text = Text(address);
        if (application is null)
        {
            // The id may be anything, perhaps a secret in the wrong field: do not log it.
            LogUnknown(door, text);
        }
        else
        {
            LogWrong(clientId, door, text);
            if (filled && noted.TryPass(clientId))
            {
                await facts.SecretsRefused(clientId, door, text, cancellationToken);
            }
        }

        return default;
    }

    private SecretResult Slowed(string door, TimeSpan wait)
    {
        metrics.Refused(door, "slowed");
        return new SecretResult(null, wait);
    }

    /// <summary>The address for logs: an IPv4 address in IPv4 form, however the connection came in.</summary>
    public static string? Text(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Client {Client} sent a wrong secret at {Door} from {Address}")]
    private partial void LogWrong(string client, string door, string? address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An unknown client sent a secret at {Door} from {Address}")]
    private partial void LogUnknown(string door, string? address);
}
