using System.Collections.Immutable;
using Marketplace.Journal;

namespace Marketplace.Identity;

/// <summary>
/// The roles of tokens: values of the <c>role</c> claim, and names of the policies. Clients can be registered with those of
/// <see cref="OfClients"/>; persons come by token exchange only.
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

    /// <summary>A developer's signed-in person, represented by Seller Center; only by token exchange.</summary>
    public const string DeveloperUser = ActorRole.DeveloperUserName;

    /// <summary>An operator as a person; only by token exchange, like the reviewers below.</summary>
    public const string OperatorUser = ActorRole.OperatorUserName;
    public const string EntityReviewerUser = EntityReviewer + ActorRole.PersonSuffix;
    public const string SecurityReviewerUser = SecurityReviewer + ActorRole.PersonSuffix;
    public const string BusinessReviewerUser = BusinessReviewer + ActorRole.PersonSuffix;

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

    /// <summary>The roles of persons of the marketplace's staff; each may do what the client's role without the suffix may.</summary>
    public static ImmutableArray<string> OfStaff { get; } = [OperatorUser, EntityReviewerUser, SecurityReviewerUser, BusinessReviewerUser];

    /// <summary>True for the roles of tokens that name a signed-in person.</summary>
    public static bool IsPerson(string? role) => role is SellerUser or DeveloperUser || (role is not null && OfStaff.Contains(role));

    /// <summary>Staff's roles of clients with the persons' roles that may do the same.</summary>
    public static ImmutableArray<string> WithPersons(params ReadOnlySpan<string> roles)
    {
        var all = ImmutableArray.CreateBuilder<string>();
        foreach (var role in roles)
        {
            all.Add(role);
            all.AddRange(OfStaff.Where(person => person == role + ActorRole.PersonSuffix));
        }

        return all.ToImmutable();
    }

    /// <summary>True for a role that clients can be registered with.</summary>
    public static bool IsClient(string? role) => role is not null && OfClients.Contains(role);

    /// <summary>True for a role of tokens.</summary>
    public static bool IsKnown(string? role) => role is PluginClient || IsPerson(role) || IsClient(role);
}
