using System.Collections.Frozen;
using Marketplace.Api.Calls;
using Marketplace.Api.Problems;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace Marketplace.Api.Upstreams;

/// <summary>
/// Puts configured upstream services behind the call path: the same decision, metering and headers as the built-in operations. The call is settled
/// when the upstream's answer has begun, before any of it leaves; an upstream that fails costs nothing.
/// </summary>
public static class UpstreamCalls
{
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
            await next(context);
            if (context.GetForwarderErrorFeature() is not null && !context.Response.HasStarted)
            {
                await Fail(context, call);
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

        context.Response.Headers.Remove("Server");
        var body = call.KeepsAnswer ? await answer.Content.ReadAsByteArrayAsync(context.RequestAborted) : [];
        var contentType = answer.Content.Headers.ContentType?.ToString() ?? "application/octet-stream";
        var expired = await call.Settle((int)answer.StatusCode, null, contentType, body);
        if (expired is not null)
        {
            transform.SuppressResponseBody = true;
            Forget(context.Response);
            await context.WriteProblem(expired);
        }
        else if (call.KeepsAnswer)
        {
            // The body was read to be kept, so it is written from here.
            transform.SuppressResponseBody = true;
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static async Task Fail(HttpContext context, PermittedCall call)
    {
        await call.Fail(ProblemKinds.UpstreamFailed);
        await context.WriteProblem(ProblemKinds.UpstreamFailed, "The upstream service did not answer, or answered with an error of its own; nothing was counted.");
    }

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
