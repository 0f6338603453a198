namespace Marketplace.Identity.RefreshTokens;

/// <summary>One chain of refresh tokens, from one consent on.</summary>
internal sealed class RefreshFamilyRow
{
    /// <summary>Also the id of OpenIddict's authorization to which the family's access tokens belong.</summary>
    public required string FamilyId { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The text form <c>seller/plugin</c>.</summary>
    public required string Installation { get; init; }

    /// <summary>The highest generation that was used. It and its successor are good; what is older is a replay.</summary>
    public required int Head { get; set; }

    /// <summary>Unix time in ms: the end of the youngest refresh token.</summary>
    public required long ExpiresAtMs { get; set; }

    /// <summary>Unix time in ms; set once, and from then on no token of the family is good.</summary>
    public long? EndedAtMs { get; set; }
}
