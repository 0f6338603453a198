using System.Collections.Immutable;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Clients;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Clients;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.PlatformApi;

/// <summary>Operators create, change and revoke OAuth clients.</summary>
internal static class ClientEndpoints
{
    private const string Root = "/platform/v1/clients";
    private const int MaxOverlapHours = 168;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/platform/v1").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        group.MapGet("clients", List).Takes("role", "limit", "cursor").WithSummary("The clients, by id.");
        group.MapPost("clients", Create).WithSummary("Creates a client.");
        group.MapGet("clients/{client}", Get).WithSummary("One client.");
        group.MapPost("clients/{client}/secret", RotateSecret).WithSummary("Gives a client a new secret.");
        group.MapPut("clients/{client}/redirect-uris", SetRedirectUris).WithSummary("Replaces the redirect URIs of a plugin's client.");
        group.MapPost("clients/{client}/revoke", Revoke).WithSummary("Revokes a client for good and ends what it has open.");
    }

    private static async Task<IResult> List(HttpContext context, IClientAdministration clients)
    {
        var query = new PositionQuery(context.Request);
        var (role, after, limit) = (query.Text("role"), query.Text("cursor"), query.Limit);
        if (role is not null && !ClientRoles.IsClient(role))
        {
            query.Wrong("role", "a role of clients");
        }

        limit = query.Result(limit).OrProblem();
        var page = await clients.List(role, after, limit + 1, context.RequestAborted);
        return TypedResults.Json(
            new ClientListView([.. page.Take(limit).Select(ClientView.Of)], page.Count > limit ? page[limit - 1].Id : null),
            PlatformJson.Default.ClientListView
        );
    }

    private static async Task<IResult> Get(string client, HttpContext context, IClientAdministration clients) =>
        Answer(await clients.Find(client, context.RequestAborted) ?? throw new RequestProblemException(ClientRefusals.NotFound()));

    private static async Task<IResult> Create(HttpContext context, IClientAdministration clients, ClientChangeLog log)
    {
        var by = By(context);
        var body = await SellerRequest.Body(context, PlatformRequestJson.Default.NewClientRequest);
        var client = new NewClient(body.Id ?? string.Empty, body.Role ?? string.Empty, body.Plugin, Addresses(body.RedirectUris ?? []));
        var secret = (await clients.Create(client, by, CancellationToken.None)).OrProblem();
        await log.RecordSoon(client.Id);
        context.Response.Headers.Location = $"{Root}/{client.Id}";
        return Secret(context, client.Id, secret, StatusCodes.Status201Created);
    }

    private static async Task<IResult> RotateSecret(string client, HttpContext context, IClientAdministration clients, ClientChangeLog log)
    {
        var by = By(context);
        var overlap = await Overlap(context);
        var secret = await clients.RotateSecret(client, overlap, by, CancellationToken.None);
        var value = secret.OrProblem();
        await log.RecordSoon(client);
        return Secret(context, client, value, StatusCodes.Status200OK);
    }

    private static async Task<IResult> SetRedirectUris(
        string client,
        HttpContext context,
        IClientAdministration clients,
        ClientChangeLog log
    )
    {
        var by = By(context);
        var addresses = await RedirectUris(context);
        var changed = (await clients.SetRedirectUris(client, addresses, by, CancellationToken.None)).OrProblem();
        await log.RecordSoon(client);
        return Answer(changed);
    }

    private static async Task<IResult> Revoke(
        string client,
        HttpContext context,
        IClientAdministration clients,
        IClientChangeRecorder recorder
    )
    {
        var revoked = (await clients.Revoke(client, By(context), CancellationToken.None)).OrProblem();

        // Not answered before its sessions are ended: if that fails, the operator has to know, and a repeat goes on with it.
        await recorder.Record(client, CancellationToken.None);
        return Answer(revoked);
    }

    /// <summary>How long earlier secrets stay good, as the body of a rotation says.</summary>
    public static async Task<TimeSpan> Overlap(HttpContext context)
    {
        var hours = (await SellerRequest.OptionalBody(context, PlatformRequestJson.Default.RotateSecretRequest))?.OverlapHours ?? 0;
        return hours is >= 0 and <= MaxOverlapHours
            ? TimeSpan.FromHours(hours)
            : throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                $"overlap_hours must be a whole number from 0 to {MaxOverlapHours}."
            );
    }

    /// <summary>The redirect URIs in the body.</summary>
    public static async Task<ImmutableArray<Uri>> RedirectUris(HttpContext context)
    {
        var body = await SellerRequest.Body(context, PlatformRequestJson.Default.RedirectUrisRequest);
        return Addresses(body.RedirectUris ?? throw Invalid("redirect_uris must be an array of addresses."));
    }

    public static ClientChanger By(HttpContext context)
    {
        var by = SellerRequest.By(context);
        return new ClientChanger(by.Actor, by.Address);
    }

    public static ImmutableArray<Uri> Addresses(ImmutableArray<string> texts) =>
        [
            .. texts.Select(static text =>
                Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : throw Invalid($"'{text}' is no absolute address.")
            ),
        ];

    private static RequestProblemException Invalid(string reason) => new(ClientRefusals.Invalid(reason));

    public static JsonHttpResult<ClientView> Answer(ManagedClient client) =>
        TypedResults.Json(ClientView.Of(client), PlatformJson.Default.ClientView);

    public static JsonHttpResult<ClientSecretView> Secret(HttpContext context, string client, string secret, int status)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(new ClientSecretView(client, secret), PlatformJson.Default.ClientSecretView, statusCode: status);
    }
}
