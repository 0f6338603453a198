using System.Runtime.CompilerServices;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.Calls;

/// <summary>Maps built-in operations to the call path.</summary>
public static class CallEndpoints
{
    /// <summary>Placeholder for a request delegate, to document the endpoint.</summary>
    internal static readonly RequestDelegate Documented = static _ => Task.CompletedTask;

    /// <summary>Maps one operation: route, documentation and call path.</summary>
    public static IEndpointConventionBuilder MapCall(this IEndpointRouteBuilder endpoints, Operation operation, CallHandler handler)
    {
        var path = endpoints.ServiceProvider.GetRequiredService<CallPath>();
        return endpoints
            .MapMethods(operation.Route, [operation.Method], context => Run(context, path, operation, handler))
            .Declares(operation);
    }

    /// <summary>Adds an operation's metadata to its endpoint.</summary>
    internal static IEndpointConventionBuilder Declares(this IEndpointConventionBuilder endpoint, Operation operation) =>
        endpoint
            .WithMetadata(operation)
            .Takes(operation.Parameters)
            // Only endpoints with method metadata are documented; a bare request delegate has none.
            .WithMetadata(Documented.Method)
            .WithName(operation.Id.Value)
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
            // Return the permit whatever happened; after a settlement this does nothing.
            await call.Fail(ProblemKinds.InternalError);
        }
    }

    /// <summary>Settles a call and writes its answer. Our own failures are not settled, so that they cost nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal static async ValueTask Answer(HttpContext context, PermittedCall call, CallAnswer answer)
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
