using System.Data.Common;
using Marketplace.Api.Calls;
using Marketplace.Api.Privacy;

namespace Marketplace.Api.Http.Problems;

/// <summary>The outermost middleware: answers every failure, and empty error answers, with a problem document.</summary>
public sealed partial class ProblemMiddleware(RequestDelegate next, OutsideText outside, ILogger<ProblemMiddleware> logger)
{
    // PostgreSQL's error codes for U+0000 in text and in JSON.
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
            // The client has disconnected: there is no one to answer.
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

    // HEAD is answered for every path with GET, which routing does not know.
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

            // EF Core, used for identity's tables, wraps the exceptions of a lost database.
            DbException or { InnerException: DbException } => ProblemWriter.StorageUnavailable(),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => ProblemWriter.Plain(
                ProblemKinds.BodyTooLarge,
                "The body is too large."
            ),
            // An invalid compressed body or an unreadable form.
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

    // An exception's message may quote the request; then log it as text, without the quoting lines.
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

    // Logs the id, type and stack; never the request's body or query.
    [LoggerMessage(Level = LogLevel.Error, Message = "Request {CallId} failed.")]
    private static partial void LogFailure(ILogger logger, string callId, Exception exception);
}
