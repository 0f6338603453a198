using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Installations;

/// <summary>A page of the installations of one seller that the caller may see, in the order in which they were first enabled.</summary>
/// <param name="Installations">The installations; one that was never really enabled may be among them.</param>
/// <param name="NextCursor">Where the next page starts; null at the end.</param>
internal sealed record InstallationPage(IReadOnlyList<InstallationId> Installations, string? NextCursor)
{
    /// <summary>Lists of installations had no pages before: few sellers have more than this many.</summary>
    public const int DefaultLimit = 100;

    public bool HasMore => NextCursor is not null;

    /// <summary>Reads the page that <c>limit</c> and <c>cursor</c> name. One call to the seller's grain, none to an installation.</summary>
    public static async Task<InstallationPage> Read(HttpContext context, IGrainFactory grains, SellerId seller)
    {
        var query = new PositionQuery(context.Request, DefaultLimit);
        var (limit, after) = query.Result((query.Limit, query.Cursor ?? 0)).OrProblem();
        var plugins = await grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetPlugins(context.RequestAborted);
        var seen = (await SubAccountGate.Among(context, grains, seller, plugins)).ToHashSet();

        // The seller's list only grows at its end, so a place in it stays where it is.
        (int Index, PluginId Plugin)[] rest = [.. plugins.Index().Where(place => place.Index >= after && seen.Contains(place.Item))];
        return new InstallationPage(
            [.. rest.Take(limit).Select(place => new InstallationId(seller, place.Plugin))],
            rest.Length > limit ? TrailEndpoints.IdOf(rest[limit - 1].Index + 1L) : null
        );
    }
}
