using Marketplace.Api.Http.Problems;

namespace Marketplace.Api.Calls.Upstreams;

/// <summary>
/// Classifies an upstream's answer: a reply to the caller's request, or a failure between the upstream and this marketplace.
/// </summary>
internal static class UpstreamAnswer
{
    private const int LongestWaitSeconds = 3_600;

    /// <summary>
    /// True if the answer is about the caller's request. A redirect, a demand for credentials that only the marketplace could have, a limit
    /// that the marketplace has hit, and everything from 500 up are not: nothing was done for the caller, and nothing is counted.
    /// </summary>
    public static bool IsOfTheRequest(int status, HttpRequest request) =>
        status switch
        {
            >= StatusCodes.Status200OK and < StatusCodes.Status300MultipleChoices => true,
            StatusCodes.Status304NotModified => IsConditional(request),
            StatusCodes.Status401Unauthorized
            or StatusCodes.Status407ProxyAuthenticationRequired
            or StatusCodes.Status408RequestTimeout
            or StatusCodes.Status421MisdirectedRequest
            or StatusCodes.Status426UpgradeRequired
            or StatusCodes.Status429TooManyRequests => false,
            _ => status is >= StatusCodes.Status400BadRequest and < StatusCodes.Status500InternalServerError,
        };

    /// <summary>The caller's answer where the upstream's is a failure.</summary>
    public static Refusal Failed(HttpResponseMessage answer, DateTimeOffset now)
    {
        var status = (int)answer.StatusCode;
        var refusal = Failed(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"The upstream service answered with {status}, which is not for the caller; nothing was counted."
            )
        );
        return refusal with { Evidence = RefusalFact.All(RefusalFacts.UpstreamStatus.Of(status)), RetryAt = RetryAt(answer, now) };
    }

    public static Refusal Failed(string detail) => ProblemWriter.Plain(ProblemKinds.UpstreamFailed, detail);

    private static bool IsConditional(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && (request.Headers.IfNoneMatch.Count > 0 || request.Headers.IfModifiedSince.Count > 0);

    // The upstream's waiting time applies to us, so pass it on, within reason.
    private static DateTimeOffset? RetryAt(HttpResponseMessage answer, DateTimeOffset now)
    {
        var wait = answer.Headers.RetryAfter is not { } header ? null : header.Delta ?? header.Date - now;
        return wait is { } time ? now.AddSeconds(Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, LongestWaitSeconds)) : null;
    }
}
