using Marketplace.Api.Http.Problems;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Api.Http.Requests;

/// <summary>
/// Restricts endpoints beside the call path to plugins' tokens, and provides the token's owner. The call path judges its own endpoints.
/// </summary>
internal static class TokenCallers
{
    /// <summary>
    /// Requires a token bound to one running installation. Throws the problem if every call with it would be refused: it was revoked, or
    /// the installation is not running.
    /// </summary>
    public static T RequireRunningInstallation<T>(this T endpoint)
        where T : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter((invocation, next) => Admit(invocation, next, static _ => false));

    /// <summary>
    /// Like <see cref="RequireRunningInstallation{T}"/>, but open while the installation is stopped, when it is needed most: refuses only a
    /// revoked token.
    /// </summary>
    public static T RequireInstallation<T>(this T endpoint)
        where T : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter((invocation, next) => Admit(invocation, next, static code => code != QuotaRefusals.TokenRevoked));

    /// <summary>The caller's installation; only at an endpoint that requires one.</summary>
    public static InstallationId CallerInstallation(this HttpContext context) =>
        context.Features.GetRequiredFeature<InstallationCaller>().Installation;

    /// <summary>The caller's counters; only at an endpoint that requires a running installation.</summary>
    public static QuotaView CallerCounters(this HttpContext context) => context.Features.GetRequiredFeature<InstallationCaller>().Counters!;

    /// <summary>
    /// The plugin of a client's token without an installation; only at an endpoint of <see cref="ClientRoles.PluginClient"/>.
    /// </summary>
    public static PluginId CallerPlugin(this HttpContext context) =>
        PluginId.Parse(context.Features.GetRequiredFeature<CallerIdentity>().Plugin!, null);

    /// <summary>Refuses a valid token that is bound to no installation.</summary>
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

    /// <summary>The caller from authorization; an endpoint without authorization has its token verified here.</summary>
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

    /// <param name="Installation">The token's installation.</param>
    /// <param name="Counters">Its counters when the request arrived; null while every call is refused.</param>
    private sealed record InstallationCaller(InstallationId Installation, QuotaView? Counters);
}
