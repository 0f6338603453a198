using System.Collections.Frozen;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Privacy;
using Marketplace.Identity.Browser;
using Marketplace.Rounds;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace Marketplace.Api.Calls.Upstreams;

/// <summary>
/// Puts configured upstream services behind the call path, with the decision, metering and headers of built-in operations. The call is
/// settled when the upstream's answer has started, for a short one when it is complete, and before any of it is sent; a failing upstream
/// costs nothing.
/// </summary>
public static class UpstreamCalls
{
    /// <summary>YARP's default for clusters without a setting.</summary>
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(100);

    /// <summary>Bytes of an answer read before the call is settled.</summary>
    private const int ReadAheadBytes = 65_536;

    public static WebApplicationBuilder AddUpstreamCalls(this WebApplicationBuilder builder)
    {
        builder
            .Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddTransforms(context =>
            {
                // Permitted response headers are copied manually, and trailers are late headers.
                (context.CopyResponseHeaders, context.CopyResponseTrailers) = (false, false);
                context.AddRequestTransform(Introduce);
                context.AddResponseTransform(Settle);
            });
        return builder;
    }

    public static void MapUpstreamCalls(this WebApplication app)
    {
        var operations = UpstreamOperations.Read(app.Services.GetRequiredService<IProxyConfigProvider>());
        var path = app.Services.GetRequiredService<CallPath>();
        app.MapReverseProxy(proxy => proxy.Use((context, next) => Run(context, next, path, operations))).TakesAnyQuery();
    }

    private static async Task Run(HttpContext context, RequestDelegate next, CallPath path, FrozenDictionary<string, Operation> operations)
    {
        var operation = operations[context.GetReverseProxyFeature().Route.Config.RouteId];
        if (await path.Begin(context, operation) is not { } call)
        {
            return;
        }

        try
        {
            if (SandboxSellers.Contains(call.Call.Installation.Seller))
            {
                // A version that people have not reviewed must not reach a real service.
                await CallEndpoints.Answer(context, call, CallAnswer.Refused(RoundRefusals.ClosedUpstream()));
            }
            else if (UpstreamPath.TryMark(context))
            {
                await HandOn(context, next, call);
            }
            else
            {
                await CallEndpoints.Answer(context, call, CallAnswer.Refused(UpstreamPath.Ambiguous()));
            }
        }
        finally
        {
            await call.Fail(ProblemKinds.UpstreamFailed);
        }
    }

    private static async Task HandOn(HttpContext context, RequestDelegate next, PermittedCall call)
    {
        context.Features.Set(call);
        // An upgraded connection cannot be metered, so allow none.
        context.Features.Set<IHttpUpgradeFeature>(null);
        context.Features.Set<IHttpExtendedConnectFeature>(null);
        UpstreamHeaders.KeepBack(context.Request.Headers);
        if (call.KeepsAnswer)
        {
            // The answer is stored with its media type alone, so it must not be encoded.
            context.Request.Headers.AcceptEncoding = "identity";
        }

        if (call.Call.Operation.IsWrite)
        {
            context.Request.Body = new MemoryStream(call.Call.Body.ToArray(), writable: false);
            // A compressed body is forwarded decompressed.
            context.Request.ContentLength = call.Call.Body.Length;
        }

        await context.RequestServices.GetRequiredService<PrivacyFindingService>().Scan(call.Call);
        await next(context);
        if (context.GetForwarderErrorFeature() is not null && !context.Response.HasStarted)
        {
            await Fail(
                context,
                call,
                UpstreamAnswer.Failed("The upstream service did not answer, or its answer could not be read; nothing was counted.")
            );
        }
    }

    private static ValueTask Introduce(RequestTransformContext transform)
    {
        if (transform.HttpContext.Features.Get<PermittedCall>() is { } call)
        {
            var headers = transform.ProxyRequest.Headers;
            headers.Remove(CallHeaders.Installation);
            headers.Add(CallHeaders.Installation, call.Call.Installation.ToString());
            headers.Remove(CallHeaders.RequestId);
            headers.Add(CallHeaders.RequestId, transform.HttpContext.CallId());
        }

        UpstreamPath.Address(transform);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask Settle(ResponseTransformContext transform)
    {
        var context = transform.HttpContext;
        if (transform.ProxyResponse is not { } answer || context.Features.Get<PermittedCall>() is not { } call)
        {
            return;
        }

        // The response is written here only.
        transform.SuppressResponseBody = true;
        if (!UpstreamAnswer.IsOfTheRequest((int)answer.StatusCode, context.Request))
        {
            await Fail(context, call, UpstreamAnswer.Failed(answer, Now(context)));
            return;
        }

        var patience = context.GetReverseProxyFeature().Cluster.Config.HttpRequest?.ActivityTimeout ?? DefaultPatience;
        if (await Read(context, call, answer, patience) is { } body)
        {
            await Answer(context, call, answer, body, patience);
        }
        else
        {
            await Fail(context, call, UpstreamAnswer.Failed("The upstream service broke its answer off; nothing was counted."));
        }
    }

    /// <summary>The answer as read ahead; null if it was truncated.</summary>
    private static async Task<UpstreamBody?> Read(HttpContext context, PermittedCall call, HttpResponseMessage answer, TimeSpan patience)
    {
        try
        {
            return await UpstreamBody.Read(
                answer.Content,
                call.KeepsAnswer ? Math.Max(call.MaxKeptBytes, ReadAheadBytes) : ReadAheadBytes,
                patience,
                context.RequestAborted
            );
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task Answer(
        HttpContext context,
        PermittedCall call,
        HttpResponseMessage answer,
        UpstreamBody body,
        TimeSpan patience
    )
    {
        var response = context.Response;
        UpstreamHeaders.Copy(answer, response.Headers);
        response.Headers.CacheControl = "no-store";
        if (await Refusal(call, (int)answer.StatusCode, response, body) is { } refusal)
        {
            Forget(answer, response);
            await context.WriteProblem(refusal);
            return;
        }

        try
        {
            await body.WriteTo(response, answer.Content.Headers.ContentLength, patience, context.RequestAborted);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // Part of the answer was sent and the call is counted; abort, so that the client detects the truncation.
            context.Abort();
        }
    }

    /// <summary>Settles the call; returns the answer to use instead if that failed.</summary>
    private static async ValueTask<Refusal?> Refusal(PermittedCall call, int status, HttpResponse response, UpstreamBody body)
    {
        // An answer encoded despite the request cannot be repeated unchanged.
        var kept = body.IsWhole && response.Headers.ContentEncoding.Count == 0;
        try
        {
            return await call.Settle(status, null, response.ContentType ?? "application/octet-stream", body.Beginning, kept);
        }
        catch (StoreUnavailableException)
        {
            // Thrown through the proxy it would count as a failure of the upstream.
            return ProblemWriter.StorageUnavailable();
        }
    }

    private static async Task Fail(HttpContext context, PermittedCall call, Refusal refusal)
    {
        await call.Fail(ProblemKinds.UpstreamFailed);
        if (!context.Response.HasStarted)
        {
            await context.WriteProblem(refusal);
        }
    }

    private static DateTimeOffset Now(HttpContext context) =>
        context.RequestServices.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Grains).GetUtcNow();

    // The upstream's headers about its answer do not apply to ours.
    private static void Forget(HttpResponseMessage answer, HttpResponse response)
    {
        foreach (var (name, _) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            if (UpstreamHeaders.MayComeIn(name))
            {
                response.Headers.Remove(name);
            }
        }
    }
}
