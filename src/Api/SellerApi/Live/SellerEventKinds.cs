using Marketplace.Diagnostics;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Live;

/// <summary>Which events of a page a fact makes. They are thin: a page asks for what it shows with its own token.</summary>
internal static class SellerEventKinds
{
    public const string Installation = "installation";
    public const string Notification = "notification";
    public const string Review = "review";
    public const string Claim = "claim";
    public const string Incident = "incident";

    /// <summary>The kind of change; null if no page shows it.</summary>
    public static string? ChangeOf(JournalFact fact, SellerId seller) =>
        fact.Type == JournalFact.NothingChanged
            ? null
            : fact.Entity.Split('/')[0] switch
            {
                "installation" or "risk" or "delivery" or "diagnosis" => Installation,
                "seller" => fact.Type == PluginAdded.FactType ? Installation : Review,
                "enterprise" => IsForOther(fact, seller) ? null : Review,
                "claim" or "claims" => Claim,
                "incidents" => MayTouch(fact, seller) ? Incident : null,
                _ => null,
            };

    /// <summary>True if the seller is notified of the fact.</summary>
    public static bool Notifies(JournalFact fact, SellerId seller) => !IsForOther(fact, seller) && NotificationTexts.Of(fact) is not null;

    /// <summary>The installation that the fact is about, as <c>S/P</c>; null without one.</summary>
    public static string? InstallationOf(JournalFact fact)
    {
        var parts = fact.Entity.Split('/', 2);
        return parts is ["installation" or "risk" or "delivery" or "diagnosis", var installation]
            ? installation
            : NotificationTexts.InstallationOf(fact);
    }

    private static bool IsForOther(JournalFact fact, SellerId seller) =>
        AuditSubject.SellerOf(fact.Entity) is null && NotificationTexts.OnlyFor(fact) is { } only && only != seller;

    // Whether it touches one of the installations the page finds out when it asks for the shop's incidents.
    private static bool MayTouch(JournalFact fact, SellerId seller) =>
        IncidentEvent.Decode(fact.Type, fact.Payload) is not IncidentEvent.Opened { Sellers: { IsDefaultOrEmpty: false } named }
        || named.Contains(seller.Value);
}
