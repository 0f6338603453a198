using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Enterprises;

/// <summary>Folds an enterprise's facts. Never reads the clock or the calendar: their results are recorded in the facts.</summary>
public static class EnterpriseFold
{
    /// <param name="licence">The enterprise's key.</param>
    /// <param name="state">Null before the first fact.</param>
    /// <param name="event">The event.</param>
    /// <param name="at">Its instant.</param>
    public static Enterprise Evolve(Licence licence, Enterprise? state, EnterpriseEvent @event, DateTimeOffset at)
    {
        var before = state ?? new Enterprise(licence, ImmutableDictionary<SellerId, Shop>.Empty, null, null, null, null, [], [], [], at, 0);
        var next = before with { Version = before.Version + 1 };
        return @event switch
        {
            EnterpriseEvent.ShopAdded added => Add(next, Id(added.Seller), at),
            EnterpriseEvent.ShopRemoved removed => Remove(next, Id(removed.Seller)),
            EnterpriseEvent.DocumentAdded added => SetFile(next, added.Seller, added.Document, added.File, at),
            EnterpriseEvent.FileReplaced replaced => SetFile(next, replaced.Seller, replaced.Document, replaced.File, null),
            EnterpriseEvent.AccountBound bound => next with
            {
                Accounts = next.Accounts.Add(Account(bound.Plugin, bound.Seller, bound.Account, at)),
            },
            EnterpriseEvent.AccountUnbound unbound => Unbind(next, unbound),
            EnterpriseEvent.DocumentViewed or EnterpriseEvent.NothingChanged => next,
            _ => ReviewFold(next, @event, at)
                ?? ApplicationFold(next, @event, at)
                ?? throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };
    }

    private static Enterprise? ReviewFold(Enterprise state, EnterpriseEvent @event, DateTimeOffset at) =>
        @event switch
        {
            EnterpriseEvent.Submitted submitted => Submit(state, submitted, at),
            EnterpriseEvent.Claimed claimed => Documents(state, review =>
                review with
                {
                    State = ReviewState.Claimed,
                    ClaimedBy = ActorId.FromStored(claimed.Reviewer),
                    ClaimedUntil = claimed.Until,
                }
            ),
            EnterpriseEvent.ClaimEnded => Documents(state, review => Unclaimed(review) with { State = ReviewState.Submitted }),
            EnterpriseEvent.InfoRequested asked => Documents(state, review =>
                Unclaimed(review) with
                {
                    State = ReviewState.NeedsInfo,
                    DueAt = null,
                    Remaining = asked.Remaining,
                    Note = asked.Question,
                }
            ),
            EnterpriseEvent.Approved approved => Approve(state, approved, at),
            EnterpriseEvent.Rejected rejected => Close(state, Id(rejected.Seller), state.Review!, at, null, rejected.Reason),
            EnterpriseEvent.Revoked revoked => Withdraw(state, revoked.Reason) with { Shops = WithoutReviews(state.Shops) },
            EnterpriseEvent.Lapsed => Withdraw(state, null),
            EnterpriseEvent.ShopApproved approved => Close(
                state,
                Id(approved.Seller),
                state.Shops[Id(approved.Seller)].Review!,
                at,
                ReviewState.Approved,
                null
            ),
            EnterpriseEvent.ShopRejected rejected => Close(
                state,
                Id(rejected.Seller),
                state.Shops[Id(rejected.Seller)].Review!,
                at,
                null,
                rejected.Reason
            ),
            EnterpriseEvent.ReviewOverdue late => late.Kind == ReviewKind.Documents.Text()
                ? Documents(state, review => review with { Overdue = true })
                : SetShop(state, Id(late.Seller), shop => shop with { Review = shop.Review! with { Overdue = true } }),
            _ => null,
        };

    private static Enterprise? ApplicationFold(Enterprise state, EnterpriseEvent @event, DateTimeOffset at) =>
        @event switch
        {
            EnterpriseEvent.ApplicationSubmitted form => state with
            {
                Applications = state.Applications.Add(
                    new SubAccountApplication(
                        form.Application,
                        Id(form.Seller),
                        PluginId.Parse(form.Plugin, null),
                        form.Wanted,
                        form.Reason,
                        at,
                        ApplicationState.Submitted,
                        null,
                        null,
                        null
                    )
                ),
            },
            EnterpriseEvent.ApplicationApproved approved => Decide(state, approved.Application, form =>
                form with
                {
                    State = ApplicationState.Approved,
                    Cap = approved.Cap,
                    EndsAt = approved.EndsAt,
                }
            ),
            EnterpriseEvent.ApplicationRejected rejected => Decide(state, rejected.Application, form =>
                form with
                {
                    State = ApplicationState.Rejected,
                    Note = rejected.Reason,
                }
            ),
            EnterpriseEvent.ApplicationExpired expired => Decide(state, expired.Application, form =>
                form with
                {
                    State = ApplicationState.Expired,
                }
            ),
            _ => null,
        };

    private static Enterprise Add(Enterprise state, SellerId seller, DateTimeOffset at) =>
        state with
        {
            Shops = state.Shops.Add(seller, new Shop(seller, at, ImmutableDictionary<DocumentKind, Document>.Empty, null)),
        };

    private static Enterprise Remove(Enterprise state, SellerId seller)
    {
        // Remove the shop's accounts too: afterwards no user could unbind them.
        var next = state with { Shops = state.Shops.Remove(seller), Accounts = state.Accounts.RemoveAll(bound => bound.Seller == seller) };
        return state.Applicant == seller ? next with { Applicant = null, Review = null } : next;
    }

    /// <param name="state">The enterprise.</param>
    /// <param name="seller">The shop's seller.</param>
    /// <param name="document">The kind's text.</param>
    /// <param name="file">The new file.</param>
    /// <param name="uploadedAt">Null to keep the instant of the upload if only the key changed.</param>
    private static Enterprise SetFile(Enterprise state, string seller, string document, DocumentFile file, DateTimeOffset? uploadedAt)
    {
        var kind = ReviewStates.Document(document) ?? throw new FormatException($"The journal names an unknown document '{document}'.");
        return SetShop(state, Id(seller), shop =>
            shop with
            {
                Documents = shop.Documents.SetItem(kind, new Document(kind, file, uploadedAt ?? shop.Documents[kind].UploadedAt)),
            }
        );
    }

    private static Enterprise Submit(Enterprise state, EnterpriseEvent.Submitted submitted, DateTimeOffset at)
    {
        var seller = Id(submitted.Seller);
        var kind = submitted.Kind == ReviewKind.Documents.Text() ? ReviewKind.Documents : ReviewKind.Shop;
        var fresh = new Review(ReviewState.Submitted, kind, state.Version, at, submitted.DueAt, null, default, null, null, null, false);
        if (kind == ReviewKind.Shop)
        {
            return SetShop(state, seller, shop => shop with { Review = fresh });
        }

        // The answer to a question continues the same review; the question stays readable.
        return state.Review is { State: ReviewState.NeedsInfo } asked && state.Applicant == seller
            ? state with
            {
                Review = asked with { State = ReviewState.Submitted, DueAt = submitted.DueAt, Remaining = null },
            }
            : state with
            {
                Applicant = seller,
                Review = fresh,
            };
    }

    private static Enterprise Approve(Enterprise state, EnterpriseEvent.Approved approved, DateTimeOffset at) =>
        Close(state, Id(approved.Seller), state.Review!, at, ReviewState.Approved, null) with
        {
            ValidUntil = approved.ValidUntil,
            EndsAt = approved.EndsAt,
        };

    private static Enterprise Close(
        Enterprise state,
        SellerId seller,
        Review review,
        DateTimeOffset at,
        ReviewState? approved,
        string? note
    )
    {
        var inTime = !review.Overdue && (review.DueAt is null || at < review.DueAt);
        var closed = Unclaimed(review) with
        {
            State = approved ?? ReviewState.Rejected,
            Note = note,
            DecidedAt = at,
            DueAt = null,
            Overdue = !inTime,
        };
        var next = state with
        {
            Closed = state.Closed.Add(
                new ClosedReview(review.Number, review.Kind, seller, review.SubmittedAt, at, approved is not null, inTime)
            ),
        };
        next = SetShop(next, seller, shop => shop with { Review = closed });
        return review.Kind == ReviewKind.Documents ? next with { Review = closed } : next;
    }

    private static Enterprise Withdraw(Enterprise state, string? reason) =>
        Documents(state, review => review with { State = ReviewState.Lapsed, Note = reason }) with
        {
            ValidUntil = null,
            EndsAt = null,
        };

    private static ImmutableDictionary<SellerId, Shop> WithoutReviews(ImmutableDictionary<SellerId, Shop> shops) =>
        shops.ToImmutableDictionary(shop => shop.Key, shop => shop.Value with { Review = null });

    private static Enterprise Unbind(Enterprise state, EnterpriseEvent.AccountUnbound unbound) =>
        state with
        {
            Accounts = state.Accounts.RemoveAll(bound =>
                bound.Plugin.Value == unbound.Plugin && bound.Seller.Value == unbound.Seller && bound.Account.Value == unbound.Account
            ),
        };

    private static Enterprise Decide(Enterprise state, string application, Func<SubAccountApplication, SubAccountApplication> change) =>
        state with
        {
            Applications = [.. state.Applications.Select(form => form.Id == application ? change(form) : form)],
        };

    private static Enterprise Documents(Enterprise state, Func<Review, Review> change) => state with { Review = change(state.Review!) };

    private static Enterprise SetShop(Enterprise state, SellerId seller, Func<Shop, Shop> change) =>
        state with
        {
            Shops = state.Shops.SetItem(seller, change(state.Shops[seller])),
        };

    private static Review Unclaimed(Review review) => review with { ClaimedBy = default, ClaimedUntil = null };

    private static SubAccount Account(string plugin, string seller, string account, DateTimeOffset at) =>
        new(PluginId.Parse(plugin, null), Id(seller), AccountId.Parse(account, null), at);

    private static SellerId Id(string seller) => SellerId.Parse(seller, null);
}
