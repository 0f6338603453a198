using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Enterprises;

/// <summary>An event of an enterprise; each case is one kind of journal fact. Ids are texts here: this is the journal's form.</summary>
public abstract record EnterpriseEvent : IJournalEvent
{
    private EnterpriseEvent() { }

    public sealed record ShopAdded(string Seller) : EnterpriseEvent;

    public sealed record ShopRemoved(string Seller) : EnterpriseEvent;

    public sealed record DocumentAdded(string Seller, string Document, DocumentFile File) : EnterpriseEvent;

    public sealed record FileReplaced(string Seller, string Document, string Replaced, DocumentFile File) : EnterpriseEvent;

    /// <param name="Seller">The seller whose documents, or whose shop, were submitted.</param>
    /// <param name="Kind"><c>documents</c> or <c>shop</c>.</param>
    /// <param name="DueAt">First instant that is too late. Fixed here: a later calendar changes no due time.</param>
    public sealed record Submitted(string Seller, string Kind, DateTimeOffset DueAt) : EnterpriseEvent;

    public sealed record Claimed(string Reviewer, DateTimeOffset Until) : EnterpriseEvent;

    /// <param name="Reviewer">The former claimer.</param>
    /// <param name="Expired">True if the claim expired, false if it was released.</param>
    public sealed record ClaimEnded(string Reviewer, bool Expired) : EnterpriseEvent;

    public sealed record InfoRequested(string Seller, string Reviewer, string Question, TimeSpan Remaining) : EnterpriseEvent;

    public sealed record Approved(string Seller, string Reviewer, DateOnly? ValidUntil, DateTimeOffset? EndsAt) : EnterpriseEvent;

    public sealed record Rejected(string Seller, string Reviewer, string Reason) : EnterpriseEvent;

    /// <summary>A reviewer withdrew the approval: each shop must be accepted again.</summary>
    public sealed record Revoked(string Reviewer, string Reason) : EnterpriseEvent;

    /// <summary>The approval expired; shops keep their acceptance in case it is renewed.</summary>
    public sealed record Lapsed(DateOnly ValidUntil) : EnterpriseEvent;

    public sealed record ShopApproved(string Seller, string Reviewer) : EnterpriseEvent;

    public sealed record ShopRejected(string Seller, string Reviewer, string Reason) : EnterpriseEvent;

    public sealed record DocumentViewed(string Seller, string Document, string FileId, string Reviewer) : EnterpriseEvent;

    /// <summary>The due time passed without a decision (R44).</summary>
    public sealed record ReviewOverdue(string Seller, string Kind, long Review, DateTimeOffset DueAt) : EnterpriseEvent;

    public sealed record AccountBound(string Seller, string Plugin, string Account) : EnterpriseEvent;

    public sealed record AccountUnbound(string Seller, string Plugin, string Account) : EnterpriseEvent;

    public sealed record ApplicationSubmitted(string Application, string Template, string Seller, string Plugin, int Wanted, string Reason)
        : EnterpriseEvent;

    public sealed record ApplicationApproved(string Application, string Reviewer, int Cap, DateOnly Until, DateTimeOffset EndsAt)
        : EnterpriseEvent;

    public sealed record ApplicationRejected(string Application, string Reviewer, string Reason) : EnterpriseEvent;

    public sealed record ApplicationExpired(string Application) : EnterpriseEvent;

    /// <summary>A command changed nothing; recorded so that its repeat succeeds, whatever happened since.</summary>
    public sealed record NothingChanged : EnterpriseEvent;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type => Shapes.First(shape => shape.Shape == GetType()).Type;

    /// <summary>The shop concerned; null if it concerns the enterprise as a whole or the shop whose documents are under review.</summary>
    public string? Subject =>
        this switch
        {
            ShopAdded e => e.Seller,
            ShopRemoved e => e.Seller,
            DocumentAdded e => e.Seller,
            FileReplaced e => e.Seller,
            Submitted e => e.Seller,
            InfoRequested e => e.Seller,
            Approved e => e.Seller,
            Rejected e => e.Seller,
            ShopApproved e => e.Seller,
            ShopRejected e => e.Seller,
            DocumentViewed e => e.Seller,
            ReviewOverdue e => e.Seller,
            AccountBound e => e.Seller,
            AccountUnbound e => e.Seller,
            ApplicationSubmitted e => e.Seller,
            _ => null,
        };

    /// <summary>Every journal type with its shape.</summary>
    public static IReadOnlyList<(string Type, Type Shape)> Shapes { get; } =
    [
        ("shop-added", typeof(ShopAdded)),
        ("shop-removed", typeof(ShopRemoved)),
        ("document-added", typeof(DocumentAdded)),
        ("document-file-replaced", typeof(FileReplaced)),
        ("review-submitted", typeof(Submitted)),
        ("review-claimed", typeof(Claimed)),
        ("review-claim-ended", typeof(ClaimEnded)),
        ("review-info-requested", typeof(InfoRequested)),
        ("enterprise-approved", typeof(Approved)),
        ("enterprise-rejected", typeof(Rejected)),
        ("enterprise-revoked", typeof(Revoked)),
        ("enterprise-lapsed", typeof(Lapsed)),
        ("shop-approved", typeof(ShopApproved)),
        ("shop-rejected", typeof(ShopRejected)),
        ("document-viewed", typeof(DocumentViewed)),
        ("review-overdue", typeof(ReviewOverdue)),
        ("sub-account-bound", typeof(AccountBound)),
        ("sub-account-unbound", typeof(AccountUnbound)),
        ("sub-account-application-submitted", typeof(ApplicationSubmitted)),
        ("sub-account-application-approved", typeof(ApplicationApproved)),
        ("sub-account-application-rejected", typeof(ApplicationRejected)),
        ("sub-account-application-expired", typeof(ApplicationExpired)),
        (JournalFact.NothingChanged, typeof(NothingChanged)),
    ];

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), EnterpriseJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static EnterpriseEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        var shape = Shapes.FirstOrDefault(shape => shape.Type == type).Shape
            ?? throw new FormatException($"The journal contains an enterprise event of unknown type '{type}'.");
        return (EnterpriseEvent)JsonSerializer.Deserialize(payload.Span, shape, EnterpriseJson.Default)!;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EnterpriseEvent.ShopAdded))]
[JsonSerializable(typeof(EnterpriseEvent.ShopRemoved))]
[JsonSerializable(typeof(EnterpriseEvent.DocumentAdded))]
[JsonSerializable(typeof(EnterpriseEvent.FileReplaced))]
[JsonSerializable(typeof(EnterpriseEvent.Submitted))]
[JsonSerializable(typeof(EnterpriseEvent.Claimed))]
[JsonSerializable(typeof(EnterpriseEvent.ClaimEnded))]
[JsonSerializable(typeof(EnterpriseEvent.InfoRequested))]
[JsonSerializable(typeof(EnterpriseEvent.Approved))]
[JsonSerializable(typeof(EnterpriseEvent.Rejected))]
[JsonSerializable(typeof(EnterpriseEvent.Revoked))]
[JsonSerializable(typeof(EnterpriseEvent.Lapsed))]
[JsonSerializable(typeof(EnterpriseEvent.ShopApproved))]
[JsonSerializable(typeof(EnterpriseEvent.ShopRejected))]
[JsonSerializable(typeof(EnterpriseEvent.DocumentViewed))]
[JsonSerializable(typeof(EnterpriseEvent.ReviewOverdue))]
[JsonSerializable(typeof(EnterpriseEvent.AccountBound))]
[JsonSerializable(typeof(EnterpriseEvent.AccountUnbound))]
[JsonSerializable(typeof(EnterpriseEvent.ApplicationSubmitted))]
[JsonSerializable(typeof(EnterpriseEvent.ApplicationApproved))]
[JsonSerializable(typeof(EnterpriseEvent.ApplicationRejected))]
[JsonSerializable(typeof(EnterpriseEvent.ApplicationExpired))]
[JsonSerializable(typeof(EnterpriseEvent.NothingChanged))]
internal sealed partial class EnterpriseJson : JsonSerializerContext;
