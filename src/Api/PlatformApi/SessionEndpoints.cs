using Marketplace.Api.Http.Problems;
using Marketplace.Identity;
using Marketplace.Identity.Sessions;
using Marketplace.Installations;
using Marketplace.Journal;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Api.PlatformApi;

/// <summary>Operators' actions when a client's secret or an operator's browser may be compromised.</summary>
internal static class SessionEndpoints
{
    private const string Root = "/platform/v1/clients/{client}/sessions";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapGet(Root, List)
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators")
            .WithSummary("The browsers that are signed in as a client, oldest first.");
        endpoints
            .MapPost(Root + "/end", End)
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators")
            .WithSummary("Ends a client's sessions: browsers are signed out, access and refresh tokens are void.");
    }

    private static async Task<IResult> List(string client, HttpContext context, IClientSessions sessions) =>
        await sessions.List(client, context.RequestAborted) is { } open
            ? TypedResults.Json(
                new SessionList(client, [.. open.Select(session => new SessionView(session.StartedAt, session.ExpiresAt))]),
                PlatformJson.Default.SessionList
            )
            : throw Unknown();

    private static async Task<IResult> End(string client, HttpContext context, IClientSessions sessions)
    {
        var actor = ActorId.FromStored(context.User.GetClaim(Claims.Subject));
        var by = new Initiator(actor, OperationId.Unique("sessions-ended"), context.Connection.RemoteIpAddress?.ToString());
        var ended = await sessions.End(client, by, context.RequestAborted) ?? throw Unknown();
        return TypedResults.Json(
            new SessionsEnded(client, ended.Browsers, ended.RefreshFamilies, ended.Tokens),
            PlatformJson.Default.SessionsEnded
        );
    }

    private static RequestProblemException Unknown() => new(ProblemKinds.NotFound, "There is no client of that id.");
}

/// <summary>The browsers that are signed in as a client.</summary>
internal sealed record SessionList(string Client, IReadOnlyList<SessionView> Sessions);

/// <param name="StartedAt">When the browser signed in.</param>
/// <param name="ExpiresAt">When the session ends by itself.</param>
internal sealed record SessionView(DateTimeOffset StartedAt, DateTimeOffset ExpiresAt);

/// <param name="Client">The client.</param>
/// <param name="Browsers">Browsers that were signed out.</param>
/// <param name="RefreshFamilies">Chains of refresh tokens that were ended, with all their access tokens.</param>
/// <param name="Tokens">Rows of tokens that are void from now on.</param>
internal sealed record SessionsEnded(string Client, int Browsers, int RefreshFamilies, long Tokens);
