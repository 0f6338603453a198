using System.Net;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Clients;

/// <summary>What came of a client's id and secret.</summary>
/// <param name="Application">The client; null if it was refused.</param>
/// <param name="Wait">How long the client is to wait, because too many wrong secrets came; null if this one was looked at.</param>
internal readonly record struct SecretResult(object? Application, TimeSpan? Wait);

/// <summary>
/// The one place that checks a client's secret, whichever door it came in by. Unknown clients and wrong secrets take the same way, the same
/// time and the same answer.
/// </summary>
internal sealed partial class ClientSecrets(
    IOpenIddictApplicationManager applications,
    SecretAttempts attempts,
    NotedClients noted,
    IClientFacts facts,
    ClientMetrics metrics,
    ILogger<ClientSecrets> logger
)
{
    /// <param name="clientId">As it was sent; not empty.</param>
    /// <param name="secret">As it was sent; an empty one is wrong.</param>
    /// <param name="address">The caller's.</param>
    /// <param name="door">Where it came in, for figures, log and journal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
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

        // No secret is checked like a wrong one, against nobody: the library does not take an empty one.
        var application = await applications.FindByClientIdAsync(clientId, cancellationToken);
        var (whose, sent) = application is null || secret.Length == 0 ? (UnknownClient.Instance, "none") : (application, secret);
        if (await applications.ValidateClientSecretAsync(whose, sent, cancellationToken) && whose == application)
        {
            attempts.Succeeded(clientId, address);
            return new SecretResult(application, null);
        }

        metrics.Refused(door, "wrong");
        var filled = attempts.Failed(clientId, address);
        var text = Text(address);
        if (application is null)
        {
            // The id is whatever somebody typed, perhaps a secret in the wrong field: it is not written down.
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

    /// <summary>The address as it is written down: an IPv4 address as such, however the connection came in.</summary>
    public static string? Text(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Client {Client} sent a wrong secret at {Door} from {Address}")]
    private partial void LogWrong(string client, string door, string? address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A client that is not known sent a secret at {Door} from {Address}")]
    private partial void LogUnknown(string door, string? address);
}
