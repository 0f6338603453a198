using Marketplace.Sellers;

namespace Marketplace.Journal;

/// <summary>Assigns facts to audit streams.</summary>
public static class AuditSubject
{
    /// <summary>Entities with a seller after the prefix of their key; their facts go to the seller's stream, in commit order.</summary>
    private static readonly string[] OfSellers =
    [
        "seller",
        "installation",
        "risk",
        "diagnosis",
        "delivery",
        "label",
        "claim",
        "claims",
        "usage",
        "notification-settings",
        "billing",
        "statement",
        "subscription",
    ];

    /// <summary>The key of a fact's stream: <c>seller/S</c> for everything of one seller, else the entity itself.</summary>
    public static string Of(JournalFact fact) => Of(fact.Entity);

    /// <inheritdoc cref="Of(JournalFact)"/>
    public static string Of(string entity) => SellerOf(entity) is { } seller ? $"seller/{seller}" : entity;

    /// <summary>The seller named by an entity's key, or null: enterprises, plugins and the like belong to no single seller.</summary>
    public static SellerId? SellerOf(string entity)
    {
        var parts = entity.Split('/', 3);
        return parts.Length > 1 && OfSellers.Contains(parts[0], StringComparer.Ordinal) && SellerId.TryParse(parts[1], null, out var seller)
            ? seller
            : null;
    }
}
