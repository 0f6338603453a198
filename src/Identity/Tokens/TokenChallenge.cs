namespace Marketplace.Identity.Tokens;

/// <summary>Answers an unauthenticated request, in the same way on every path.</summary>
public static class TokenChallenge
{
    /// <summary>Writes the problem document and, for 401, <c>WWW-Authenticate</c> (RFC 6750: no error code if no token was sent).</summary>
    public static Task Write(HttpContext context, TokenResult result, IProblemWriter problems)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(problems);
        if (result.Failure != TokenFailure.Unavailable)
        {
            context.Response.Headers.WWWAuthenticate =
                result.Failure == TokenFailure.Missing
                    ? "Bearer realm=\"marketplace\""
                    : "Bearer realm=\"marketplace\", error=\"invalid_token\"";
        }

        return problems.Write(context, result.Code, null);
    }
}
