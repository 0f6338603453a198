using Marketplace.Api.Calls;
using Marketplace.Api.Identity;
using Marketplace.Api.Installations;
using Marketplace.Api.Problems;
using Marketplace.Catalogue;
using Marketplace.Diagnostics;
using Marketplace.Grains;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Api.Diagnostics;

/// <summary>An error log by its id, for the three who may read it (R61).</summary>
internal static class ErrorEndpoints
{
    public static void MapErrorLogs(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/seller/v1/installations/{seller}/{plugin}/errors/{id}", ForSeller)
            .RequireAuthorization(ClientRoles.Seller).WithTags("Seller in").WithSummary("An error log as its seller may see it.");
        endpoints.MapGet("/open/v1/errors/{id}", ForDeveloper)
            .RequireAuthorization(ClientRoles.Plugin).WithTags("Plugin out").WithSummary("An error log as the plugin's developer may see it; not counted.");
        endpoints.MapGet("/platform/v1/errors/{id}", ForOperator)
            .RequireAuthorization(ClientRoles.Operator).WithTags("Operators").WithSummary("An error log in full.");
    }

    private static Task<IResult> ForSeller(HttpContext context, IGrainFactory grains) =>
        Answer(context, grains, SellerRequest.Installation(context), ErrorReader.Seller);

    /// <summary>Open while the installation is stopped, for that is when it is needed; closed to a token that was revoked.</summary>
    private static async Task<IResult> ForDeveloper(HttpContext context, IGrainFactory grains, IQuotaGate gate, TokenAuthenticator tokens)
    {
        var token = await tokens.Authenticate(context.Request.Headers.Authorization, context.RequestAborted);
        if (token.Caller is not { Installation: { } installation } caller)
        {
            throw new RequestProblemException("role-forbidden", "Only a plugin's token, bound to one installation, opens this endpoint.");
        }

        var standing = await gate.Look(installation, caller.Token, context.RequestAborted);
        return standing.Refusal is { Code: QuotaRefusals.TokenRevoked } refusal
            ? throw new RequestProblemException(refusal)
            : await Answer(context, grains, installation, ErrorReader.Developer);
    }

    private static Task<IResult> ForOperator(HttpContext context, IGrainFactory grains) =>
        InstallationId.TryParse(context.Request.Query["installation"], null, out var installation)
            ? Answer(context, grains, installation, ErrorReader.Operator)
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The query must name one installation: ?installation=seller/plugin.");

    private static async Task<IResult> Answer(HttpContext context, IGrainFactory grains, InstallationId installation, ErrorReader reader)
    {
        var id = context.Request.RouteValues["id"] as string;
        var error = CallIds.TryParse(id, out var callId) ? await Find(grains, installation, callId, context.RequestAborted) : null;
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
            // The log is worth reading even so.
            return null;
        }
    }

    /// <summary>From the log; what has not reached it yet the counter still remembers.</summary>
    private static async Task<ErrorEntry?> Find(IGrainFactory grains, InstallationId installation, UInt128 callId, CancellationToken cancellationToken)
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
            // A counter that cannot be loaded remembers nothing.
            return null;
        }
    }
}
