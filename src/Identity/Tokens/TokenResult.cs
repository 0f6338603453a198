using Marketplace.Installations;

namespace Marketplace.Identity.Tokens;

/// <summary>Why a request is not authenticated.</summary>
public enum TokenFailure
{
    None,

    /// <summary>No bearer token in the Authorization header; tokens elsewhere, as in the query string, are ignored.</summary>
    Missing,

    /// <summary>It does not look like a token.</summary>
    Malformed,

    /// <summary>Foreign seal or signature, issuer, audience or type.</summary>
    Invalid,

    Expired,

    /// <summary>Revoked, or its row is gone.</summary>
    Revoked,

    /// <summary>Not verifiable, because the store is unavailable.</summary>
    Unavailable,
}

/// <summary>The caller, or the reason for its absence.</summary>
public readonly record struct TokenResult(CallerIdentity? Caller, TokenFailure Failure)
{
    /// <summary>
    /// The installation of a plugin's token that was valid once and has expired or was revoked: for that installation's error log. Null
    /// once its row is deleted (<see cref="IdentityOptions.PruneAfter"/>).
    /// </summary>
    public InstallationId? Installation { get; init; }

    /// <summary>Identifies that token, like <see cref="CallerIdentity.TokenId"/>; null if <see cref="Installation"/> is.</summary>
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

    internal static TokenResult Of(TokenFailure failure, InstallationId? installation = null, string? tokenId = null) =>
        new(null, failure) { Installation = installation, TokenId = tokenId };
}
