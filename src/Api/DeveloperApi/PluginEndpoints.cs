using System.Text.Json;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Developers;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Listings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.DeveloperApi;

/// <summary>A developer's plugins and their versions (R01, R06).</summary>
internal static class PluginEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/developer/v1/plugins").RequireAuthorization(ClientRoles.DeveloperUser).WithTags("Developers");
        group.MapPost("", Create).WithSummary("Reserves an id for a plugin.");
        group.MapGet("{plugin}", Get).WithSummary("The plugin with its versions and where each stands.");
        group.MapPost("{plugin}/versions", AddVersion).WithSummary("Adds a version: the gate judges its manifest and scan.");
        group.MapGet("{plugin}/versions/{hash}/report", Report).WithSummary("The gate's report of a version.");
        group.MapPost("{plugin}/versions/{hash}/submit", Submit).WithSummary("Submits a version to both review tracks.");
        group.MapPut("{plugin}/versions/{hash}/category", ChangeCategory).WithSummary("Moves a version to another category.");
    }

    private static async Task<IResult> Create(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, DeveloperApiJson.Default.NewPluginRequest);
        return PluginId.TryParse(body.Plugin, null, out var plugin)
            ? await Execute(context, grains, plugin, new ListingCommand.Create(Author(context)), by)
            : throw new RequestProblemException(ProblemKinds.BodyInvalid, "plugin must be an id: 1–64 characters of A–Z a–z 0–9 . _ -");
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains) => Answer((await Own(context, grains)).Listing);

    private static async Task<IResult> AddVersion(HttpContext context, IGrainFactory grains, VersionGate gate)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, DeveloperApiJson.Default.VersionRequest, VersionGate.MaxBody);
        if (VersionGate.Complaint(body) is { } complaint)
        {
            throw new RequestProblemException(complaint);
        }

        var (listing, developer) = await Own(context, grains);
        var listed = listing.ListedHash is { } hash ? await Version(grains, listing.Plugin, hash).Read(context.RequestAborted) : null;
        var number = listing.Versions.Length + 1;
        var document = gate.Judge(listing.Plugin, body.Manifest, body.Scan, listed?.Manifest, developer.Check?.Company.Name, number)
            .OrProblem();
        var version = Version(grains, listing.Plugin, document.Submission.Hash);
        var stored = await version.Store(document, by, CancellationToken.None);
        return await Execute(
            context,
            grains,
            listing.Plugin,
            new ListingCommand.AddVersion(Author(context), stored.Submission),
            by,
            CancellationToken.None
        );
    }

    private static async Task<IResult> Report(string hash, HttpContext context, IGrainFactory grains)
    {
        var (listing, _) = await Own(context, grains);
        var document = listing.Find(hash) is null ? null : await Version(grains, listing.Plugin, hash).Read(context.RequestAborted);
        return document is null
            ? throw new RequestProblemException(ListingRefusals.VersionNotFound())
            : TypedResults.Json(JsonElement.Parse(document.Report), DeveloperApiJson.Readable.JsonElement);
    }

    private static async Task<IResult> Submit(string hash, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        return await Execute(context, grains, Named(context), new ListingCommand.Submit(Author(context), hash), by);
    }

    private static async Task<IResult> ChangeCategory(string hash, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, DeveloperApiJson.Default.CategoryRequest);
        var category = CategoryOf(body.Category);
        return await Execute(context, grains, Named(context), new ListingCommand.ChangeCategory(Author(context), hash, category), by);
    }

    private static PluginCategory CategoryOf(string? name)
    {
        var known = Enum.GetValues<PluginCategory>();
        foreach (var category in known.Where(category => category.Text() == name))
        {
            return category;
        }

        var names = string.Join(", ", known.Select(static category => category.Text()));
        throw new RequestProblemException(ProblemKinds.BodyInvalid, $"category must be one of {names}.");
    }

    private static async Task<IResult> Execute(
        HttpContext context,
        IGrainFactory grains,
        PluginId plugin,
        ListingCommand command,
        Initiator by,
        CancellationToken? cancellation = null
    ) => Answer((await Grain(grains, plugin).Execute(command, by, cancellation ?? context.RequestAborted)).OrProblem());

    /// <summary>The plugin in the route, if it is the caller's developer's and the caller is a member. Others do not exist.</summary>
    public static async Task<(Listing Listing, Developer Developer)> Own(HttpContext context, IGrainFactory grains)
    {
        var author = Author(context);
        var developer = await DeveloperEndpoints.Grain(grains, author).Get(context.RequestAborted);
        var listing = await Grain(grains, Named(context)).Get(context.RequestAborted);
        var caller = context.Features.Get<CallerIdentity>();
        return
            listing is not null
            && listing.Developer == author
            && developer?.RoleOf(caller?.User) is { } role
            && role == caller?.DeveloperRole
            ? (listing, developer)
            : throw new RequestProblemException(ListingRefusals.NotFound());
    }

    private static PluginId Named(HttpContext context) =>
        PluginId.TryParse(context.Request.RouteValues["plugin"] as string, null, out var plugin)
            ? plugin
            : throw new RequestProblemException(ListingRefusals.NotFound());

    private static DeveloperId Author(HttpContext context) =>
        context.Features.Get<CallerIdentity>()?.Developer ?? throw new RequestProblemException(DeveloperRefusals.NotFound());

    private static IListingGrain Grain(IGrainFactory grains, PluginId plugin) => grains.GetGrain<IListingGrain>(GrainKeys.Listing(plugin));

    private static IPluginVersionGrain Version(IGrainFactory grains, PluginId plugin, string hash) =>
        grains.GetGrain<IPluginVersionGrain>(GrainKeys.PluginVersion(plugin, hash));

    private static JsonHttpResult<ListingView> Answer(Listing listing) =>
        TypedResults.Json(ListingView.Of(listing), DeveloperApiJson.Readable.ListingView);
}
