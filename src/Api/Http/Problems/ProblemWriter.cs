using System.Collections.Frozen;
using Marketplace.Api.Calls;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Identity.Browser;
using Marketplace.Quotas;

namespace Marketplace.Api.Http.Problems;

/// <summary>Writes refusals as problem documents, from any stage of the pipeline.</summary>
public static class ProblemWriter
{
    private const string Bearer = "Bearer realm=\"marketplace\"";

    private static readonly FrozenSet<string> ScopeCodes = FrozenSet.Create(
        StringComparer.Ordinal,
        QuotaRefusals.ScopeMissing,
        QuotaRefusals.ScopePending,
        QuotaRefusals.ScopeExpiredCode
    );

    /// <summary>Answers a request with a refusal. The response must not have started.</summary>
    public static Task WriteProblem(this HttpContext context, Refusal refusal)
    {
        var problem = context.ProblemOf(refusal);
        context.RequestServices.GetService<ReceivedProblems>()?.Record(context, problem);
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = Problem.ContentType;
        context.WriteHeaders(problem, refusal);
        var body = problem.ToBytes();
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>Adds a problem's header fields: its id, when to retry, and the missing scope (RFC 6750).</summary>
    internal static void WriteHeaders(this HttpContext context, Problem problem, Refusal refusal)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentLanguage = LanguageOf(context).Tag();
        headers.Append("Vary", "Accept-Language");
        headers[CallHeaders.RequestId] = problem.RequestId;
        if (
            problem.RetryAfter(context.RequestServices.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Grains).GetUtcNow()) is
            { } seconds
        )
        {
            headers.RetryAfter = seconds;
        }

        if (Challenge(problem, refusal) is { } challenge)
        {
            headers.WWWAuthenticate = challenge;
        }
    }

    /// <summary>The scopes the token lacks; null if none. Alternatives are all listed, because the field cannot express a choice.</summary>
    private static string? Challenge(Problem problem, Refusal refusal) =>
        problem.Status switch
        {
            StatusCodes.Status401Unauthorized => problem.Code == "token-missing" ? Bearer : $"{Bearer}, error=\"invalid_token\"",
            StatusCodes.Status403Forbidden when ScopeCodes.Contains(problem.Code) => refusal.TryGet(RefusalFacts.Scope, out var need)
                ? $"{Bearer}, error=\"insufficient_scope\", scope=\"{string.Join(' ', need.Scopes)}\""
                : $"{Bearer}, error=\"insufficient_scope\"",
            _ => null,
        };

    /// <summary>The problem document for a refusal, in the reader's language.</summary>
    internal static Problem ProblemOf(this HttpContext context, Refusal refusal) =>
        Problem.Of(refusal, context.CallId(), LanguageOf(context), context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());

    // Programs without a language preference keep getting English.
    private static ReaderLanguage LanguageOf(HttpContext context) => ReaderLanguages.Of(context.Request, ReaderLanguage.English);

    /// <summary>Answers with a problem that is not a rule's refusal.</summary>
    public static Task WriteProblem(this HttpContext context, string code, string detail) => context.WriteProblem(Plain(code, detail));

    /// <summary>Refuses a malformed request, which its sender can fix.</summary>
    public static Refusal Plain(string code, string detail) =>
        new(
            code,
            detail,
            ProblemKinds.Of(code).Class switch
            {
                "SYSTEM" => "platform",
                "ISP" => "upstream",
                _ => "plugin",
            },
            ProblemKinds.Of(code).Retryable ? "Repeat the request a little later." : "Correct the request."
        );

    /// <summary>The store is unavailable: nothing was acknowledged.</summary>
    public static Refusal StorageUnavailable() =>
        new(
            ProblemKinds.StorageUnavailable,
            "The store does not answer now; nothing was acknowledged.",
            "platform",
            "Repeat the request with the same idempotency key."
        );
}
