namespace Marketplace.Sellers;

/// <summary>A user's role at the seller, according to the issuer of its sign-in.</summary>
public enum SellerRole
{
    /// <summary>May do everything: consent, grant more, approve charges.</summary>
    Owner,

    /// <summary>Works with plugins: views, pauses, resumes, closes scopes; may neither consent nor approve charges.</summary>
    Staff,

    /// <summary>Approves charges; may not consent.</summary>
    Finance,
}

/// <summary>Text forms and permissions of the roles.</summary>
public static class SellerRoles
{
    /// <summary>The role in tokens and in the journal: <c>owner</c>, <c>staff</c> or <c>finance</c>.</summary>
    public static string Text(this SellerRole role) =>
        role switch
        {
            SellerRole.Owner => "owner",
            SellerRole.Staff => "staff",
            SellerRole.Finance => "finance",
            _ => throw new ArgumentOutOfRangeException(nameof(role)),
        };

    /// <summary>Parses a role, case-sensitive; null for any other text.</summary>
    public static SellerRole? Parse(string? text) =>
        text switch
        {
            "owner" => SellerRole.Owner,
            "staff" => SellerRole.Staff,
            "finance" => SellerRole.Finance,
            _ => null,
        };

    /// <summary>True for roles that may consent to scopes and add them (R42).</summary>
    public static bool MayConsent(this SellerRole role) => role is SellerRole.Owner;

    /// <summary>True for roles that may approve charges: raise or remove a spend cap.</summary>
    public static bool MayApproveCharges(this SellerRole role) => role is SellerRole.Owner or SellerRole.Finance;
}
