using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Catalogue;
using Marketplace.Evidence;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Evidence;

/// <summary>An order's evidence for its three readers (R66), as JSON or as a page.</summary>
internal static class EvidenceEndpoints
{
    private const string Json = "application/json";
    private const string Html = "text/html";

    public static IServiceCollection AddEvidence(this IServiceCollection services) => services.AddSingleton<EvidenceService>();

    public static void MapEvidence(this IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapGet("/seller/v1/orders/{id}/evidence", ForSeller)
            .Takes("seller", "plugin", "format", "lang", "ui_locales")
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in")
            .WithSummary("How an order's events went to a plugin, hop by hop, signed.")
            .Bounded(HeavyKind.Evidence);
        endpoints
            .MapGet("/open/v1/orders/{id}/evidence", ForPlugin)
            .Takes("format", "lang", "ui_locales")
            .RequireAuthorization(ClientRoles.Plugin)
            .WithTags("Plugin out")
            .WithSummary("The same for the plugin's own installation; not counted.")
            .Bounded(HeavyKind.Evidence)
            .RequireInstallation();
        endpoints
            .MapGet("/platform/v1/orders/{id}/evidence", ForOperator)
            .Takes("installation", "format", "lang", "ui_locales")
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators")
            .WithSummary("The same for any installation.")
            .Bounded(HeavyKind.Evidence);
        endpoints.MapClaims();
    }

    private static async Task ForSeller(HttpContext context, EvidenceService service, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context);
        var query = new QueryReader(context.Request);
        var plugin = query.Result(query.Required<PluginId>("plugin", "The query must name one plugin: ?plugin=…")).OrProblem();
        var installation = new InstallationId(seller, plugin);
        await SubAccountGate.Require(context, grains, installation);
        await Answer(context, service, installation, EvidenceReaders.Seller);
    }

    private static Task ForOperator(HttpContext context, EvidenceService service) =>
        Answer(context, service, SellerRequest.NamedInstallation(context), EvidenceReaders.Operator);

    private static Task ForPlugin(HttpContext context, EvidenceService service) =>
        Answer(context, service, context.CallerInstallation(), EvidenceReaders.Plugin);

    private static async Task Answer(HttpContext context, EvidenceService service, InstallationId installation, string reader)
    {
        var page = WantsPage(context.Request);
        var signed = await service.Make(installation, context.Request.RouteValues["id"] as string, reader, context.RequestAborted);
        if (page)
        {
            await EvidencePage.Write(context, signed);
            return;
        }

        var response = context.Response;
        response.ContentType = Json;
        response.Headers.CacheControl = "no-store";
        await response.Body.WriteAsync(signed.Encode(), context.RequestAborted);
    }

    private static bool WantsPage(HttpRequest request) =>
        request.Query["format"].ToString() switch
        {
            "html" => true,
            "json" => false,
            "" => request.Headers.Accept.ToString().Contains(Html, StringComparison.OrdinalIgnoreCase),
            _ => throw new RequestProblemException(ProblemKinds.ParameterInvalid, "format must be json or html."),
        };
}
