namespace Marketplace.Identity.Tokens;

/// <summary>Explanations of token problems for callers, by problem code.</summary>
public static class TokenProblems
{
    public static string Detail(string code) =>
        code switch
        {
            "token-missing" => "Send an access token in the Authorization header: Bearer, then the token from /connect/token.",
            "token-expired" => "The access token has expired; ask for a new one at /connect/token.",
            "token-revoked" => "The access token was revoked; ask for a new one at /connect/token.",
            "token-invalid" => "The access token was not issued by this marketplace, or was altered.",
            "role-forbidden" => "The token's role does not open this endpoint.",
            _ => "The token cannot be checked now.",
        };
}
