using System.Collections.Frozen;
using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Billing.Statements;
using Marketplace.Sellers;

namespace Marketplace.Journal;

/// <summary>The kinds of facts (<see cref="NotificationTexts.KindOf"/>) of which a seller gets no notice, or the newest only.</summary>
internal static class NotificationKinds
{
    /// <summary>Kinds of which no seller is notified; they are in the trail all the same.</summary>
    public static FrozenSet<string> Silent { get; } =
        (
            (string[])
                [
                    "installation.token-revoked",
                    "installation.review-signed-off",
                    $"installation.{JournalFact.NothingChanged}",
                    "enterprise.document-file-replaced",
                    "enterprise.review-claimed",
                    "enterprise.review-claim-ended",
                    "enterprise.document-viewed",
                    $"enterprise.{JournalFact.NothingChanged}",
                    "risk.write-observed",
                    $"risk.{JournalFact.NothingChanged}",
                    "delivery.secret-rotated",
                    "delivery.replay-requested",
                    $"delivery.{JournalFact.NothingChanged}",
                    $"claim.{JournalFact.NothingChanged}",
                    "claims.claim-listed",
                    "billing.account-opened",
                    "billing.subscription-listed",
                    $"billing.{JournalFact.NothingChanged}",
                    $"statement.{Statement.FactType}",
                    $"subscription.{JournalFact.NothingChanged}",
                    "seller.plugin-added",
                    "seller.enterprise-linked",
                    "diagnosis.outcome-told",
                    "schema.version-announced",
                    $"notification-settings.{NotificationSettings.FactType}",
                    // Hundreds a day; the trail records who opened and saw what.
                    "label.address-opened",
                    "label.label-created",
                    "label.label-viewed",
                ]
        ).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// Groups of kinds that a plugin can cause by itself: of each group a seller keeps one unread notification per installation, the
    /// newest.
    /// </summary>
    public static ImmutableArray<ImmutableArray<string>> Repeatable { get; } =
    [
        ["delivery.endpoint-set", "delivery.endpoint-removed"],
        ["delivery.deliveries-parked", "delivery.deliveries-resumed"],
        ["delivery.replay-finished"],
        [$"usage.{UsageThreshold.QuotaType}"],
        [$"usage.{UsageThreshold.FreeTierType}"],
        [$"usage.{UsageThreshold.SpendType}"],
    ];
}
