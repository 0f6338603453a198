using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Catalogue;
using Marketplace.Diagnostics;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Api.SellerApi.Diagnostics;

/// <summary>An error log by its id, for its three readers (R61).</summary>
internal static class ErrorEndpoints
{
    public static void MapErrorLogs(this IEndpointRouteBuilder endpoints)
    {
        endpoints
            .MapGet("/seller/v1/installations/{seller}/{plugin}/errors/{id}", ForSeller)
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in")
            .WithSummary("An error log as its seller may see it.");
        endpoints
            .MapGet("/open/v1/errors/{id}", ForDeveloper)
            .RequireAuthorization(ClientRoles.Plugin)
            .RequireInstallation()
            .WithTags("Plugin out")
            .WithSummary("An error log as the plugin's developer may see it; not counted.");
        endpoints
            .MapGet("/platform/v1/errors/{id}", ForOperator)
            .Takes("installation")
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators")
            .WithSummary("An error log in full; without an installation, a problem that the operator received.");
        endpoints
            .MapGet("/seller/v1/errors/{id}", ForShop)
            .Takes("seller")
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in")
            .WithSummary("A problem that the caller received, by its instance.");
        endpoints
            .MapGet("/platform/v1/events/errors/{id}", ForReceiver)
            .RequireAuthorization(ClientRoles.Platform)
            .WithTags("Platform in")
            .WithSummary("A problem that the caller received, by its instance.");
        endpoints
            .MapGet("/developer/v1/errors/{id}", ForDeveloperPerson)
            .RequireAuthorization(ClientRoles.DeveloperUser)
            .WithTags("Developers")
            .WithSummary("A problem that the caller's developer received, by its instance.");
        endpoints
            .MapGet("/review/v1/errors/{id}", ForReceiver)
            .RequireAuthorization(policy =>
                policy
                    .AddAuthenticationSchemes(IdentityNames.OperatorScheme)
                    .RequireRole(
                        ClientRoles.WithPersons(ClientRoles.EntityReviewer, ClientRoles.SecurityReviewer, ClientRoles.BusinessReviewer)
                    )
            )
            .WithTags("Entity review")
            .WithSummary("A problem that the caller received, by its instance.");
    }

    private static Task<IResult> ForSeller(HttpContext context, IGrainFactory grains) =>
        Answer(context, grains, SellerRequest.Installation(context), ErrorReader.Seller);

    private static Task<IResult> ForDeveloper(HttpContext context, IGrainFactory grains) =>
        Answer(context, grains, context.CallerInstallation(), ErrorReader.Developer);

    /// <summary>
    /// A shop's users see the problems they received; Seller Center sees its own and, for the named shop, those of its users.
    /// </summary>
    private static Task<IResult> ForShop(HttpContext context, IGrainFactory grains)
    {
        var shop = context.Request.Query.ContainsKey("seller") ? ReceivedProblems.LogOf(SellerRequest.Seller(context)) : null;
        // A shop's users share one log, and none of them sees another's address and token.
        return Received(context, grains, ErrorReader.Seller, ReceivedProblems.LogOf(context), shop);
    }

    // A developer's persons share one log, as a shop's users do.
    private static Task<IResult> ForDeveloperPerson(HttpContext context, IGrainFactory grains) =>
        Received(context, grains, ErrorReader.Seller, ReceivedProblems.LogOf(context));

    private static Task<IResult> ForReceiver(HttpContext context, IGrainFactory grains) =>
        Received(context, grains, ErrorReader.Operator, ReceivedProblems.LogOf(context));

    private static async Task<IResult> Received(HttpContext context, IGrainFactory grains, ErrorReader reader, params string?[] logs) =>
        await FindReceived(context, grains, logs) is { } error
            ? TypedResults.Json(ErrorView.Of(reader, error, null), DiagnosisJson.Readable.ErrorView)
            : throw new RequestProblemException(DiagnosticsRefusals.NoErrorLog());

    private static async Task<ErrorEntry?> FindReceived(HttpContext context, IGrainFactory grains, params string?[] logs)
    {
        if (!CallIds.TryParse(context.Request.RouteValues["id"] as string, out var callId))
        {
            return null;
        }

        foreach (var log in logs.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (await grains.GetGrain<IErrorLogGrain>(GrainKeys.ReceivedErrors(log)).Find(callId, context.RequestAborted) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static Task<IResult> ForOperator(HttpContext context, IGrainFactory grains) =>
        context.Request.Query.ContainsKey("installation")
            ? Answer(context, grains, SellerRequest.NamedInstallation(context), ErrorReader.Operator)
            : ForReceiver(context, grains);

    private static async Task<IResult> Answer(HttpContext context, IGrainFactory grains, InstallationId installation, ErrorReader reader)
    {
        var id = context.Request.RouteValues["id"] as string;
        var error = CallIds.TryParse(id, out var callId) ? await Find(grains, installation, callId, context.RequestAborted) : null;
        error ??= reader == ErrorReader.Developer ? await FindReceived(context, grains, ReceivedProblems.LogOf(context)) : null;
        if (error is null)
        {
            throw new RequestProblemException(DiagnosticsRefusals.NoErrorLog());
        }

        var support = reader == ErrorReader.Seller ? await SupportOf(grains, installation.Plugin, context.RequestAborted) : null;
        return TypedResults.Json(ErrorView.Of(reader, error, support), DiagnosisJson.Readable.ErrorView);
    }

    private static async Task<SupportContact?> SupportOf(IGrainFactory grains, PluginId plugin, CancellationToken cancellationToken)
    {
        try
        {
            return (await grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugin)).Get(cancellationToken))?.Manifest.Support;
        }
        catch (StoreUnavailableException)
        {
            // The log is useful even without it.
            return null;
        }
    }

    /// <summary>Reads the log; falls back to the counter's memory for errors not yet written.</summary>
    private static async Task<ErrorEntry?> Find(
        IGrainFactory grains,
        InstallationId installation,
        UInt128 callId,
        CancellationToken cancellationToken
    )
    {
        if (await grains.GetGrain<IErrorLogGrain>(GrainKeys.Errors(installation)).Find(callId, cancellationToken) is { } error)
        {
            return error;
        }

        try
        {
            var counter = await grains.GetGrain<IQuotaGrain>(GrainKeys.Quota(installation)).Inspect(cancellationToken);
            return counter?.LastErrors.FirstOrDefault(last => last.CallId == callId) is { } last ? ErrorEntry.Of(last) : null;
        }
        catch (StoreUnavailableException)
        {
            // A counter that cannot be loaded has no errors in memory.
            return null;
        }
    }
}
