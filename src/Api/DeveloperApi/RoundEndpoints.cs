using System.Collections.Immutable;
using System.Security.Cryptography;
using Marketplace.Api.Calls;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Listings;
using Marketplace.Rounds;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.DeveloperApi;

/// <summary>The sandbox rounds of a version (R08): its developer starts and reads them, its reviewers read them.</summary>
internal static class RoundEndpoints
{
    /// <summary>The largest seed: the largest whole number that every reader of JSON takes for itself.</summary>
    public const long MaxSeed = (1L << 53) - 1;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/developer/v1/plugins/{plugin}/versions/{hash}/rounds")
            .RequireAuthorization(ClientRoles.DeveloperUser)
            .WithTags("Developers");
        group.MapPost("", Start).WithSummary("Starts a sandbox round of a version.");
        group.MapGet("", ListOwn).Takes("limit", "cursor").WithSummary("The sandbox rounds of a version, newest first.");
        group.MapGet("{id}", GetOwn).WithSummary("One sandbox round with its result.");
        MapReview(endpoints, "security", ClientRoles.SecurityReviewer);
        MapReview(endpoints, "business", ClientRoles.BusinessReviewer);
    }

    private static void MapReview(IEndpointRouteBuilder endpoints, string track, string role)
    {
        var group = endpoints
            .MapGroup($"/review/v1/{track}/versions/{{plugin}}/{{hash}}/rounds")
            .RequireAuthorization(role)
            .WithTags("Plugin review");
        group.MapGet("", ListAny).Takes("limit", "cursor").WithSummary("The sandbox rounds of a version, newest first.");
        group.MapGet("{id}", GetAny).WithSummary("One sandbox round with its result.");
    }

    private static async Task<IResult> Start(string hash, HttpContext context, IGrainFactory grains, OperationCatalogue operations)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.OptionalBody(context, RoundApiJson.Default.RoundRequest) ?? new RoundRequest();
        if (body.Seed is < 0 or > MaxSeed)
        {
            throw new RequestProblemException(ProblemKinds.BodyInvalid, $"seed must be a whole number from 0 to {MaxSeed}.");
        }

        var plugin = PluginEndpoints.Named(context);
        var command = new StartRound(
            PluginEndpoints.Author(context),
            hash,
            body.Seed,
            RandomNumberGenerator.GetInt32(int.MaxValue),
            (body.Justified ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
            ScopesOf(operations)
        );
        var rounds = (await Grain(grains, plugin, hash).Start(command, by, context.RequestAborted)).OrProblem();
        return TypedResults.Json(
            RoundView.Of(plugin, rounds.Last),
            RoundApiJson.Readable.RoundView,
            statusCode: StatusCodes.Status202Accepted
        );
    }

    private static async Task<IResult> ListOwn(string hash, HttpContext context, IGrainFactory grains) =>
        List(context, await Rounds(grains, (await PluginEndpoints.Own(context, grains)).Listing, hash, context.RequestAborted));

    private static async Task<IResult> GetOwn(string hash, HttpContext context, IGrainFactory grains) =>
        Get(context, await Rounds(grains, (await PluginEndpoints.Own(context, grains)).Listing, hash, context.RequestAborted));

    private static async Task<IResult> ListAny(string hash, HttpContext context, IGrainFactory grains) =>
        List(context, await Rounds(grains, await AnyListing(context, grains), hash, context.RequestAborted));

    private static async Task<IResult> GetAny(string hash, HttpContext context, IGrainFactory grains) =>
        Get(context, await Rounds(grains, await AnyListing(context, grains), hash, context.RequestAborted));

    private static JsonHttpResult<RoundList> List(HttpContext context, ImmutableArray<Round> rounds)
    {
        var query = new PositionQuery(context.Request);
        var (limit, before) = query.Result((query.Limit, query.Cursor)).OrProblem();
        var plugin = PluginEndpoints.Named(context);
        var found = rounds.Reverse().Where(round => before is null || round.Id.Number < before).Take(limit + 1).ToArray();
        var page = found.Take(limit).Select(round => RoundItem.Of(plugin, round)).ToArray();
        var more = found.Length > limit;
        return TypedResults.Json(new RoundList(page, more ? page[^1].Id : null, more), RoundApiJson.Readable.RoundList);
    }

    private static JsonHttpResult<RoundView> Get(HttpContext context, ImmutableArray<Round> rounds)
    {
        var number = context.Request.RouteNumber();
        var round = rounds.FirstOrDefault(round => round.Id.Number == number)
            ?? throw new RequestProblemException(RoundRefusals.NotFound());
        return TypedResults.Json(RoundView.Of(PluginEndpoints.Named(context), round), RoundApiJson.Readable.RoundView);
    }

    private static async Task<Listing> AnyListing(HttpContext context, IGrainFactory grains) =>
        await grains.GetGrain<IListingGrain>(GrainKeys.Listing(PluginEndpoints.Named(context))).Get(context.RequestAborted)
        ?? throw new RequestProblemException(ListingRefusals.NotFound());

    /// <summary>The rounds of a version that exists.</summary>
    private static async Task<ImmutableArray<Round>> Rounds(
        IGrainFactory grains,
        Listing listing,
        string hash,
        CancellationToken cancellationToken
    ) =>
        listing.Find(hash) is null
            ? throw new RequestProblemException(ListingRefusals.VersionNotFound())
            : (await Grain(grains, listing.Plugin, hash).Get(cancellationToken))?.All ?? [];

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> ScopesOf(OperationCatalogue operations) =>
        operations
            .Scopes.GroupBy(static operation => operation.Operation.Value)
            .ToImmutableSortedDictionary(
                static operation => operation.Key,
                static operation => operation.SelectMany(static one => one.Need.Scopes).Distinct().ToImmutableArray(),
                StringComparer.Ordinal
            );

    private static IRoundsGrain Grain(IGrainFactory grains, PluginId plugin, string hash) =>
        grains.GetGrain<IRoundsGrain>(GrainKeys.Rounds(plugin, RoundId.VersionOf(hash)));
}
