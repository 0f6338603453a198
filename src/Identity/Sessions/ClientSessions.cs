using Marketplace.Identity.Clients;
using Marketplace.Identity.RefreshTokens;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Sessions;

internal sealed partial class ClientSessions(
    IOpenIddictApplicationManager applications,
    IOpenIddictTokenManager tokens,
    BrowserSessions browsers,
    RefreshFamilies families,
    PluginTokenRows pluginTokens,
    IClientFacts facts,
    ILogger<ClientSessions> logger
) : IClientSessions
{
    public async Task<IReadOnlyList<OpenSession>?> List(string client, CancellationToken cancellationToken)
    {
        if (await applications.FindByClientIdAsync(client, cancellationToken) is null)
        {
            return null;
        }

        var open = await browsers.List(new SessionOwner(IdentityNames.CookieScheme, client), cancellationToken);
        return
        [
            .. open.Select(row => new OpenSession(
                DateTimeOffset.FromUnixTimeMilliseconds(row.StartedAtMs),
                DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAtMs)
            )),
        ];
    }

    public async Task<EndedSessions?> End(string client, Initiator by, CancellationToken cancellationToken)
    {
        if (await applications.FindByClientIdAsync(client, cancellationToken) is not { } application)
        {
            return null;
        }

        // Record first: an operator's action must be known even if the rest fails.
        var actor = by.Actor;
        await facts.SessionsEnded(client, by, cancellationToken);
        var signedOut = await browsers.EndAll(new SessionOwner(IdentityNames.CookieScheme, client), cancellationToken);
        var ended = await families.EndAll(client, actor, cancellationToken);
        var id = (await applications.GetIdAsync(application, cancellationToken))!;
        await pluginTokens.EndAll(id, actor, cancellationToken);
        var revoked = await tokens.RevokeByApplicationIdAsync(id, cancellationToken);
        LogEnded(actor.Value, client, signedOut, ended, revoked);
        return new EndedSessions(signedOut, ended, revoked);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Actor} ended the sessions of the client {Client}: {Browsers} browsers, {Families} families of refresh tokens, "
            + "{Tokens} tokens"
    )]
    private partial void LogEnded(string actor, string client, int browsers, int families, long tokens);
}
