namespace Marketplace.Identity.Sessions;

/// <summary>One signed-in browser. The cookie is valid while the row exists.</summary>
internal sealed class SessionRow
{
    /// <summary>SHA-256 of the cookie's secret, in hex, so that the table cannot be used to forge a cookie.</summary>
    public required string SessionId { get; init; }

    /// <summary>The cookie's authentication scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>The operator's client id, or the seller's user by its issuer's id.</summary>
    public required string Name { get; init; }

    /// <summary>The seller whose user is signed in; null for an operator.</summary>
    public string? Seller { get; init; }

    /// <summary>Unix time in ms.</summary>
    public required long StartedAtMs { get; init; }

    /// <summary>Unix time in ms; the session expires at that instant.</summary>
    public required long ExpiresAtMs { get; init; }
}
