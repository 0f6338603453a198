using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Sellers;

namespace Marketplace.Enterprises;

/// <summary>One enterprise: the fold of its journal facts. The rules are in <see cref="EnterpriseRules"/>.</summary>
/// <param name="Licence">Its key.</param>
/// <param name="Shops">The shops assigned to it, by seller.</param>
/// <param name="Applicant">The shop whose documents are, or were last, under review.</param>
/// <param name="Review">The review of the documents; null before the first submission.</param>
/// <param name="ValidUntil">Last day (Asia/Shanghai) of the approval; null for unlimited.</param>
/// <param name="EndsAt">First instant after that day.</param>
/// <param name="Accounts">Bound sub-accounts in binding order.</param>
/// <param name="Applications">All applications for more sub-accounts.</param>
/// <param name="Closed">All decided reviews, for the report of review times.</param>
/// <param name="CreatedAt">When the first shop joined it.</param>
/// <param name="Version">Number of facts.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.enterprise")]
public sealed record Enterprise(
    [property: Id(0)] Licence Licence,
    [property: Id(1)] ImmutableDictionary<SellerId, Shop> Shops,
    [property: Id(2)] SellerId? Applicant,
    [property: Id(3)] Review? Review,
    [property: Id(4)] DateOnly? ValidUntil,
    [property: Id(5)] DateTimeOffset? EndsAt,
    [property: Id(6)] ImmutableArray<SubAccount> Accounts,
    [property: Id(7)] ImmutableArray<SubAccountApplication> Applications,
    [property: Id(8)] ImmutableArray<ClosedReview> Closed,
    [property: Id(9)] DateTimeOffset CreatedAt,
    [property: Id(10)] long Version
)
{
    /// <summary>Reviews waiting for a decision, with their sellers.</summary>
    public IEnumerable<(SellerId Seller, Review Review)> OpenReviews =>
        Shops
            .Values.Select(shop => (shop.Seller, Review: ReviewOf(shop.Seller)))
            .Where(item => item.Review is { IsOpen: true })
            .Select(item => (item.Seller, item.Review!));

    /// <summary>True while reviewers have something to decide.</summary>
    public bool HasWork => OpenReviews.Any() || Applications.Any(form => form.State == ApplicationState.Submitted);

    /// <summary>True while the documents are approved and the approval has not expired.</summary>
    public bool IsVerifiedAt(DateTimeOffset now) => Review?.State == ReviewState.Approved && !(EndsAt <= now);

    /// <summary>True if the shop is one of a verified enterprise's accepted shops (R43).</summary>
    public bool IsApprovedAt(SellerId seller, DateTimeOffset now) =>
        IsVerifiedAt(now) && Shops.GetValueOrDefault(seller)?.Review?.State == ReviewState.Approved;

    /// <summary>A shop's pending or last review; null if it has none.</summary>
    public Review? ReviewOf(SellerId seller) => seller == Applicant ? Review : Shops.GetValueOrDefault(seller)?.Review;

    /// <summary>A shop's review state at an instant.</summary>
    public ReviewState StateOf(SellerId seller, DateTimeOffset now) =>
        ReviewOf(seller) switch
        {
            null => ReviewState.Draft,
            { State: ReviewState.Approved } => IsVerifiedAt(now) ? ReviewState.Approved : ReviewState.Lapsed,
            var review => review.State,
        };

    public EntityStatus StandingOf(SellerId seller, DateTimeOffset now) =>
        new(Licence.Value, IsApprovedAt(seller, now), StateOf(seller, now), ReviewOf(seller)?.DueAt, Version);

    /// <summary>
    /// Maximum sub-accounts bound for a plugin now: the policy's cap, or more while an approved application is in force (R45, R46).
    /// </summary>
    public int CapAt(PluginId plugin, EnterprisePolicy policy, DateTimeOffset now) =>
        Applications
            .Where(application => application.StateAt(now) == ApplicationState.Approved && (policy.Total || application.Plugin == plugin))
            .Select(application => application.Cap ?? 0)
            .Append(policy.Cap)
            .Max();

    /// <summary>
    /// The number of sub-accounts counted against the cap; with the policy "total" one that uses several plugins counts once.
    /// </summary>
    public int BoundFor(PluginId plugin, EnterprisePolicy policy) =>
        policy.Total
            ? Accounts.Select(bound => (bound.Seller, bound.Account)).Distinct().Count()
            : Accounts.Count(bound => bound.Plugin == plugin);
}

/// <summary>A shop of an enterprise.</summary>
/// <param name="Seller">The shop's seller.</param>
/// <param name="AddedAt">When.</param>
/// <param name="Documents">Its uploads, the last of each kind.</param>
/// <param name="Review">Its own review as a further shop, or the approval of its documents; null before both.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.shop")]
public sealed record Shop(
    [property: Id(0)] SellerId Seller,
    [property: Id(1)] DateTimeOffset AddedAt,
    [property: Id(2)] ImmutableDictionary<DocumentKind, Document> Documents,
    [property: Id(3)] Review? Review
);

/// <summary>A decided review.</summary>
/// <param name="Number">Identifies it within the enterprise.</param>
/// <param name="Kind">The subject of the review.</param>
/// <param name="Seller">The seller.</param>
/// <param name="SubmittedAt">When it was first submitted.</param>
/// <param name="DecidedAt">When it was decided.</param>
/// <param name="Approved">The decision.</param>
/// <param name="InTime">True if it was decided before its due time.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.closed-review")]
public sealed record ClosedReview(
    [property: Id(0)] long Number,
    [property: Id(1)] ReviewKind Kind,
    [property: Id(2)] SellerId Seller,
    [property: Id(3)] DateTimeOffset SubmittedAt,
    [property: Id(4)] DateTimeOffset DecidedAt,
    [property: Id(5)] bool Approved,
    [property: Id(6)] bool InTime
);
