using System.Security.Cryptography;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PlatformApi;
using Marketplace.Clients;
using Marketplace.Developers;
using Marketplace.Identity;
using Marketplace.Identity.Clients;
using Marketplace.Journal;
using Marketplace.Listings;
using Marketplace.Sellers;

namespace Marketplace.Api.DeveloperApi;

/// <summary>
/// A developer's persons manage the OAuth clients of its plugins. Ids are made here, because they are one set for the whole marketplace: a
/// chosen one would tell which there are, or take one that is meant for another.
/// </summary>
internal static class PluginClientEndpoints
{
    private const string Root = "/developer/v1/plugins/{plugin}/clients";
    private const int MaxClients = 20;
    private const int MaxWithRevoked = 200;
    private const int IdBytes = 5;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Root).RequireAuthorization(ClientRoles.DeveloperUser).WithTags("Developers");
        group.MapGet("", List).WithSummary("The plugin's clients, by id.");
        group.MapPost("", Create).WithSummary("Creates a client of the plugin.");
        group.MapGet("{client}", Get).WithSummary("One client of the plugin.");
        group.MapPost("{client}/secret", RotateSecret).WithSummary("Gives a client a new secret.");
        group.MapPut("{client}/redirect-uris", SetRedirectUris).WithSummary("Replaces a client's redirect URIs.");
        group.MapPost("{client}/revoke", Revoke).WithSummary("Revokes a client for good and ends what it has open.");
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains, IClientAdministration clients)
    {
        var listing = await RequireEngineer(context, grains);
        var all = await clients.ListOfPlugin(listing.Plugin, MaxWithRevoked, context.RequestAborted);
        return TypedResults.Json(new ClientListView([.. all.Select(ClientView.Of)], null), PlatformJson.Default.ClientListView);
    }

    private static async Task<IResult> Get(string client, HttpContext context, IGrainFactory grains, IClientAdministration clients)
    {
        var listing = await RequireEngineer(context, grains);
        return ClientEndpoints.Answer(await Require(client, listing, clients, context.RequestAborted));
    }

    private static async Task<IResult> Create(HttpContext context, IGrainFactory grains, IClientAdministration clients, ClientChangeLog log)
    {
        var by = ClientEndpoints.By(context);
        var body = await SellerRequest.OptionalBody(context, PlatformRequestJson.Default.NewPluginClientRequest);
        var addresses = ClientEndpoints.Addresses(body?.RedirectUris ?? []);
        var listing = await RequireGoodStanding(context, grains);
        if (!listing.IsSubmitted)
        {
            throw new RequestProblemException(ListingRefusals.NotSubmitted());
        }

        var all = await clients.ListOfPlugin(listing.Plugin, MaxWithRevoked, context.RequestAborted);
        if (all.Count(static known => known.RevokedAt is null) >= MaxClients || all.Count >= MaxWithRevoked)
        {
            throw new RequestProblemException(ClientRefusals.TooMany(MaxClients));
        }

        var id = $"p-{listing.Plugin}-{RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true)}";
        var client = new NewClient(id, ClientRoles.Plugin, listing.Plugin.Value, addresses);
        var secret = (await clients.Create(client, by, CancellationToken.None)).OrProblem();
        await log.RecordSoon(id);
        context.Response.Headers.Location = $"/developer/v1/plugins/{listing.Plugin}/clients/{id}";
        return ClientEndpoints.Secret(context, id, secret, StatusCodes.Status201Created);
    }

    private static async Task<IResult> RotateSecret(
        string client,
        HttpContext context,
        IGrainFactory grains,
        IClientAdministration clients,
        ClientChangeLog log
    )
    {
        var by = ClientEndpoints.By(context);
        var overlap = await ClientEndpoints.Overlap(context);
        await Require(client, await RequireGoodStanding(context, grains), clients, context.RequestAborted);
        var secret = (await clients.RotateSecret(client, overlap, by, CancellationToken.None)).OrProblem();
        await log.RecordSoon(client);
        return ClientEndpoints.Secret(context, client, secret, StatusCodes.Status200OK);
    }

    private static async Task<IResult> SetRedirectUris(
        string client,
        HttpContext context,
        IGrainFactory grains,
        IClientAdministration clients,
        ClientChangeLog log
    )
    {
        var by = ClientEndpoints.By(context);
        var addresses = await ClientEndpoints.RedirectUris(context);
        await Require(client, await RequireGoodStanding(context, grains), clients, context.RequestAborted);
        var changed = (await clients.SetRedirectUris(client, addresses, by, CancellationToken.None)).OrProblem();
        await log.RecordSoon(client);
        return ClientEndpoints.Answer(changed);
    }

    // Also for a developer that is frozen: it only takes rights away.
    private static async Task<IResult> Revoke(
        string client,
        HttpContext context,
        IGrainFactory grains,
        IClientAdministration clients,
        IClientChangeRecorder recorder
    )
    {
        var by = ClientEndpoints.By(context);
        await Require(client, await RequireEngineer(context, grains), clients, context.RequestAborted);
        var revoked = (await clients.Revoke(client, by, CancellationToken.None)).OrProblem();

        // Not answered before its sessions are ended: if that fails, the developer has to know, and a repeat goes on with it.
        await recorder.Record(client, CancellationToken.None);
        return ClientEndpoints.Answer(revoked);
    }

    /// <summary>For a developer, the clients of other plugins do not exist.</summary>
    private static async Task<ManagedClient> Require(
        string client,
        Listing listing,
        IClientAdministration clients,
        CancellationToken cancellationToken
    ) =>
        await clients.Find(client, cancellationToken) is { Role: ClientRoles.Plugin } known && known.Plugin == listing.Plugin.Value
            ? known
            : throw new RequestProblemException(ClientRefusals.NotFound());

    private static async Task<Listing> RequireEngineer(HttpContext context, IGrainFactory grains) =>
        (await RequireEngineerOf(context, grains)).Listing;

    private static async Task<Listing> RequireGoodStanding(HttpContext context, IGrainFactory grains)
    {
        var (listing, developer) = await RequireEngineerOf(context, grains);
        return !developer.IsVerified ? throw new RequestProblemException(ListingRefusals.Unverified())
            : developer.Standing == DeveloperStanding.Frozen ? throw new RequestProblemException(ListingRefusals.Frozen())
            : listing;
    }

    private static async Task<(Listing Listing, Developer Developer)> RequireEngineerOf(HttpContext context, IGrainFactory grains)
    {
        var own = await PluginEndpoints.Own(context, grains);
        return context.Features.Get<CallerIdentity>()?.DeveloperRole is DeveloperRole.Owner or DeveloperRole.Developer
            ? own
            : throw new RequestProblemException(
                SellerRefusals.RoleForbids(
                    ActorRole.OfDeveloper(DeveloperRole.Owner).ToString(),
                    ActorRole.OfDeveloper(DeveloperRole.Developer).ToString()
                )
            );
    }
}
