using System.Data.Common;
using Marketplace.Api.Calls;
using Marketplace.Api.Privacy;

namespace Marketplace.Api.Http.Problems;

/// <summary>
/// The outermost step: whatever goes wrong behind it is answered with a problem document, and so are empty error answers.
/// </summary>
public sealed partial class ProblemMiddleware(RequestDelegate next, OutsideText outside, ILogger<ProblemMiddleware> logger)
{
    // What PostgreSQL says to U+0000 in a text, and in a text of JSON.
    private const string UntranslatableText = "22021";
    private const string UntranslatableJson = "22P05";

    public async Task Invoke(HttpContext context)
    {
        context.AssignCallId();
        context.Response.Headers[CallHeaders.RequestId] = context.CallId();
        try
        {
            await next(context);
            AllowHead(context.Response);
            if (
                context.Response is { HasStarted: false, ContentLength: null, ContentType: null }
                && StatusProblem(context.Response.StatusCode) is { } code
            )
            {
                await context.WriteProblem(code, $"{context.Request.Method} {context.Request.Path} is not served.");
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var refusal = RefusalOf(e);
            if (refusal.Code == ProblemKinds.InternalError)
            {
                Log(context.CallId(), e);
            }

            context.Response.Headers.Remove(CallHeaders.Receipt);
            await context.WriteProblem(refusal);
        }
    }

    // HEAD is answered wherever GET is; routing does not know.
    private static void AllowHead(HttpResponse response)
    {
        if (
            response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false }
            && response.Headers.Allow.ToString().Split(',', StringSplitOptions.TrimEntries) is var allowed
            && allowed.Contains(HttpMethods.Get)
            && !allowed.Contains(HttpMethods.Head)
        )
        {
            response.Headers.Allow = string.Join(", ", [.. allowed, HttpMethods.Head]);
        }
    }

    private static Refusal RefusalOf(Exception e) =>
        e switch
        {
            RequestProblemException problem => problem.Refusal,
            ValueRefusedException
            or DbException { SqlState: UntranslatableText or UntranslatableJson }
            or { InnerException: DbException { SqlState: UntranslatableText or UntranslatableJson } } => ProblemWriter.Plain(
                ProblemKinds.BodyInvalid,
                "A text of the request cannot be kept: it holds U+0000 or half of a surrogate pair, or is too long."
            ),
            StoreUnavailableException
            or TimeoutException
            or Orleans.Runtime.SiloUnavailableException
            or Orleans.Runtime.OrleansMessageRejectionException => ProblemWriter.StorageUnavailable(),

            // Identity's tables are read through EF Core, which wraps what a database that is gone throws.
            DbException or { InnerException: DbException } => ProblemWriter.StorageUnavailable(),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => ProblemWriter.Plain(
                ProblemKinds.BodyTooLarge,
                "The body is too large."
            ),
            // A compressed body that is none, or a form that cannot be read.
            InvalidDataException => ProblemWriter.Plain(
                ProblemKinds.BodyInvalid,
                "The body cannot be read as its Content-Type and Content-Encoding say."
            ),
            BadHttpRequestException => ProblemWriter.Plain(ProblemKinds.BodyInvalid, "The request cannot be read."),
            _ => ProblemWriter.Plain(ProblemKinds.InternalError, "Something went wrong on our side; the error-log id names it."),
        };

    private static string? StatusProblem(int status) =>
        status switch
        {
            StatusCodes.Status404NotFound => ProblemKinds.NotFound,
            StatusCodes.Status405MethodNotAllowed => ProblemKinds.MethodNotAllowed,
            StatusCodes.Status415UnsupportedMediaType => ProblemKinds.MediaTypeUnsupported,
            StatusCodes.Status413PayloadTooLarge => ProblemKinds.BodyTooLarge,
            StatusCodes.Status400BadRequest => ProblemKinds.BodyInvalid,
            _ => null,
        };

    // What an exception says may quote what was sent; then it is logged as text, without the lines that do.
    private void Log(string callId, Exception e)
    {
        var text = e.ToString();
        if (outside.IsClean(text))
        {
            LogFailure(logger, callId, e);
        }
        else
        {
            LogRedacted(logger, callId, e.GetType().Name, outside.ForLog(text));
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Request {CallId} failed with {Exception}; lines that may quote private data are left out: {Text}"
    )]
    private static partial void LogRedacted(ILogger logger, string callId, string exception, string? text);

    // The id and the exception's type and stack; never the request's body or query.
    [LoggerMessage(Level = LogLevel.Error, Message = "Request {CallId} failed.")]
    private static partial void LogFailure(ILogger logger, string callId, Exception exception);
}
