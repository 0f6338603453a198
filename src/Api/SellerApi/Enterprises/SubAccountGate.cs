using Marketplace.Api.Http.Problems;
using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Enterprises;

/// <summary>
/// Lets a shop's user who is not its owner use a plugin only while the user's account is bound to it as a sub-account of the enterprise.
/// The enterprise is queried on every call without caching, so unbinding takes effect on the next one; if it is unavailable the call fails.
/// Tokens without a user pass.
/// </summary>
internal static class SubAccountGate
{
    /// <summary>
    /// Refuses with <c>sub-account-not-bound</c> a user who may not use the plugin. Users of other sellers are refused elsewhere.
    /// </summary>
    public static async Task Require(HttpContext context, IGrainFactory grains, InstallationId id)
    {
        if (
            Unbound(context) is { } user
            && user.Seller == id.Seller.Value
            && !(await Bound(context, grains, id.Seller, user)).Contains(id.Plugin)
        )
        {
            throw new RequestProblemException(EnterpriseRefusals.NotBound(id.Plugin));
        }
    }

    /// <summary>The seller's plugins that the caller may use.</summary>
    public static async Task<IEnumerable<PluginId>> Among(
        HttpContext context,
        IGrainFactory grains,
        SellerId seller,
        IEnumerable<PluginId> plugins
    )
    {
        if (Unbound(context) is not { } user)
        {
            return plugins;
        }

        var bound = await Bound(context, grains, seller, user);
        return plugins.Where(bound.Contains);
    }

    /// <summary>The caller if subject to bindings; null for owners and for tokens without a user.</summary>
    private static CallerIdentity? Unbound(HttpContext context) =>
        context.Features.Get<CallerIdentity>() is { Role: ClientRoles.SellerUser } user && user.UserRole != SellerRole.Owner ? user : null;

    private static async Task<HashSet<PluginId>> Bound(HttpContext context, IGrainFactory grains, SellerId seller, CallerIdentity user)
    {
        var status = await grains.GetGrain<ISellerGrain>(GrainKeys.Of(seller)).GetEntity(context.RequestAborted);
        var answer = Licence.TryParse(status.Licence, null, out var licence)
            ? await EnterpriseEndpoints.Grain(grains, licence).Get(context.RequestAborted)
            : null;
        return answer is null
            ? []
            :
            [
                .. answer
                    .State.Accounts.Where(bound => bound.Seller == seller && bound.Account.Value == user.User)
                    .Select(bound => bound.Plugin),
            ];
    }
}

/// <summary>Applies the gate to every Seller Center endpoint with an installation in its path, so that new endpoints are covered.</summary>
internal sealed class SubAccountDoor(RequestDelegate next, IGrainFactory grains)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var values = context.Request.RouteValues;
        if (
            values["seller"] is string seller
            && values["plugin"] is string plugin
            && InstallationId.TryParse($"{seller}/{plugin}", null, out var id)
        )
        {
            await SubAccountGate.Require(context, grains, id);
        }

        await next(context);
    }
}
