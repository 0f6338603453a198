using System.Collections.Immutable;
using Marketplace.Sellers;
using Decision = Marketplace.Outcome<System.Collections.Immutable.ImmutableArray<Marketplace.Enterprises.EnterpriseEvent>>;

namespace Marketplace.Enterprises;

/// <summary>The rules of the reviewers' queue (R43, R44).</summary>
internal static class ReviewRules
{
    public static Decision Decide(Enterprise state, EnterpriseCommand command, Ruling ruling) =>
        command switch
        {
            EnterpriseCommand.Submit submit => Submit(state, submit.Seller, ruling),
            EnterpriseCommand.Claim => Claim(state, ruling),
            EnterpriseCommand.Release => Held(state, ruling, (_, _) => new EnterpriseEvent.ClaimEnded(ruling.Actor.Value, Expired: false)),
            EnterpriseCommand.Ask ask => Held(state, ruling, (seller, review) =>
                new EnterpriseEvent.InfoRequested(
                    seller.Value,
                    ruling.Actor.Value,
                    ask.Question,
                    ruling.WorkingDays.Between(ruling.Now, review.DueAt ?? ruling.Now)
                )
            ),
            EnterpriseCommand.Approve approve => Approve(state, approve.ValidUntil, ruling),
            // Needs no claim: a question that is never answered must not block the enterprise's other shops for ever.
            EnterpriseCommand.Reject reject when state.Review is { State: ReviewState.NeedsInfo } => EnterpriseRules.One(
                new EnterpriseEvent.Rejected(state.Applicant!.Value.Value, ruling.Actor.Value, reject.Reason)
            ),
            EnterpriseCommand.Reject reject => Held(state, ruling, (seller, _) =>
                new EnterpriseEvent.Rejected(seller.Value, ruling.Actor.Value, reject.Reason)
            ),
            EnterpriseCommand.Revoke revoke => state.IsVerifiedAt(ruling.Now)
                ? EnterpriseRules.One(new EnterpriseEvent.Revoked(ruling.Actor.Value, revoke.Reason))
                : EnterpriseRefusals.NoReview(state.Review?.State ?? ReviewState.Draft),
            EnterpriseCommand.ApproveShop shop => Shop(
                state,
                shop.Seller,
                ruling,
                new EnterpriseEvent.ShopApproved(shop.Seller.Value, ruling.Actor.Value)
            ),
            EnterpriseCommand.RejectShop shop => Shop(
                state,
                shop.Seller,
                ruling,
                new EnterpriseEvent.ShopRejected(shop.Seller.Value, ruling.Actor.Value, shop.Reason)
            ),
            EnterpriseCommand.ViewDocument view => View(state, view, ruling),
            _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
        };

    /// <summary>Overdue reviews not recorded yet.</summary>
    public static IEnumerable<EnterpriseEvent> Overdue(Enterprise state, DateTimeOffset now)
    {
        if (state.Review is { Overdue: false } review && review.IsLateAt(now))
        {
            yield return Late(state.Applicant!.Value, review);
        }

        // The applicant's review is the enterprise's own, handled above.
        foreach (
            var shop in state.Shops.Values.Where(shop => shop.Review is { Overdue: false, Kind: ReviewKind.Shop } own && own.IsLateAt(now))
        )
        {
            yield return Late(shop.Seller, shop.Review!);
        }
    }

    private static EnterpriseEvent.ReviewOverdue Late(SellerId seller, Review review) =>
        new(seller.Value, review.Kind.Text(), review.Number, review.DueAt!.Value);

    private static Decision Submit(Enterprise state, SellerId seller, Ruling ruling)
    {
        if (!state.Shops.TryGetValue(seller, out var shop))
        {
            return EnterpriseRefusals.NotFound();
        }

        if (state.StateOf(seller, ruling.Now) is ReviewState.Submitted or ReviewState.Claimed or ReviewState.Approved)
        {
            return EnterpriseRules.Nothing;
        }

        if (state.IsVerifiedAt(ruling.Now))
        {
            return Submitted(seller, ReviewKind.Shop, WorkingDays.Days(ruling.Policy.ReviewDays), ruling);
        }

        if (state.Review is { IsOpen: true } && state.Applicant != seller)
        {
            return EnterpriseRefusals.UnderReview();
        }

        var missing = Document.Required.Where(kind => !shop.Documents.ContainsKey(kind)).ToImmutableArray();
        if (missing.Length > 0)
        {
            return EnterpriseRefusals.Missing(missing);
        }

        // The clock continues with the time left when the seller was asked.
        var left = state.Review is { State: ReviewState.NeedsInfo } asked
            ? asked.Remaining ?? TimeSpan.Zero
            : WorkingDays.Days(ruling.Policy.ReviewDays);
        return Submitted(seller, ReviewKind.Documents, left, ruling);
    }

    private static Decision Submitted(SellerId seller, ReviewKind kind, TimeSpan left, Ruling ruling) =>
        EnterpriseRules.One(new EnterpriseEvent.Submitted(seller.Value, kind.Text(), ruling.WorkingDays.Add(ruling.Now, left)));

    private static Decision Claim(Enterprise state, Ruling ruling)
    {
        if (state.Review is not { State: ReviewState.Submitted or ReviewState.Claimed } review)
        {
            return EnterpriseRefusals.NoReview(state.Review?.State ?? ReviewState.Draft);
        }

        if (review.ClaimerAt(ruling.Now) is { } holder)
        {
            return holder == ruling.Actor ? EnterpriseRules.Nothing : EnterpriseRefusals.Claimed(holder, review.ClaimedUntil!.Value);
        }

        return EnterpriseRules.One(new EnterpriseEvent.Claimed(ruling.Actor.Value, ruling.Now + ruling.Policy.ClaimTime));
    }

    /// <summary>Checks that the caller holds the claim.</summary>
    private static Decision Held(Enterprise state, Ruling ruling, Func<SellerId, Review, EnterpriseEvent> @event)
    {
        if (state.Review is not { IsOpen: true } review)
        {
            return EnterpriseRefusals.NoReview(state.Review?.State ?? ReviewState.Draft);
        }

        return review.ClaimerAt(ruling.Now) switch
        {
            null => EnterpriseRefusals.NotClaimed(),
            { } holder when holder != ruling.Actor => EnterpriseRefusals.Claimed(holder, review.ClaimedUntil!.Value),
            _ => EnterpriseRules.One(@event(state.Applicant!.Value, review)),
        };
    }

    private static Decision Approve(Enterprise state, DateOnly? validUntil, Ruling ruling)
    {
        if (validUntil < ruling.WorkingDays.DayOf(ruling.Now))
        {
            return EnterpriseRefusals.Invalid("valid_until", "today or later");
        }

        // Company registers write an unlimited licence as 9999-12-31.
        DateTimeOffset? endsAt = validUntil is { } last && last < DateOnly.MaxValue ? ruling.WorkingDays.EndOf(last) : null;
        return Held(state, ruling, (seller, _) => new EnterpriseEvent.Approved(seller.Value, ruling.Actor.Value, validUntil, endsAt));
    }

    private static Decision Shop(Enterprise state, SellerId seller, Ruling ruling, EnterpriseEvent @event)
    {
        // A shop that joined while the enterprise was verified waits until it is verified again.
        if (!state.IsVerifiedAt(ruling.Now))
        {
            return EnterpriseRefusals.NoReview(state.Review?.State ?? ReviewState.Draft);
        }

        return state.Shops.GetValueOrDefault(seller)?.Review is { State: ReviewState.Submitted, Kind: ReviewKind.Shop }
            ? EnterpriseRules.One(@event)
            : EnterpriseRefusals.NoReview(state.StateOf(seller, ruling.Now));
    }

    /// <summary>Documents are shown for reviews only: to the reviewer with the claim, or while a further shop waits.</summary>
    private static Decision View(Enterprise state, EnterpriseCommand.ViewDocument view, Ruling ruling)
    {
        if (
            (view.Seller ?? state.Applicant) is not { } seller
            || state.Shops.GetValueOrDefault(seller)?.Documents.GetValueOrDefault(view.Kind) is not { } document
        )
        {
            return EnterpriseRefusals.NoDocument();
        }

        var claimed = seller == state.Applicant && state.Review?.ClaimerAt(ruling.Now) == ruling.Actor;
        var waits = state.Shops.Values.Any(shop =>
            shop.Review is { State: ReviewState.Submitted, Kind: ReviewKind.Shop } && (seller == shop.Seller || seller == state.Applicant)
        );
        return claimed || (waits && state.IsVerifiedAt(ruling.Now))
            ? EnterpriseRules.One(new EnterpriseEvent.DocumentViewed(seller.Value, view.Kind.Text(), document.File.Id, ruling.Actor.Value))
            : EnterpriseRefusals.NotUnderReview();
    }
}
