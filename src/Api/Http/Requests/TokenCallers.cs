using Marketplace.Api.Http.Problems;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Api.Http.Requests;

/// <summary>
/// Lets only a plugin's token pass to an endpoint beside the call path, and says afterwards whose it is. An endpoint of the call path is
/// judged there.
/// </summary>
internal static class TokenCallers
{
    /// <summary>
    /// Only for a token bound to one installation. Throws the problem where nothing at all would pass with it: it was revoked, or the
    /// installation does not run.
    /// </summary>
    public static T RequireRunningInstallation<T>(this T endpoint)
        where T : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter((invocation, next) => Admit(invocation, next, static _ => false));

    /// <summary>
    /// As <see cref="RequireRunningInstallation{T}"/>, but open while the installation is stopped, for that is when it is needed: closed
    /// only to a token that was revoked.
    /// </summary>
    public static T RequireInstallation<T>(this T endpoint)
        where T : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter((invocation, next) => Admit(invocation, next, static code => code != QuotaRefusals.TokenRevoked));

    /// <summary>The caller's installation, at an endpoint that requires one.</summary>
    public static InstallationId CallerInstallation(this HttpContext context) =>
        context.Features.GetRequiredFeature<InstallationCaller>().Installation;

    /// <summary>The caller's counters, at an endpoint that requires a running installation.</summary>
    public static QuotaView CallerCounters(this HttpContext context) => context.Features.GetRequiredFeature<InstallationCaller>().Counters!;

    /// <summary>The plugin of a client's token without installation, at an endpoint of <see cref="ClientRoles.PluginClient"/>.</summary>
    public static PluginId CallerPlugin(this HttpContext context) =>
        PluginId.Parse(context.Features.GetRequiredFeature<CallerIdentity>().Plugin!, null);

    /// <summary>The refusal of a token that is good, but bound to no installation.</summary>
    public static Refusal NoInstallation() =>
        ProblemWriter.Plain(ProblemKinds.RoleForbidden, "Only a plugin's token, bound to one installation, opens this endpoint.");

    private static async ValueTask<object?> Admit(
        EndpointFilterInvocationContext invocation,
        EndpointFilterDelegate next,
        Func<string, bool> isOverlooked
    )
    {
        var context = invocation.HttpContext;
        var caller = await Authenticate(context);
        if (caller.Installation is not { } installation)
        {
            throw new RequestProblemException(NoInstallation());
        }

        var gate = context.RequestServices.GetRequiredService<IQuotaGate>();
        var counters = await gate.GetCounters(installation, caller.Token, context.RequestAborted);
        if (counters.Refusal is { } refusal && !isOverlooked(refusal.Code))
        {
            throw new RequestProblemException(refusal);
        }

        context.Features.Set(new InstallationCaller(installation, counters.Value));
        return await next(invocation);
    }

    /// <summary>As authorization left it; an endpoint without authorization has its token read here.</summary>
    private static async ValueTask<CallerIdentity> Authenticate(HttpContext context)
    {
        if (context.Features.Get<CallerIdentity>() is { } known)
        {
            return known;
        }

        var tokens = context.RequestServices.GetRequiredService<TokenAuthenticator>();
        var token = await tokens.Authenticate(context.Request.Headers.Authorization, context.RequestAborted);
        return token.Caller ?? throw new RequestProblemException(token.Code, TokenProblems.Detail(token.Code));
    }

    /// <param name="Installation">The installation that the token is bound to.</param>
    /// <param name="Counters">Its counters, as they were when the request came; null while nothing of it passes.</param>
    private sealed record InstallationCaller(InstallationId Installation, QuotaView? Counters);
}
