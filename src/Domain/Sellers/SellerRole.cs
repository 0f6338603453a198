namespace Marketplace.Sellers;

/// <summary>What a seller's user is to the seller, as the issuer of its sign-in says.</summary>
public enum SellerRole
{
    /// <summary>Decides everything: consents, grants more, approves charges.</summary>
    Owner,

    /// <summary>Works with plugins: looks, pauses, resumes, closes scopes; neither consents nor approves charges.</summary>
    Staff,

    /// <summary>Approves charges; does not consent.</summary>
    Finance,
}

/// <summary>The words for the roles and what each may decide.</summary>
public static class SellerRoles
{
    /// <summary>The role's word in tokens and in the journal: <c>owner</c>, <c>staff</c> or <c>finance</c>.</summary>
    public static string Text(this SellerRole role) =>
        role switch
        {
            SellerRole.Owner => "owner",
            SellerRole.Staff => "staff",
            SellerRole.Finance => "finance",
            _ => throw new ArgumentOutOfRangeException(nameof(role)),
        };

    /// <summary>Reads the word; any other text, another case included, is none.</summary>
    public static SellerRole? Parse(string? text) =>
        text switch
        {
            "owner" => SellerRole.Owner,
            "staff" => SellerRole.Staff,
            "finance" => SellerRole.Finance,
            _ => null,
        };

    /// <summary>True for who may consent to scopes and add them (R42).</summary>
    public static bool MayConsent(this SellerRole role) => role is SellerRole.Owner;

    /// <summary>True for who may approve charges: raise or lift a spend cap.</summary>
    public static bool MayApproveCharges(this SellerRole role) => role is SellerRole.Owner or SellerRole.Finance;
}
