using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Catalogue;
using Marketplace.Journal;

namespace Marketplace.Enterprises;

/// <summary>The refusals of an enterprise's reviews, documents and sub-accounts.</summary>
public static class EnterpriseRefusals
{
    public const string LicenceInvalid = "licence-invalid";
    public const string DocumentUnreadable = "document-unreadable";
    public const string EnterpriseNotFound = "enterprise-not-found";
    public const string EnterpriseNotApproved = "enterprise-not-approved";
    public const string EnterpriseUnderReview = "enterprise-under-review";
    public const string EnterpriseLinked = "enterprise-linked";
    public const string DocumentsMissing = "documents-missing";
    public const string DocumentsLocked = "documents-locked";
    public const string DocumentNotFound = "document-not-found";
    public const string DocumentNotUnderReview = "document-not-under-review";
    public const string ReviewNotFound = "review-not-found";
    public const string ReviewNotClaimed = "review-not-claimed";
    public const string ReviewClaimed = "review-claimed";
    public const string SubAccountLimit = "sub-account-limit";
    public const string SubAccountNotBound = "sub-account-not-bound";
    public const string ApplicationNotFound = "application-not-found";
    public const string ApplicationOpen = "application-open";
    public const string ApplicationDecided = "application-decided";
    public const string ApplicationInvalid = "application-invalid";

    /// <summary>The user's account is not bound to the plugin; only the owner binds accounts.</summary>
    public static Refusal NotBound(PluginId plugin) =>
        new(
            SubAccountNotBound,
            "The signed-in user's account is not bound to this plugin as a sub-account of the enterprise.",
            "seller",
            "Have the seller's owner bind the account to the plugin."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Plugin.Of(plugin.Value)),
        };

    /// <summary>R45: the licence number is the key, so it must be valid.</summary>
    public static Refusal NoLicence() =>
        new(
            LicenceInvalid,
            "The licence is not a unified social credit code: 18 characters, the last of which checks the others.",
            "seller",
            "Copy the code from the business licence (统一社会信用代码)."
        );

    /// <summary>The stored document is corrupt, or its key is gone.</summary>
    public static Refusal Unreadable() =>
        new(
            DocumentUnreadable,
            "The stored document cannot be decrypted.",
            "platform",
            "Restore the document store and the key ring, or ask the seller to upload again."
        );

    public static Refusal NotFound() =>
        new(EnterpriseNotFound, "The shop has named no enterprise.", "seller", "Name the enterprise by its unified social credit code.");

    /// <summary>R43: sub-accounts and running plugins need a verified enterprise.</summary>
    public static Refusal NotApproved(ReviewState state) =>
        new(
            EnterpriseNotApproved,
            $"The enterprise of this shop is not approved; its review stands at '{state.Text()}'.",
            "seller",
            "Upload the three documents and submit them; the review takes at most two working days."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(state.Text())),
        };

    public static Refusal UnderReview() =>
        new(
            EnterpriseUnderReview,
            "The documents of another shop of this enterprise are under review.",
            "time",
            "Submit when that review is decided."
        );

    public static Refusal Linked(Licence licence, ReviewState state) =>
        new(
            EnterpriseLinked,
            $"The shop belongs to the enterprise {licence} and its review stands at '{state.Text()}', so it cannot name another.",
            "platform",
            "Ask the platform to take the shop out of the enterprise."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(state.Text())),
        };

    public static Refusal Missing(IEnumerable<DocumentKind> missing)
    {
        ImmutableArray<string> names = [.. missing.Select(kind => kind.Text())];
        return new(
            DocumentsMissing,
            $"Of the three documents these are missing: {string.Join(", ", names)}.",
            "seller",
            "Upload what is missing, then submit."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.MissingDocuments.Of(names)),
        };
    }

    public static Refusal Locked(ReviewState state) =>
        new(
            DocumentsLocked,
            $"The documents are '{state.Text()}' and cannot be changed now.",
            "seller",
            "Documents can be uploaded before the submission, after a rejection and when the reviewers ask."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(state.Text())),
        };

    public static Refusal NoDocument() => new(DocumentNotFound, "There is no such document.", "seller", "Upload the document.");

    /// <summary>Documents are shown for reviews only.</summary>
    public static Refusal NotUnderReview() =>
        new(
            DocumentNotUnderReview,
            "No open review needs the document: it is shown to the reviewer who claimed it, or while a further shop waits.",
            "platform",
            "Claim the review first."
        );

    public static Refusal NoReview(ReviewState state) =>
        new(ReviewNotFound, $"Nothing is to be decided here: it stands at '{state.Text()}'.", "platform", "Take another item of the queue.")
        {
            Evidence = RefusalFact.All(RefusalFacts.State.Of(state.Text())),
        };

    public static Refusal NotClaimed() =>
        new(ReviewNotClaimed, "The review is not claimed by you, or the claim ran out.", "platform", "Claim it first.");

    public static Refusal Claimed(ActorId by, DateTimeOffset until) =>
        new(ReviewClaimed, $"{by} works on this review.", "time", "Take another item of the queue.")
        {
            RetryAt = until,
            Evidence = RefusalFact.All(RefusalFacts.ClaimedBy.Of(by)),
        };

    /// <summary>R45: the maximum sub-accounts of one enterprise.</summary>
    public static Refusal Limit(PluginId plugin, int cap, int used, bool total) =>
        new(
            SubAccountLimit,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The enterprise has bound {used} of at most {cap} sub-accounts{(total ? string.Empty : $" for {plugin}")}."
            ),
            "seller",
            $"Unbind a sub-account, or apply for more with the form {SubAccountApplication.Template}."
        )
        {
            Counter = "sub-accounts",
            Limit = cap,
            Used = used,
            Evidence = RefusalFact.All(
                RefusalFacts.Template.Of(SubAccountApplication.Template),
                RefusalFacts.Policy.Of(total ? "total" : "per-plugin")
            ),
        };

    public static Refusal NoApplication() =>
        new(ApplicationNotFound, "There is no such application.", "platform", "Take another item of the queue.");

    public static Refusal Open(string id) =>
        new(ApplicationOpen, "An application for this plugin waits for its decision.", "time", "Wait for the decision, then apply again.")
        {
            Evidence = RefusalFact.All(RefusalFacts.Application.Of(id)),
        };

    public static Refusal Decided(ApplicationState state) =>
        new(ApplicationDecided, $"The application was decided before: {Text(state)}.", "platform", "Take another item of the queue.");

    public static Refusal Invalid(string what, string bounds) =>
        new(ApplicationInvalid, $"{what} must be {bounds}.", "seller", "Send a value within the bounds.")
        {
            Evidence = RefusalFact.All(RefusalFacts.Member.Of(what)),
        };

    public static string Text(ApplicationState state) =>
        state switch
        {
            ApplicationState.Submitted => "submitted",
            ApplicationState.Approved => "approved",
            ApplicationState.Rejected => "rejected",
            _ => "expired",
        };
}
