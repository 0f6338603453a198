using System.Collections.Immutable;

namespace Marketplace.Sellers;

/// <summary>Refusals about acting for a seller.</summary>
public static class SellerRefusals
{
    public const string RoleNotAllowed = "role-not-allowed";
    public const string SellerNotFound = "seller-not-found";

    private const string Or = " or ";

    /// <summary>Staff may neither consent nor approve charges, and neither may a client without a signed-in user.</summary>
    /// <param name="allowed">The roles that may.</param>
    public static Refusal Role(params IEnumerable<SellerRole> allowed)
    {
        ImmutableArray<string> names = [.. allowed.Select(role => role.Text())];
        return Role(
            $"This needs a signed-in user of the seller with the role {string.Join(Or, names)}.",
            "Have a user with that role do it.",
            names
        );
    }

    /// <summary>The role of who gives a command is none that may.</summary>
    /// <param name="allowed">The roles that may.</param>
    public static Refusal RoleForbids(params ImmutableArray<string> allowed) =>
        Role($"This needs the role {string.Join(Or, allowed)}.", "Have a client or a user with that role do it.", allowed);

    /// <summary>A user's token gives access to its own seller only; any other seller is answered like an unknown one.</summary>
    public static Refusal NotFound() =>
        new(SellerNotFound, "There is no such seller.", "seller", "Name the seller whose user is signed in.");

    private static Refusal Role(string reason, string fix, ImmutableArray<string> allowed) =>
        new(RoleNotAllowed, reason, "seller", fix) { Evidence = RefusalFact.All(RefusalFacts.AllowedRoles.Of(allowed)) };
}
