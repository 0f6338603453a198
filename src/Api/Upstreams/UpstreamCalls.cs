using System.Collections.Frozen;
using Marketplace.Api.Calls;
using Marketplace.Api.Conduct;
using Marketplace.Api.Problems;
using Marketplace.Grains;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace Marketplace.Api.Upstreams;

/// <summary>
/// Puts configured upstream services behind the call path: the same decision, metering and headers as the built-in operations. The call is settled
/// when the upstream's answer has begun, before any of it leaves; an upstream that fails costs nothing.
/// </summary>
public static class UpstreamCalls
{
    // What the platform says of itself and of a call, an upstream cannot say in its place.
    private static readonly string[] OwnHeaders = ["Server", CallHeaders.Receipt, CallHeaders.Replayed, "RateLimit", "RateLimit-Policy", "X-Request-Id"];

    public static WebApplicationBuilder AddUpstreamCalls(this WebApplicationBuilder builder)
    {
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddTransforms(context =>
            {
                // Token and cookies are for us, not for the upstream, which is told the installation instead.
                context.AddRequestTransform(Introduce);
                context.AddResponseTransform(Settle);
            });
        return builder;
    }

    public static void MapUpstreamCalls(this WebApplication app)
    {
        var operations = UpstreamOperations.Read(app.Services.GetRequiredService<IProxyConfigProvider>());
        var path = app.Services.GetRequiredService<CallPath>();
        app.MapReverseProxy(proxy => proxy.Use((context, next) => Run(context, next, path, operations)));
    }

    private static async Task Run(HttpContext context, RequestDelegate next, CallPath path, FrozenDictionary<string, Operation> operations)
    {
        var operation = operations[context.GetReverseProxyFeature().Route.Config.RouteId];
        if (await path.Begin(context, operation) is not { } call)
        {
            return;
        }

        context.Features.Set(call);
        if (operation.IsWrite)
        {
            context.Request.Body = new MemoryStream(call.Call.Body.ToArray(), writable: false);
        }

        try
        {
            await context.RequestServices.GetRequiredService<ConductDesk>().LookThrough(call.Call);
            await next(context);
            if (context.GetForwarderErrorFeature() is not null && !context.Response.HasStarted)
            {
                await (call.IsSettled ? Break(context) : Fail(context, call));
            }
        }
        finally
        {
            await call.Fail(ProblemKinds.UpstreamFailed);
        }
    }

    private static ValueTask Introduce(RequestTransformContext transform)
    {
        var request = transform.ProxyRequest;
        request.Headers.Authorization = null;
        request.Headers.Remove("Cookie");
        if (transform.HttpContext.Features.Get<PermittedCall>() is { } call)
        {
            request.Headers.Remove("Marketplace-Installation");
            request.Headers.Add("Marketplace-Installation", call.Call.Installation.ToString());
            request.Headers.Remove("X-Request-Id");
            request.Headers.Add("X-Request-Id", transform.HttpContext.CallId());
        }

        return ValueTask.CompletedTask;
    }

    private static async ValueTask Settle(ResponseTransformContext transform)
    {
        var context = transform.HttpContext;
        if (transform.ProxyResponse is not { } answer || context.Features.Get<PermittedCall>() is not { } call)
        {
            return;
        }

        // Cookies of this host, the operators' among them, are ours to set.
        context.Response.Headers.Remove("Set-Cookie");
        if ((int)answer.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            transform.SuppressResponseBody = true;
            Forget(context.Response);
            await Fail(context, call);
            return;
        }

        foreach (var name in OwnHeaders)
        {
            context.Response.Headers.Remove(name);
        }

        var body = call.KeepsAnswer ? await UpstreamBody.Read(answer.Content, call.MaxKeptBytes, context.RequestAborted) : null;
        var contentType = answer.Content.Headers.ContentType?.ToString() ?? "application/octet-stream";
        if (await Refusal(call, (int)answer.StatusCode, contentType, body) is { } refusal)
        {
            transform.SuppressResponseBody = true;
            Forget(context.Response);
            await context.WriteProblem(refusal);
        }
        else if (body is not null)
        {
            // The body was read to be kept, so it is written from here.
            transform.SuppressResponseBody = true;
            await body.WriteTo(context.Response, context.RequestAborted);
        }
    }

    /// <summary>Settles the call; what to answer with instead if it was not acknowledged.</summary>
    private static async ValueTask<Refusal?> Refusal(PermittedCall call, int status, string contentType, UpstreamBody? body)
    {
        try
        {
            return await call.Settle(status, null, contentType, body?.Beginning ?? default);
        }
        catch (StoreUnavailableException)
        {
            // Thrown through the proxy it would be taken for a failure of the upstream.
            return ProblemWriter.StorageUnavailable();
        }
    }

    private static async Task Fail(HttpContext context, PermittedCall call)
    {
        await call.Fail(ProblemKinds.UpstreamFailed);
        await context.WriteProblem(ProblemKinds.UpstreamFailed, "The upstream service did not answer, or answered with an error of its own; nothing was counted.");
    }

    /// <summary>The call was settled, but its answer broke off before any of it left.</summary>
    private static Task Break(HttpContext context) => context.WriteProblem(
        ProblemKinds.UpstreamFailed, "The upstream service began an answer and broke it off; the call was counted, as its receipt says.");

    // What the upstream said about its answer does not hold for ours.
    private static void Forget(HttpResponse response)
    {
        var limits = response.Headers.Where(header => header.Key.StartsWith("RateLimit", StringComparison.OrdinalIgnoreCase)).ToArray();
        response.Headers.Clear();
        foreach (var (name, value) in limits)
        {
            response.Headers[name] = value;
        }
    }
}
