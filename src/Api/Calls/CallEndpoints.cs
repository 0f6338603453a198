using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.Calls;

/// <summary>Maps built-in operations onto the call path.</summary>
public static class CallEndpoints
{
    /// <summary>Stands for a request delegate in the documentation.</summary>
    internal static readonly RequestDelegate Documented = static _ => Task.CompletedTask;

    /// <summary>Maps one operation: its route, its documentation and the whole of its call path.</summary>
    public static IEndpointConventionBuilder MapCall(this IEndpointRouteBuilder endpoints, Operation operation, CallHandler handler)
    {
        var path = endpoints.ServiceProvider.GetRequiredService<CallPath>();
        return endpoints
            .MapMethods(operation.Route, [operation.Method], context => Run(context, path, operation, handler))
            .Declares(operation);
    }

    /// <summary>Puts onto an endpoint what its operation says of itself.</summary>
    internal static IEndpointConventionBuilder Declares(this IEndpointConventionBuilder endpoint, Operation operation) =>
        endpoint
            .WithMetadata(operation)
            .Takes(operation.Parameters)
            // Only endpoints that know their method are documented; a bare request delegate does not bring it along.
            .WithMetadata(Documented.Method)
            .WithName(operation.Id)
            .WithSummary(operation.Summary)
            .WithTags("Plugin out");

    private static async Task Run(HttpContext context, CallPath path, Operation operation, CallHandler handler)
    {
        if (await path.Begin(context, operation) is not { } call)
        {
            return;
        }

        try
        {
            await Answer(context, call, await handler(context, call.Call));
        }
        catch (RequestProblemException e) when (!call.IsSettled)
        {
            await Answer(context, call, CallAnswer.Refused(e.Refusal));
        }
        catch (StoreUnavailableException)
        {
            await call.Fail(ProblemKinds.StorageUnavailable);
            throw;
        }
        finally
        {
            // Whatever else happened, the place in the counters is given back; after a settlement this does nothing.
            await call.Fail(ProblemKinds.InternalError);
        }
    }

    /// <summary>Settles a call and writes its answer. One that is a failure of ours is not settled: it costs nobody anything.</summary>
    internal static async Task Answer(HttpContext context, PermittedCall call, CallAnswer answer)
    {
        var (status, contentType, body) = (answer.Status, answer.ContentType, answer.Body);
        if (answer.Refusal is { } refusal)
        {
            var problem = context.ProblemOf(refusal);
            if (problem.Status >= StatusCodes.Status500InternalServerError)
            {
                await call.Fail(refusal.Code);
                await context.WriteProblem(refusal);
                return;
            }

            context.WriteHeaders(problem, refusal);
            (status, contentType, body) = (problem.Status, Problem.ContentType, problem.ToBytes());
        }

        if (await call.Settle(status, answer.Refusal?.Code, contentType, body) is { } expired)
        {
            await context.WriteProblem(expired);
            return;
        }

        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
