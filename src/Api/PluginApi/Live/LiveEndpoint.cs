using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.PluginApi.Live;

/// <summary>
/// Streams events live (server-sent events). Opening and each further batch are judged like a call and, like push, are free. Sending
/// confirms nothing: a pulling plugin confirms with <c>events.confirm</c>.
/// </summary>
internal static class LiveEndpoint
{
    public static IServiceCollection AddLiveEvents(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<LiveOptions>, LiveOptionsValidator>();
        services.AddOptionsWithValidateOnStart<LiveOptions>().BindConfiguration(LiveOptions.Section);
        services.AddSingleton<LiveConnections>();
        services.AddSingleton<BatchCalls>();
        return services;
    }

    /// <summary>Maps the operation: it starts on the call path and continues by itself.</summary>
    public static IEndpointConventionBuilder MapLive(this IEndpointRouteBuilder endpoints, Operation operation) =>
        endpoints.MapMethods(operation.Route, [operation.Method], context => Run(context, operation)).Declares(operation);

    private static async Task Run(HttpContext context, Operation operation)
    {
        if (await context.RequestServices.GetRequiredService<CallPath>().Begin(context, operation) is not { } call)
        {
            return;
        }

        try
        {
            await Open(context, call);
        }
        catch (StoreUnavailableException) when (!call.IsSettled)
        {
            await call.Fail(ProblemKinds.StorageUnavailable);
            throw;
        }
        finally
        {
            await call.Fail(ProblemKinds.InternalError);
        }
    }

    private static async Task Open(HttpContext context, PermittedCall call)
    {
        var services = context.RequestServices;
        var query = new ListQuery(
            context.Request,
            call.Call.Installation,
            Cursors.Events,
            EventHandlers.DefaultLimit,
            EventHandlers.MaxLimit
        );
        // A reconnecting client repeats its query unchanged; its position is in the header.
        var (after, limit) = (query.Cursor(context.Request.Headers["Last-Event-ID"].ToString()), query.Limit);
        var place = query.Refusal is { } wrong ? wrong : services.GetRequiredService<LiveConnections>().Enter(call.Call.Installation);
        using var held = place.Value;
        if (place.Refusal is { } full)
        {
            await CallEndpoints.Answer(context, call, CallAnswer.Refused(full));
            return;
        }

        var grain = call.Call.Delivery();
        var batch = await grain.Consume(after, limit, null, CancellationToken.None);
        if (batch.Refusal is { } refusal)
        {
            await CallEndpoints.Answer(context, call, CallAnswer.Refused(refusal));
            return;
        }

        if (await call.Settle(StatusCodes.Status200OK, null, EventStream.ContentType, default) is { } expired)
        {
            await context.WriteProblem(expired);
            return;
        }

        context.Response.ContentType = EventStream.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        // A buffering proxy would hold back every event.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        if (HeadRequest.Is(context))
        {
            return;
        }

        await new LiveStream(context, call.Call, limit, grain, held!).Run(batch.Value!);
    }
}
