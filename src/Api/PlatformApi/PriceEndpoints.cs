using System.Collections.Immutable;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Installations;

namespace Marketplace.Api.PlatformApi;

/// <summary>Operators list and announce the prices of a plugin (R52).</summary>
internal static class PriceEndpoints
{
    private const string Root = "plugins/{plugin}/prices";

    public static void MapPrices(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/platform/v1").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        group.MapGet(Root, List).WithSummary("The price versions of a plugin, by effective day.");
        group.MapPost(Root, Announce).WithSummary("Announces prices of a plugin from a day on.");
    }

    private static async Task<IResult> List(
        string plugin,
        HttpContext context,
        IGrainFactory grains,
        MarketCalendar calendar,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
    )
    {
        var id = Plugin(plugin);
        var profile = await Grain(grains, id).Get(context.RequestAborted)
            ?? throw new RequestProblemException(InstallationRefusals.UnknownPlugin(id));
        return TypedResults.Json(
            PriceListView.Of(id, profile.PriceSchedule, calendar.DayOf(time.GetUtcNow())),
            PlatformJson.Default.PriceListView
        );
    }

    private static async Task<IResult> Announce(string plugin, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var id = Plugin(plugin);
        var body = await SellerRequest.Body(context, PlatformRequestJson.Default.AnnouncePricesRequest);
        if (body is not { EffectiveFrom: { } from, Tiers: { IsDefaultOrEmpty: false } tiers } || tiers.Any(static tier => tier is null))
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "effective_from must be a day (yyyy-MM-dd) and tiers an array of {up_to, unit_price}."
            );
        }

        ImmutableArray<PriceTier> prices = [.. tiers.Select(static tier => new PriceTier(tier.UpTo, tier.UnitPrice))];
        var announced = await Grain(grains, id).AnnouncePrices(new AnnouncePrices(prices, from), by, CancellationToken.None);
        return TypedResults.Json(
            PriceVersionView.Of(announced.OrProblem()),
            PlatformJson.Default.PriceVersionView,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static PluginId Plugin(string text) =>
        PluginId.TryParse(text, null, out var plugin)
            ? plugin
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The path does not name a plugin.");

    private static IPluginGrain Grain(IGrainFactory grains, PluginId plugin) => grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugin));
}
