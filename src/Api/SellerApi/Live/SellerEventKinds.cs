using Marketplace.Diagnostics;
using Marketplace.Enterprises;
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

    /// <summary>The events of a fact, in the order in which they are sent; empty if no page shows it.</summary>
    /// <param name="fact">A fact of one of the page's streams.</param>
    /// <param name="seller">The page's seller.</param>
    /// <param name="isAccepted">
    /// True if the fact's entity is the enterprise that has accepted the shop, before or after the fact; false for facts of other kinds.
    /// </param>
    /// <exception cref="FormatException">The fact is of a type unknown to this version.</exception>
    public static IEnumerable<string> Of(JournalFact fact, SellerId seller, bool isAccepted)
    {
        if (fact.Type == JournalFact.NothingChanged || !Concerns(fact, seller, isAccepted))
        {
            return [];
        }

        string?[] kinds = [ChangeOf(fact), IsNotified(fact, seller) ? Notification : null];
        return kinds.OfType<string>();
    }

    /// <summary>The installation that the fact is about, as <c>S/P</c>; null without one.</summary>
    public static string? InstallationOf(JournalFact fact)
    {
        var parts = fact.Entity.Split('/', 2);
        return parts is ["installation" or "risk" or "delivery" or "diagnosis", var installation]
            ? installation
            : NotificationTexts.InstallationOf(fact);
    }

    private static string? ChangeOf(JournalFact fact) =>
        KindOf(fact) switch
        {
            "installation" or "risk" or "delivery" or "diagnosis" => Installation,
            "seller" => fact.Type == PluginAdded.FactType ? Installation : Review,
            "enterprise" => Review,
            "claim" or "claims" => Claim,
            "incidents" => Incident,
            _ => null,
        };

    private static bool Concerns(JournalFact fact, SellerId seller, bool isAccepted) =>
        AuditSubject.SellerOf(fact.Entity) is { } owner
            ? owner == seller
            : KindOf(fact) switch
            {
                "enterprise" => IsForShop(fact, seller, isAccepted),
                "incidents" => MayTouch(fact, seller),
                _ => false,
            };

    /// <summary>
    /// As in the trail: a fact about one shop is for that shop, one about the enterprise for the shops that it has accepted. Any shop can
    /// name any licence number.
    /// </summary>
    private static bool IsForShop(JournalFact fact, SellerId seller, bool isAccepted)
    {
        var @event = EnterpriseEvent.Decode(fact.Type, fact.Payload);
        return @event.Subject == seller.Value || (isAccepted && @event is EnterpriseEvent.Approved or { Subject: null });
    }

    // Incidents are shown and not notified; of an enterprise's facts that name a shop only that shop is notified.
    private static bool IsNotified(JournalFact fact, SellerId seller) =>
        KindOf(fact) != "incidents"
        && (AuditSubject.SellerOf(fact.Entity) is not null || NotificationTexts.OnlyFor(fact) is not { } only || only == seller)
        && NotificationTexts.Of(fact) is not null;

    // Whether it touches one of the installations the page finds out when it asks for the shop's incidents.
    private static bool MayTouch(JournalFact fact, SellerId seller) =>
        IncidentEvent.Decode(fact.Type, fact.Payload) is not IncidentEvent.Opened { Sellers: { IsDefaultOrEmpty: false } named }
        || named.Contains(seller.Value);

    private static string KindOf(JournalFact fact) => fact.Entity.Split('/')[0];
}
