namespace Marketplace.Sellers;

/// <summary>The refusals of who acts for a seller.</summary>
public static class SellerRefusals
{
    public const string RoleNotAllowed = "role-not-allowed";
    public const string SellerNotFound = "seller-not-found";

    /// <summary>Staff may not consent nor approve charges, and neither may a client without a signed-in user.</summary>
    /// <param name="allowed">The roles that may, as a list for people.</param>
    public static Refusal Role(string allowed) =>
        new(
            RoleNotAllowed,
            $"This needs a signed-in user of the seller with the role {allowed}.",
            "seller",
            "Have a user with that role do it."
        )
        {
            Evidence = new Dictionary<string, string> { ["allowed"] = allowed },
        };

    /// <summary>The role of who gives a command is none that may.</summary>
    /// <param name="allowed">The roles that may, as a list for people.</param>
    public static Refusal RoleForbids(string allowed) =>
        new(RoleNotAllowed, $"This needs the role {allowed}.", "seller", "Have a client or a user with that role do it.")
        {
            Evidence = new Dictionary<string, string> { ["allowed"] = allowed },
        };

    /// <summary>A user's token opens its own seller only; another one's is answered as one that does not exist.</summary>
    public static Refusal NotFound() =>
        new(SellerNotFound, "There is no such seller.", "seller", "Name the seller whose user is signed in.");
}
