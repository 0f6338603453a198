using System.Net;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Clients;

/// <summary>The result of checking a client's id and secret.</summary>
/// <param name="Application">The client; null if it was refused.</param>
/// <param name="Wait">How long the client must wait because of too many wrong secrets; null if this one was checked.</param>
/// <param name="IsEarlier">True for a secret from before a rotation, within the overlap that it was promised.</param>
internal readonly record struct SecretResult(object? Application, TimeSpan? Wait, bool IsEarlier = false);

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
    [FromKeyedServices(IdentityNames.Clock)] TimeProvider time,
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
        var isCurrent =
            await applications.ValidateClientSecretAsync(checkedClient, sent, cancellationToken) && checkedClient == application;
        if (isCurrent || await IsEarlierSecret(application, sent, cancellationToken))
        {
            attempts.Succeeded(clientId, address);
            return new SecretResult(application, null, !isCurrent);
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

    /// <summary>
    /// True for the secret from before a rotation, while that rotation's overlap lasts. Checks as many secrets
    /// whatever the client has, so that the time tells nothing of it.
    /// </summary>
    private async Task<bool> IsEarlierSecret(object? application, string secret, CancellationToken cancellationToken)
    {
        var open = application is null
            ? []
            : ClientHistory.Of(await applications.GetPropertiesAsync(application, cancellationToken)).OpenSecrets(time.GetUtcNow());
        var isOne = false;
        for (var i = 0; i < ClientRules.MaxEarlierSecrets; i++)
        {
            var before = i < open.Length ? Holder(open[i]) : UnknownClient.Instance;
            var matches = await applications.ValidateClientSecretAsync(before, secret, cancellationToken);
            isOne |= matches && before != UnknownClient.Instance;
        }

        return isOne;
    }

    private static OpenIddictEntityFrameworkCoreApplication Holder(EarlierSecret secret) =>
        new() { ClientType = ClientTypes.Confidential, ClientSecret = secret.Hash };

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
