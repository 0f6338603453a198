using Marketplace.Installations;

namespace Marketplace.Identity.Tokens;

/// <summary>Why a request has no caller.</summary>
public enum TokenFailure
{
    None,

    /// <summary>No bearer token in the Authorization header; tokens elsewhere, as in the query string, do not count.</summary>
    Missing,

    /// <summary>It does not look like a signed token.</summary>
    Malformed,

    /// <summary>Signature, issuer, audience or type is not ours.</summary>
    Invalid,

    Expired,

    /// <summary>Revoked, or its row is gone.</summary>
    Revoked,

    /// <summary>It could not be told, because the store is out of reach.</summary>
    Unavailable,
}

/// <summary>The caller, or why there is none.</summary>
public readonly record struct TokenResult(CallerIdentity? Caller, TokenFailure Failure)
{
    /// <summary>
    /// Whose plugin's token it was, where it was good once and has expired or was revoked: for that installation's error log.
    /// </summary>
    public InstallationId? Whose { get; init; }

    /// <summary>
    /// Names that token without being it, as <see cref="CallerIdentity.TokenId"/> does; null where <see cref="Whose"/> is.
    /// </summary>
    public string? TokenId { get; init; }

    /// <summary>The problem code that answers the failure (docs/problems.md).</summary>
    public string Code =>
        Failure switch
        {
            TokenFailure.Missing => "token-missing",
            TokenFailure.Expired => "token-expired",
            TokenFailure.Revoked => "token-revoked",
            TokenFailure.Unavailable => "storage-unavailable",
            _ => "token-invalid",
        };

    internal static TokenResult Of(CallerIdentity caller) => new(caller, TokenFailure.None);

    internal static TokenResult Of(TokenFailure failure, InstallationId? whose = null, string? tokenId = null) =>
        new(null, failure) { Whose = whose, TokenId = tokenId };
}
