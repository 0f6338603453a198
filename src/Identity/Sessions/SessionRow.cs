namespace Marketplace.Identity.Sessions;

/// <summary>One browser that is signed in. The cookie is good while the row is there.</summary>
internal sealed class SessionRow
{
    /// <summary>SHA-256 of what the cookie holds, in hex: who reads the table cannot make a cookie of it.</summary>
    public required string SessionId { get; init; }

    /// <summary>The cookie's authentication scheme.</summary>
    public required string Scheme { get; init; }

    /// <summary>The operator's client id, or the seller's user as its issuer names it.</summary>
    public required string Name { get; init; }

    /// <summary>The seller whose user is signed in; null for an operator.</summary>
    public string? Seller { get; init; }

    /// <summary>Unix time in ms.</summary>
    public required long StartedAtMs { get; init; }

    /// <summary>Unix time in ms; the session is over at that instant.</summary>
    public required long ExpiresAtMs { get; init; }
}
