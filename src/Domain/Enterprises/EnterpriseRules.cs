using System.Collections.Immutable;
using Marketplace.Journal;
using Marketplace.Sellers;
using Decision = Marketplace.Outcome<System.Collections.Immutable.ImmutableArray<Marketplace.Enterprises.EnterpriseEvent>>;

namespace Marketplace.Enterprises;

/// <summary>The inputs of a decision besides the state.</summary>
/// <param name="Now">The grain's clock.</param>
/// <param name="Actor">The caller; claims belong to one actor.</param>
/// <param name="WorkingDays">The calendar for due times.</param>
/// <param name="Policy">Caps and terms.</param>
public readonly record struct Ruling(DateTimeOffset Now, ActorId Actor, WorkingDays WorkingDays, EnterprisePolicy Policy);

/// <summary>Decides an enterprise's commands. An empty list of events means nothing to change.</summary>
public static class EnterpriseRules
{
    /// <param name="state">Null before any shop joined the enterprise.</param>
    /// <param name="command">The command.</param>
    /// <param name="ruling">The other inputs of the decision.</param>
    public static Decision Decide(Enterprise? state, EnterpriseCommand command, Ruling ruling)
    {
        if (command is EnterpriseCommand.AddShop add)
        {
            return state?.Shops.ContainsKey(add.Seller) is true ? Nothing : One(new EnterpriseEvent.ShopAdded(add.Seller.Value));
        }

        if (state is null)
        {
            return command is EnterpriseCommand.KeepTime ? Nothing : EnterpriseRefusals.NotFound();
        }

        // Record due events first: a breach or an expiry is a fact even if a command arrives before the reminder fires.
        var due = Clock(state, ruling.Now);
        var current = due.Aggregate(state, (folded, @event) => EnterpriseFold.Evolve(state.Licence, folded, @event, ruling.Now));
        if (command is EnterpriseCommand.KeepTime)
        {
            return due;
        }

        var decision = Judge(current, command, ruling);
        return decision.Succeeded && decision.Value.Length > 0 ? due.AddRange(decision.Value) : decision;
    }

    private static Decision Judge(Enterprise state, EnterpriseCommand command, Ruling ruling) =>
        command switch
        {
            EnterpriseCommand.RemoveShop remove => Remove(state, remove.Seller, ruling.Now),
            EnterpriseCommand.AddDocument document => AddDocument(state, document, ruling.Now),
            EnterpriseCommand.ReplaceFile replace => ReplaceFile(state, replace),
            EnterpriseCommand.ViewOwnDocument view => ViewOwn(state, view, ruling.Actor),
            EnterpriseCommand.BindAccount
            or EnterpriseCommand.UnbindAccount
            or EnterpriseCommand.Apply
            or EnterpriseCommand.ApproveApplication
            or EnterpriseCommand.RejectApplication => SubAccountRules.Decide(state, command, ruling),
            _ => ReviewRules.Decide(state, command, ruling),
        };

    /// <summary>When the clock next changes something; null if nothing is pending.</summary>
    public static DateTimeOffset? NextDue(Enterprise state)
    {
        var reviews = state
            .Shops.Values.Select(shop => shop.Review)
            .Append(state.Review)
            .OfType<Review>()
            .Where(review => review is { IsOpen: true });
        return reviews
            .SelectMany(review =>
                new[] { review.Overdue ? null : review.DueAt, review.State == ReviewState.Claimed ? review.ClaimedUntil : null }
            )
            .Concat(state.Applications.Where(form => form.State == ApplicationState.Approved).Select(form => form.EndsAt))
            .Append(state.Review?.State == ReviewState.Approved ? state.EndsAt : null)
            .Min();
    }

    internal static Decision Nothing => ImmutableArray<EnterpriseEvent>.Empty;

    internal static Decision One(EnterpriseEvent @event) => ImmutableArray.Create(@event);

    private static ImmutableArray<EnterpriseEvent> Clock(Enterprise state, DateTimeOffset now)
    {
        var events = ReviewRules.Overdue(state, now).ToList();
        if (state.Review is { State: ReviewState.Claimed } review && review.ClaimedUntil <= now)
        {
            events.Add(new EnterpriseEvent.ClaimEnded(review.ClaimedBy.Value, Expired: true));
        }

        if (state is { Review.State: ReviewState.Approved, ValidUntil: { } last } && state.EndsAt <= now)
        {
            events.Add(new EnterpriseEvent.Lapsed(last));
        }

        events.AddRange(
            state
                .Applications.Where(form => form.State == ApplicationState.Approved && form.EndsAt <= now)
                .Select(form => new EnterpriseEvent.ApplicationExpired(form.Id))
        );
        return [.. events];
    }

    private static Decision Remove(Enterprise state, SellerId seller, DateTimeOffset now)
    {
        if (!state.Shops.ContainsKey(seller))
        {
            return Nothing;
        }

        var status = state.StateOf(seller, now);
        return status is ReviewState.Draft or ReviewState.Rejected
            ? One(new EnterpriseEvent.ShopRemoved(seller.Value))
            : EnterpriseRefusals.Linked(state.Licence, status);
    }

    private static Decision AddDocument(Enterprise state, EnterpriseCommand.AddDocument command, DateTimeOffset now)
    {
        if (!state.Shops.ContainsKey(command.Seller))
        {
            return EnterpriseRefusals.NotFound();
        }

        // Reviewers must decide on the documents they saw, so no change during a review.
        var status = state.StateOf(command.Seller, now);
        return status is ReviewState.Submitted or ReviewState.Claimed or ReviewState.Approved
            ? EnterpriseRefusals.Locked(status)
            : One(new EnterpriseEvent.DocumentAdded(command.Seller.Value, command.Kind.Text(), command.File));
    }

    /// <summary>A shop's own documents are shown whatever the state of its review; those of other shops do not exist.</summary>
    private static Decision ViewOwn(Enterprise state, EnterpriseCommand.ViewOwnDocument view, ActorId viewer) =>
        state.Shops.GetValueOrDefault(view.Seller)?.Documents.GetValueOrDefault(view.Kind) is { } document
            ? One(new EnterpriseEvent.DocumentViewed(view.Seller.Value, view.Kind.Text(), document.File.Id, viewer.Value))
            : EnterpriseRefusals.NoDocument();

    private static Decision ReplaceFile(Enterprise state, EnterpriseCommand.ReplaceFile command)
    {
        var current = state.Shops.GetValueOrDefault(command.Seller)?.Documents.GetValueOrDefault(command.Kind);
        // Another file was uploaded meanwhile; it is encrypted under the newer key anyway.
        return current?.File.Id == command.Replaced
            ? One(new EnterpriseEvent.FileReplaced(command.Seller.Value, command.Kind.Text(), command.Replaced, command.File))
            : Nothing;
    }
}
