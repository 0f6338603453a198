using Marketplace.Api.Calls;

namespace Marketplace.Api.Problems;

/// <summary>Writes refusals as problem documents, wherever in the pipeline they come up.</summary>
public static class ProblemWriter
{
    /// <summary>Answers a request with a refusal. The answer must not have begun.</summary>
    public static Task WriteProblem(this HttpContext context, Refusal refusal)
    {
        var problem = Problem.Of(refusal, context.CallId());
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = Problem.ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Request-Id"] = problem.RequestId;
        if (problem.RetryAfter(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()) is { } seconds)
        {
            response.Headers.RetryAfter = seconds;
        }

        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = problem.Code == "token-missing" ? "Bearer" : "Bearer error=\"invalid_token\"";
        }

        var body = problem.ToBytes();
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>Answers with a problem that has no rule of its own behind it.</summary>
    public static Task WriteProblem(this HttpContext context, string code, string detail) => context.WriteProblem(Plain(code, detail));

    /// <summary>A refusal of the request's form, which the one who sent it can mend.</summary>
    public static Refusal Plain(string code, string detail) => new(
        code,
        detail,
        ProblemKinds.Of(code).Class switch { "SYSTEM" => "platform", "ISP" => "upstream", _ => "plugin" },
        ProblemKinds.Of(code).Retryable ? "Repeat the request a little later." : "Correct the request.");

    /// <summary>The store does not answer: nothing was acknowledged.</summary>
    public static Refusal StorageUnavailable() => new(
        ProblemKinds.StorageUnavailable, "The store does not answer now; nothing was acknowledged.", "platform", "Repeat the request with the same idempotency key.");
}
