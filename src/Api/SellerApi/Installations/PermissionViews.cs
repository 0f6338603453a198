using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Marketplace.Catalogue;
using Marketplace.Installations;

namespace Marketplace.Api.SellerApi.Installations;

internal sealed record NothingRequest;

internal sealed record PermissionList(IReadOnlyList<PermissionView> Installations);

/// <summary>A permission review as Seller Center shows it (docs/api/sellers.md).</summary>
internal sealed record PermissionView(
    string Installation,
    DateTimeOffset AsOf,
    IReadOnlyList<PermissionScopeView> Scopes,
    ImmutableArray<string> Idle,
    SuggestionView Suggested,
    DateTimeOffset? SignedOffAt,
    string? SignedOffBy,
    DateTimeOffset? NextReviewDue
)
{
    public static PermissionView Of(PermissionReview review)
    {
        var (evidence, check) = (review.Evidence, review.Check);
        return new PermissionView(
            evidence.Installation.ToString(),
            evidence.Usage.AsOf,
            [.. review.Scopes.Select(PermissionScopeView.Of)],
            review.Idle,
            new SuggestionView(review.Suggested, new SuggestionCheckView(check.From, check.To, check.Calls, check.WouldRefuse)),
            evidence.State.SignOff?.At,
            evidence.State.SignOff?.By.Value,
            ReviewSchedule.NextReview(evidence.State)
        );
    }
}

internal sealed record PermissionScopeView(
    string Scope,
    BilingualText Name,
    string Risk,
    bool Required,
    bool Granted,
    DateTimeOffset? LastUsedAt,
    [property: JsonPropertyName("count_30d")] long Count,
    bool Idle
)
{
    public static PermissionScopeView Of(ReviewedScope scope) =>
        new(
            scope.Info.Scope,
            scope.Info.Name,
            scope.Info.Risk.Text(),
            scope.Required,
            scope.Granted,
            scope.LastUsedAt,
            scope.Count,
            scope.IsIdle
        );
}

internal sealed record SuggestionView(ImmutableArray<string> Scopes, SuggestionCheckView Check);

internal sealed record SuggestionCheckView(DateOnly From, DateOnly To, long Calls, long WouldRefuse);
