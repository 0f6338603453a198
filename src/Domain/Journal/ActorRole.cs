using Marketplace.Sellers;

namespace Marketplace.Journal;

/// <summary>
/// An actor's role, as stored in the journal beside the actor. The default is no role, and so is every unknown text: rules grant by role,
/// so an unknown role may do nothing.
/// </summary>
public readonly record struct ActorRole
{
    public const string PlatformName = "platform";
    public const string SellerCenterName = "seller-center";
    public const string OperatorName = "operator";
    public const string SellerUserName = "seller-user";

    private readonly string? _text;

    private ActorRole(string text, SellerRole? user = null) => (_text, User) = (text, user);

    /// <summary>The marketplace's own systems.</summary>
    public static ActorRole Platform { get; } = new(PlatformName);

    /// <summary>Seller Center without a signed-in user.</summary>
    public static ActorRole SellerCenter { get; } = new(SellerCenterName);

    /// <summary>An operator of the marketplace.</summary>
    public static ActorRole Operator { get; } = new(OperatorName);

    /// <summary>A signed-in user's role at the seller; null for a role without a user.</summary>
    public SellerRole? User { get; }

    /// <summary>True for a user of the seller, and for Seller Center itself.</summary>
    public bool ActsForSeller => User is not null || this == SellerCenter;

    /// <summary>True for roles that may consent to scopes and add them (R42).</summary>
    public bool MayConsent => User?.MayConsent() is true;

    /// <summary>True for roles that may raise or remove a spend cap.</summary>
    public bool MayApproveCharges => User?.MayApproveCharges() is true;

    /// <summary>A signed-in user of the seller.</summary>
    public static ActorRole OfUser(SellerRole role) => new($"{SellerUserName}:{role.Text()}", role);

    /// <summary>Parses the output of <see cref="ToString"/>, case-sensitive; any other text is no role.</summary>
    public static ActorRole Parse(string? text) =>
        text switch
        {
            PlatformName => Platform,
            SellerCenterName => SellerCenter,
            OperatorName => Operator,
            _ when text?.Split(':') is [SellerUserName, var user] && SellerRoles.Parse(user) is { } role => OfUser(role),
            _ => default,
        };

    /// <summary>The text in the journal, for example <c>seller-user:owner</c>; empty for no role.</summary>
    public override string ToString() => _text ?? string.Empty;
}
