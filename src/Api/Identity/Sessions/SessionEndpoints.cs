using System.Text.Json.Serialization;
using Marketplace.Api.Identity.Clients;
using Marketplace.Api.Identity.RefreshTokens;
using Marketplace.Api.Problems;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Api.Identity.Sessions;

/// <summary>What an operator does when a client's secret or an operator's browser may be in wrong hands.</summary>
internal static partial class SessionEndpoints
{
    private const string Root = "/platform/v1/clients/{client}/sessions";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Root, List)
            .RequireAuthorization(ClientRoles.Operator).WithTags("Operators").WithSummary("The browsers that are signed in as a client, oldest first.");
        endpoints.MapPost(Root + "/end", End)
            .RequireAuthorization(ClientRoles.Operator).WithTags("Operators")
            .WithSummary("Ends a client's sessions: browsers are signed out, access and refresh tokens are void.");
    }

    private static async Task<IResult> List(string client, HttpContext context, IOpenIddictApplicationManager applications, BrowserSessions sessions)
    {
        await Find(applications, client, context.RequestAborted);
        var open = await sessions.List(new SessionOwner(IdentityNames.CookieScheme, client), context.RequestAborted);
        return TypedResults.Json(new SessionList(client, [.. open.Select(SessionView.Of)]), SessionJson.Default.SessionList);
    }

    private static async Task<IResult> End(
        string client,
        HttpContext context,
        IOpenIddictApplicationManager applications,
        IOpenIddictTokenManager tokens,
        BrowserSessions sessions,
        RefreshFamilies families,
        PluginTokenRows pluginTokens,
        IClientFacts facts,
        ILoggerFactory logs)
    {
        var cancellationToken = context.RequestAborted;
        var application = await Find(applications, client, cancellationToken);
        var actor = context.User.GetClaim(Claims.Subject) ?? "";

        // The fact first: what an operator did must be known even if the rest is never reached.
        await facts.SessionsEnded(client, actor, context.Connection.RemoteIpAddress?.ToString(), cancellationToken);

        // Each step is the same the second time, so whoever is told that one failed repeats the request.
        var browsers = await sessions.EndAll(new SessionOwner(IdentityNames.CookieScheme, client), cancellationToken);
        var ended = await families.EndAll(client, actor, cancellationToken);
        var id = (await applications.GetIdAsync(application, cancellationToken))!;
        await pluginTokens.EndAll(id, actor, cancellationToken);
        var revoked = await tokens.RevokeByApplicationIdAsync(id, cancellationToken);
        LogEnded(logs.CreateLogger(typeof(SessionEndpoints)), actor, client, browsers, ended, revoked);
        return TypedResults.Json(new SessionsEnded(client, browsers, ended, revoked), SessionJson.Default.SessionsEnded);
    }

    private static async Task<object> Find(IOpenIddictApplicationManager applications, string client, CancellationToken cancellationToken) =>
        await applications.FindByClientIdAsync(client, cancellationToken)
        ?? throw new RequestProblemException(ProblemKinds.NotFound, "There is no client of that id.");

    [LoggerMessage(Level = LogLevel.Information, Message = "{Actor} ended the sessions of the client {Client}: {Browsers} browsers, {Families} families of refresh tokens, {Tokens} tokens")]
    private static partial void LogEnded(ILogger logger, string actor, string client, int browsers, int families, long tokens);
}

/// <summary>The browsers that are signed in as a client.</summary>
internal sealed record SessionList(string Client, IReadOnlyList<SessionView> Sessions);

/// <param name="StartedAt">When the browser signed in.</param>
/// <param name="ExpiresAt">When the session ends by itself.</param>
internal sealed record SessionView(DateTimeOffset StartedAt, DateTimeOffset ExpiresAt)
{
    public static SessionView Of(SessionRow row) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds(row.StartedAtMs), DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAtMs));
}

/// <param name="Client">The client.</param>
/// <param name="Browsers">Browsers that were signed out.</param>
/// <param name="RefreshFamilies">Chains of refresh tokens that were ended, with all their access tokens.</param>
/// <param name="Tokens">Rows of tokens that are void from now on.</param>
internal sealed record SessionsEnded(string Client, int Browsers, int RefreshFamilies, long Tokens);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(SessionsEnded))]
internal sealed partial class SessionJson : JsonSerializerContext;
