using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>In whose name a plugin calls what is neither counted nor granted by scope.</summary>
internal static class PluginRequest
{
    /// <summary>
    /// The installation that the token is bound to. Throws the problem where nothing at all would pass with the token: it was revoked, or
    /// the installation does not run.
    /// </summary>
    public static async Task<InstallationId> Installation(HttpContext context)
    {
        if (context.Features.Get<CallerIdentity>() is not { Installation: { } installation } caller)
        {
            throw new RequestProblemException("role-forbidden", "Only a plugin's token, bound to one installation, opens this endpoint.");
        }

        context.Response.Headers["X-Request-Id"] = context.CallId();
        var gate = context.RequestServices.GetRequiredService<IQuotaGate>();
        var standing = await gate.GetCounters(installation, caller.Token, context.RequestAborted);
        return standing.Refusal is { } refusal ? throw new RequestProblemException(refusal) : installation;
    }

    /// <summary>
    /// As <see cref="Installation"/>, but open while the installation is stopped: closed only to a token that was revoked.
    /// </summary>
    public static async Task<InstallationId> StoppedInstallation(HttpContext context)
    {
        if (context.Features.Get<CallerIdentity>() is not { Installation: { } installation } caller)
        {
            throw new RequestProblemException("role-forbidden", "Only a plugin's token, bound to one installation, opens this endpoint.");
        }

        context.Response.Headers["X-Request-Id"] = context.CallId();
        var gate = context.RequestServices.GetRequiredService<IQuotaGate>();
        var standing = await gate.GetCounters(installation, caller.Token, context.RequestAborted);
        return standing.Refusal is { Code: QuotaRefusals.TokenRevoked } refusal ? throw new RequestProblemException(refusal) : installation;
    }

    /// <summary>The value, or the refusal as the problem that answers the request.</summary>
    public static T OrProblem<T>(this Outcome<T> outcome) =>
        outcome.Refusal is { } refusal ? throw new RequestProblemException(refusal) : outcome.Value!;
}
