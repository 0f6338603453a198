using System.Text.Json;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Enterprises;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Api.ReviewApi;

internal sealed record ReviewApproval(DateOnly? ValidUntil);

internal sealed record ReviewReason(string? Reason);

internal sealed record ReviewQuestion(string? Question);

internal sealed record ApplicationApproval(int? Cap, DateOnly? Until);

internal sealed record ReviewItems(IReadOnlyList<ReviewItem> Items);

/// <summary>One item of the reviewers' queue.</summary>
internal sealed record ReviewItem(
    string Licence,
    string Kind,
    IReadOnlyList<string> Sellers,
    string State,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? DueAt,
    bool Overdue,
    string? ClaimedBy
)
{
    public static ReviewItem Of(EnterpriseAnswer answer, SellerId seller, Review review)
    {
        // An expired claim has no holder, whether or not its end is recorded.
        var claimer = review.ClaimerAt(answer.AsOf);
        var state = review.State == ReviewState.Claimed && claimer is null ? ReviewState.Submitted : review.State;
        return new ReviewItem(
            answer.State.Licence.Value,
            review.Kind.Text(),
            [seller.Value],
            state.Text(),
            review.SubmittedAt,
            review.DueAt,
            review.Overdue || review.IsLateAt(answer.AsOf),
            claimer?.Value
        );
    }
}

/// <summary>An enterprise as the reviewers see it, with all that happened to it.</summary>
internal sealed record EntityView(
    string Licence,
    string State,
    ReviewItem? Item,
    DateOnly? ValidUntil,
    IReadOnlyList<ShopView> Shops,
    IReadOnlyList<HistoryView> History
)
{
    public static EntityView Of(EnterpriseAnswer answer, IEnumerable<JournalFact> history)
    {
        var state = answer.State;
        var item = state is { Review: { } review, Applicant: { } applicant } ? ReviewItem.Of(answer, applicant, review) : null;
        var status = state.Applicant is { } seller ? state.StateOf(seller, answer.AsOf) : ReviewState.Draft;
        return new EntityView(
            state.Licence.Value,
            status.Text(),
            item,
            state.ValidUntil,
            [.. state.Shops.Values.OrderBy(shop => shop.AddedAt).Select(shop => ShopView.Of(answer, shop))],
            [.. history.Select(HistoryView.Of)]
        );
    }
}

internal sealed record ShopView(
    string Seller,
    string State,
    DateTimeOffset? SubmittedAt,
    DateTimeOffset? DueAt,
    string? Note,
    IReadOnlyList<DocumentView> Documents
)
{
    public static ShopView Of(EnterpriseAnswer answer, Shop shop)
    {
        var review = answer.State.ReviewOf(shop.Seller);
        return new ShopView(
            shop.Seller.Value,
            answer.State.StateOf(shop.Seller, answer.AsOf).Text(),
            review?.SubmittedAt,
            review?.DueAt,
            review?.Note,
            DocumentView.All(shop)
        );
    }
}

internal sealed record HistoryView(long Version, DateTimeOffset At, string Type, string Actor, JsonElement Detail)
{
    public static HistoryView Of(JournalFact fact) =>
        new(fact.Version, fact.At, fact.Type, fact.Actor.Value, JsonElement.Parse(fact.Payload.Span));
}

/// <summary>How the reviews did against two working days (R44).</summary>
internal sealed record SlaView(
    DateTimeOffset AsOf,
    int Decided,
    int InTime,
    decimal? Share,
    int Breaches,
    int Open,
    int OpenOverdue,
    IReadOnlyList<SlaMonthView> Months
)
{
    public static SlaView Of(ReviewReport report) =>
        new(
            report.AsOf,
            report.Decided,
            report.InTime,
            ShareOf(report.InTime, report.Decided),
            report.Breaches,
            report.Open,
            report.OpenOverdue,
            [
                .. report.Months.Select(month => new SlaMonthView(
                    month.Month.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture),
                    month.Decided,
                    month.InTime,
                    ShareOf(month.InTime, month.Decided)
                )),
            ]
        );

    private static decimal? ShareOf(int part, int whole) => whole == 0 ? null : decimal.Round((decimal)part / whole, 4);
}

internal sealed record SlaMonthView(string Month, int Decided, int InTime, decimal? Share);
