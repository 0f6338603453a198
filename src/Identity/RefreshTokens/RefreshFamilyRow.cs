namespace Marketplace.Identity.RefreshTokens;

/// <summary>One chain of refresh tokens from one consent.</summary>
internal sealed class RefreshFamilyRow
{
    /// <summary>Also the id of OpenIddict's authorization for the family's access tokens.</summary>
    public required string FamilyId { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The text form <c>seller/plugin</c>.</summary>
    public required string Installation { get; init; }

    /// <summary>The highest generation used. It and its successor are valid; older ones are replays.</summary>
    public required int Head { get; set; }

    /// <summary>Unix time in ms: the end of the youngest refresh token.</summary>
    public required long ExpiresAtMs { get; set; }

    /// <summary>Unix time in ms; set once, after which no token of the family is valid.</summary>
    public long? EndedAtMs { get; set; }
}
