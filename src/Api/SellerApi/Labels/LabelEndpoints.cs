using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Journal;
using Marketplace.Labels;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Labels;

/// <summary>Printable labels for Seller Center: the only answers of this product with a buyer's address.</summary>
internal static class LabelEndpoints
{
    public static void MapLabels(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/seller/v1/labels/{id}", Print)
            .Takes("seller", "lang", "ui_locales")
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in")
            .WithSummary("A parcel label with the address, as a page to print; every view is a fact.");

    private static async Task Print(HttpContext context, LabelService service)
    {
        var seller = SellerRequest.Seller(context);
        if (SellerRequest.Role(context) is SellerRole.Finance)
        {
            SellerRequest.Require(context, SellerRole.Owner, SellerRole.Staff);
        }

        if (!LabelId.TryParse(context.Request.RouteValues["id"] as string, null, out var id))
        {
            throw new RequestProblemException(LabelRefusals.NotFound());
        }

        // Each view is a separate operation, whatever key is sent: a repeated key must not show a label without a fact.
        var by = SellerRequest.By(context) with { OperationId = OperationId.Internal("view", context.CallId()) };
        var printed = (await service.Print(seller, id, by, context.RequestAborted)).OrProblem();
        await LabelPage.Write(context, printed);
    }
}
