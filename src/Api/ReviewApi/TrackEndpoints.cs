using System.Collections.Immutable;
using Marketplace.Api.DeveloperApi;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.PlatformApi;
using Marketplace.Catalogue;
using Marketplace.Certification;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Listings;
using Marketplace.Policies;
using Marketplace.Reviews;

namespace Marketplace.Api.ReviewApi;

/// <summary>The two tracks of a plugin's review (R16, R19): each with its queue, claims and decisions.</summary>
internal static class TrackEndpoints
{
    // Listings are read in parallel, in limited numbers.
    private const int AtOnce = 32;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, ReviewTrack.Security, "security", ClientRoles.SecurityReviewer);
        Map(endpoints, ReviewTrack.Business, "business", ClientRoles.BusinessReviewer);
    }

    private static void Map(IEndpointRouteBuilder endpoints, ReviewTrack track, string path, string role)
    {
        var group = endpoints.MapGroup($"/review/v1/{path}/versions").RequireAuthorization(role).WithTags("Plugin review");
        group
            .MapGet("", (HttpContext context, IGrainFactory grains) => List(context, grains, track))
            .WithSummary("Versions that wait for a decision, the most urgent first.");
        group
            .MapGet("{plugin}/{hash}", (string hash, HttpContext context, IGrainFactory grains) => Get(hash, context, grains))
            .WithSummary("A version with manifest, report and both tracks.");
        group
            .MapPost("{plugin}/{hash}/claim", (string hash, HttpContext context, IGrainFactory grains) =>
                Claim(hash, context, grains, track)
            )
            .WithSummary("Claims a review; others cannot decide it until the claim ends.");
        group
            .MapPost("{plugin}/{hash}/release", (string hash, HttpContext context, IGrainFactory grains) =>
                Release(hash, context, grains, track)
            )
            .WithSummary("Gives a claimed review back.");
        group
            .MapPost("{plugin}/{hash}/verdict", (string hash, HttpContext context, IGrainFactory grains) =>
                Decide(hash, context, grains, track)
            )
            .WithSummary("Approves, rejects or asks for changes.");
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains, ReviewTrack track)
    {
        var queue = grains.GetGrain<IWorkQueueGrain>(GrainKeys.WorkQueue(WorkQueues.Of(track)));
        var items = new List<TrackItem>();
        foreach (var ids in (await queue.List(context.RequestAborted)).Chunk(AtOnce))
        {
            var found = await Task.WhenAll(ids.Select(id => Grain(grains, PluginId.Parse(id, null)).Get(context.RequestAborted)));
            foreach (var listing in found.OfType<Listing>())
            {
                items.AddRange(TrackItem.Of(listing, track));
                if (!listing.HasWork(track))
                {
                    await queue.Remove(listing.Plugin.Value, listing.Version, context.RequestAborted);
                }
            }
        }

        return TypedResults.Json(
            new TrackItems([.. items.OrderBy(item => item.DueAt).ThenBy(item => item.Hash, StringComparer.Ordinal)]),
            TrackJson.Readable.TrackItems
        );
    }

    private static async Task<IResult> Get(string hash, HttpContext context, IGrainFactory grains)
    {
        var plugin = Named(context);
        var listing = await Grain(grains, plugin).Get(context.RequestAborted)
            ?? throw new RequestProblemException(ListingRefusals.NotFound());
        return await View(context, grains, listing, hash);
    }

    private static Task<IResult> Claim(string hash, HttpContext context, IGrainFactory grains, ReviewTrack track) =>
        Execute(context, grains, hash, new ListingCommand.Claim(hash, track), SellerRequest.By(context));

    private static Task<IResult> Release(string hash, HttpContext context, IGrainFactory grains, ReviewTrack track) =>
        Execute(context, grains, hash, new ListingCommand.Release(hash, track), SellerRequest.By(context));

    private static async Task<IResult> Decide(string hash, HttpContext context, IGrainFactory grains, ReviewTrack track)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, TrackJson.Default.VerdictRequest);
        var verdict = VerdictNames.Parse(body.Verdict)
            ?? throw new RequestProblemException(ProblemKinds.BodyInvalid, "verdict must be approve, reject or request-changes.");
        var command = new ListingCommand.Decide(
            hash,
            track,
            verdict,
            [.. body.Reasons ?? []],
            (body.Scores ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
            (await PolicyEndpoints.InForce(context, grains, PolicyNames.AccessSpecification))?.Version ?? GatePolicy.Current.Version
        );
        return await Execute(context, grains, hash, command, by);
    }

    private static async Task<IResult> Execute(HttpContext context, IGrainFactory grains, string hash, ListingCommand command, Initiator by)
    {
        var listing = (await Grain(grains, Named(context)).Execute(command, by, context.RequestAborted)).OrProblem();
        return await View(context, grains, listing, hash);
    }

    private static async Task<IResult> View(HttpContext context, IGrainFactory grains, Listing listing, string hash)
    {
        var version = listing.Find(hash) ?? throw new RequestProblemException(ListingRefusals.VersionNotFound());
        var document = await grains
            .GetGrain<IPluginVersionGrain>(GrainKeys.PluginVersion(listing.Plugin, hash))
            .Read(context.RequestAborted)
            ?? throw new RequestProblemException(ListingRefusals.VersionNotFound());
        return TypedResults.Json(ReviewedVersion.Of(listing, version, document), TrackJson.Readable.ReviewedVersion);
    }

    private static PluginId Named(HttpContext context) =>
        PluginId.TryParse(context.Request.RouteValues["plugin"] as string, null, out var plugin)
            ? plugin
            : throw new RequestProblemException(ListingRefusals.NotFound());

    private static IListingGrain Grain(IGrainFactory grains, PluginId plugin) => grains.GetGrain<IListingGrain>(GrainKeys.Listing(plugin));
}
