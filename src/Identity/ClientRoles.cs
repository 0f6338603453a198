using System.Collections.Immutable;
using Marketplace.Journal;

namespace Marketplace.Identity;

/// <summary>
/// The roles of tokens: values of the <c>role</c> claim, and names of the policies. Clients can be registered with all except
/// <see cref="SellerUser"/> and <see cref="PluginClient"/>.
/// </summary>
public static class ClientRoles
{
    public const string Platform = ActorRole.PlatformName;
    public const string SellerCenter = ActorRole.SellerCenterName;
    public const string Operator = ActorRole.OperatorName;
    public const string Plugin = "plugin";
    public const string EntityReviewer = "entity-reviewer";
    public const string SecurityReviewer = "security-reviewer";
    public const string BusinessReviewer = "business-reviewer";

    /// <summary>A seller's signed-in user, represented by Seller Center; only by token exchange.</summary>
    public const string SellerUser = ActorRole.SellerUserName;

    /// <summary>
    /// A plugin's client without an installation: it may list its installations and little else. A separate role, so that no plugin
    /// endpoint is open to it by mistake.
    /// </summary>
    public const string PluginClient = "plugin-client";

    /// <summary>Not a role but a policy: Seller Center itself, or a seller's user through it.</summary>
    public const string Seller = "seller";

    /// <summary>The roles that clients can be registered with.</summary>
    public static ImmutableArray<string> OfClients { get; } =
    [Platform, SellerCenter, Operator, Plugin, EntityReviewer, SecurityReviewer, BusinessReviewer];

    /// <summary>True for a role that clients can be registered with.</summary>
    public static bool IsClient(string? role) => role is not null && OfClients.Contains(role);

    /// <summary>True for a role of tokens.</summary>
    public static bool IsKnown(string? role) => role is SellerUser or PluginClient || IsClient(role);
}
