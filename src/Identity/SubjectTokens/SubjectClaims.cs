using Marketplace.Developers;
using Marketplace.Rounds;
using Marketplace.Sellers;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>
/// Reads whom a verified subject token's person may act for: <c>seller</c>, <c>developer</c> or neither (staff) together with <c>role</c>.
/// An issuer vouches only for the kinds that it is configured for: the issuer of sellers' users must not be able to name an operator.
/// </summary>
internal static class SubjectClaims
{
    /// <summary>The authority, or the defect.</summary>
    public static (SubjectAuthority? Authority, string? Complaint) Read(JsonWebToken token, SubjectKinds allowed)
    {
        if (Has(token, IdentityClaims.Seller) && Names(token, IdentityClaims.Developer))
        {
            return (null, "It may name a seller or a developer, not both.");
        }

        var kind = KindOf(token, allowed);
        if (!allowed.HasFlag(kind))
        {
            return (null, "Its issuer may not vouch for this kind of person.");
        }

        return kind switch
        {
            SubjectKinds.Developers => OfDeveloper(token),
            SubjectKinds.Staff => OfStaff(token),
            _ => OfSeller(token),
        };
    }

    // A claim given as a list is not a text, and counts as missing.
    public static string? Text(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<object>(claim, out var value) ? value as string : null;

    private static SubjectKinds KindOf(JsonWebToken token, SubjectKinds allowed) =>
        Has(token, IdentityClaims.Seller) ? SubjectKinds.Sellers
        : Has(token, IdentityClaims.Developer) ? SubjectKinds.Developers
        // An issuer of sellers only has left the seller out.
        : allowed == SubjectKinds.Sellers ? SubjectKinds.Sellers
        : SubjectKinds.Staff;

    private static bool Has(JsonWebToken token, string claim) => token.TryGetPayloadValue<object>(claim, out _);

    // An issuer may have a claim of this name for its own use: false or empty is how it says that a seller's user is no developer.
    private static bool Names(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<object?>(claim, out var value) && value is not (null or false or "");

    private static (SubjectAuthority?, string?) OfSeller(JsonWebToken token) =>
        !SellerId.TryParse(Text(token, IdentityClaims.Seller), null, out var seller) ? (null, "Its claim seller must name one seller.")
        : SandboxSellers.Contains(seller) ? (null, $"Sellers that begin with '{SandboxSellers.Prefix}' have no users.")
        : SellerRoles.Parse(Text(token, IdentityClaims.Role)) is { } role ? (new SubjectAuthority.OfSeller(seller, role), null)
        : (null, "Its claim role must be owner, staff or finance.");

    private static (SubjectAuthority?, string?) OfDeveloper(JsonWebToken token) =>
        !DeveloperId.TryParse(Text(token, IdentityClaims.Developer), null, out var developer)
            ? (null, "Its claim developer must name one developer.")
        : DeveloperRoles.Parse(Text(token, IdentityClaims.Role)) is { } role ? (new SubjectAuthority.OfDeveloper(developer, role), null)
        : (null, "Its claim role must be owner, developer or finance.");

    private static (SubjectAuthority?, string?) OfStaff(JsonWebToken token) =>
        Text(token, IdentityClaims.Role) is { } role && ClientRoles.OfStaff.Contains(role)
            ? (new SubjectAuthority.OfStaff(role), null)
            : (null, $"Its claim role must be one of {string.Join(", ", ClientRoles.OfStaff)}, or it must name a seller or a developer.");
}
