using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Diagnostics;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Diagnostics;

/// <summary>The platform's open incidents that touch a shop (R57), for the banner on its pages.</summary>
internal static class SellerIncidents
{
    public static void MapSellerIncidents(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/seller/v1/incidents", List)
            .Takes("seller")
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in")
            .WithSummary("Open incidents that may touch the shop, newest first.");

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context);
        var open = await grains.GetGrain<IIncidentsGrain>(IIncidentsGrain.GrainKey).GetOpen(context.RequestAborted);
        Incident[] candidates = [.. open.Where(incident => incident.Reach.Names(seller))];

        // On most days nothing is open, and the seller's installations are not asked.
        var enabled = candidates.Length == 0 ? [] : await Enabled(context, grains, seller);
        var views = candidates
            .Select(incident => SellerIncidentView.Of(incident, enabled))
            .Where(view => view.Installations.Count > 0)
            .OrderByDescending(view => view.OpenedAt);
        return TypedResults.Json(new SellerIncidentList([.. views]), DiagnosisJson.Readable.SellerIncidentList);
    }

    private static async Task<IReadOnlyList<InstallationAnswer>> Enabled(HttpContext context, IGrainFactory grains, SellerId seller)
    {
        var plugins = await grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(context.RequestAborted);
        var seen = await SubAccountGate.Among(context, grains, seller, plugins);
        var answers = await Task.WhenAll(
            seen.Select(plugin =>
                grains.GetGrain<IInstallationGrain>(GrainKeys.Of(new InstallationId(seller, plugin))).Get(context.RequestAborted)
            )
        );
        return [.. answers.OfType<InstallationAnswer>().Where(answer => answer.State.Disabling is null)];
    }
}

internal sealed record SellerIncidentList(IReadOnlyList<SellerIncidentView> Incidents);

/// <summary>An incident as a seller sees it: neither who declared it, nor which other sellers it touches.</summary>
internal sealed record SellerIncidentView(
    string Id,
    TextView Title,
    IReadOnlyList<string> Operations,
    IReadOnlyList<string> Installations,
    DateTimeOffset OpenedAt
)
{
    public static SellerIncidentView Of(Incident incident, IEnumerable<InstallationAnswer> enabled) =>
        new(
            incident.Id,
            TextView.Of(incident.Title),
            incident.Reach.Operations,
            [
                .. enabled
                    .Where(answer =>
                        // Before the consent the scopes that it may get are not known.
                        incident.Reach.Touches(answer.Id, answer.State.Consent is null ? null : answer.State.GrantsAt(answer.At))
                    )
                    .Select(answer => answer.Id.ToString()),
            ],
            incident.OpenedAt
        );
}
