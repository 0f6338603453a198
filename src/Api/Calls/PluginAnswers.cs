using Marketplace.Identity.Tokens;
using Yarp.ReverseProxy.Model;

namespace Marketplace.Api.Calls;

/// <summary>
/// Adds the header fields of calls, limits and schema version, to everything under <c>/open/v1</c> that is not a call: uncounted endpoints,
/// unknown paths and methods.
/// </summary>
internal sealed class PluginAnswers(RequestDelegate next, TokenAuthenticator tokens, CounterHeaders counters)
{
    private static readonly PathString Prefix = "/open/v1";

    public Task Invoke(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Prefix) && !IsCall(context.GetEndpoint()) ? ShowAndGoOn(context) : next(context);

    /// <summary>True for an endpoint of the call path.</summary>
    public static bool IsCall(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<Operation>() is not null || endpoint?.Metadata.GetMetadata<RouteModel>() is not null;

    private async Task ShowAndGoOn(HttpContext context)
    {
        var token = await tokens.Authenticate(context.Request.Headers.Authorization, context.RequestAborted);
        if (token.Caller is { Installation: { } installation } caller)
        {
            await counters.Show(context, installation, caller.Token);
        }

        await next(context);
    }
}
