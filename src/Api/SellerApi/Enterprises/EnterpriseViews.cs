using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.ReviewApi;
using Marketplace.Enterprises;
using Marketplace.Sellers;

namespace Marketplace.Api.SellerApi.Enterprises;

internal sealed record EnterpriseRequest(string? Seller, string? Licence);

internal sealed record SubmitRequest(string? Seller);

internal sealed record ApplicationRequest(string? Seller, string? Plugin, int? Wanted, string? Reason);

/// <summary>The enterprise as one of its shops sees it; of other shops and of who reviews it says nothing.</summary>
internal sealed record EnterpriseView(
    string Seller,
    string Licence,
    string State,
    string? Kind,
    bool Approved,
    IReadOnlyList<DocumentView> Documents,
    DateTimeOffset? SubmittedAt,
    DateTimeOffset? DueAt,
    bool Overdue,
    string? Question,
    string? Reason,
    DateTimeOffset? DecidedAt,
    DateOnly? ValidUntil,
    SubAccountsView? SubAccounts
)
{
    public static EnterpriseView Of(EnterpriseAnswer answer, SellerId seller)
    {
        var (state, now) = (answer.State, answer.AsOf);
        var (review, status, approved) = (state.ReviewOf(seller), state.StateOf(seller, now), state.IsApprovedAt(seller, now));
        return new EnterpriseView(
            seller.Value,
            state.Licence.Value,
            status.Text(),
            review?.Kind.Text(),
            approved,
            DocumentView.All(state.Shops.GetValueOrDefault(seller)),
            review?.SubmittedAt,
            review?.DueAt,
            review is not null && (review.Overdue || review.IsLateAt(now)),
            status == ReviewState.NeedsInfo ? review?.Note : null,
            status is ReviewState.Rejected or ReviewState.Lapsed ? review?.Note : null,
            review?.DecidedAt,
            approved ? state.ValidUntil : null,
            approved ? SubAccountsView.Of(answer) : null
        );
    }
}

internal sealed record DocumentView(string Kind, string MediaType, int Bytes, int Width, int Height, DateTimeOffset UploadedAt)
{
    public static DocumentView Of(Document document) =>
        new(
            document.Kind.Text(),
            document.File.MediaType,
            document.File.Bytes,
            document.File.Width,
            document.File.Height,
            document.UploadedAt
        );

    public static IReadOnlyList<DocumentView> All(Shop? shop) =>
        [.. (shop?.Documents.Values ?? []).OrderBy(document => document.Kind).Select(Of)];
}

/// <summary>The sub-accounts of all shops of an enterprise (R45).</summary>
internal sealed record SubAccountsView(string Policy, int Cap, int Bound, string Template, IReadOnlyList<PluginAccountsView> Plugins)
{
    public static SubAccountsView Of(EnterpriseAnswer answer)
    {
        var (state, policy, now) = (answer.State, answer.Policy, answer.AsOf);
        var plugins = state
            .Accounts.Select(bound => bound.Plugin)
            .Concat(state.Applications.Where(form => form.StateAt(now) == ApplicationState.Approved).Select(form => form.Plugin))
            .Distinct()
            .OrderBy(plugin => plugin.Value, StringComparer.Ordinal)
            .Select(plugin => new PluginAccountsView(
                plugin.Value,
                state.CapAt(plugin, policy, now),
                [
                    .. state
                        .Accounts.Where(bound => bound.Plugin == plugin)
                        .Select(bound => new BoundAccountView(bound.Account.Value, bound.Seller.Value, bound.BoundAt)),
                ]
            ))
            .ToList();
        var cap = policy.Total ? plugins.Select(plugin => plugin.Cap).Append(policy.Cap).Max() : policy.Cap;
        var bound = state.Accounts.Select(account => (account.Seller, account.Account)).Distinct().Count();
        return new SubAccountsView(policy.Total ? "total" : "per-plugin", cap, bound, SubAccountApplication.Template, plugins);
    }
}

internal sealed record PluginAccountsView(string Plugin, int Cap, IReadOnlyList<BoundAccountView> Bound);

internal sealed record BoundAccountView(string Account, string Seller, DateTimeOffset BoundAt);

/// <summary>An application for more sub-accounts (R46).</summary>
internal sealed record ApplicationView(
    string Id,
    string Template,
    string Licence,
    string Seller,
    string Plugin,
    int Wanted,
    string Reason,
    string State,
    DateTimeOffset SubmittedAt,
    int? Cap,
    DateTimeOffset? EndsAt,
    string? Note
)
{
    public static ApplicationView Of(EnterpriseAnswer answer, SubAccountApplication form) =>
        new(
            form.Id,
            SubAccountApplication.Template,
            answer.State.Licence.Value,
            form.Seller.Value,
            form.Plugin.Value,
            form.Wanted,
            form.Reason,
            EnterpriseRefusals.Text(form.StateAt(answer.AsOf)),
            form.SubmittedAt,
            form.Cap,
            form.EndsAt,
            form.Note
        );
}

internal sealed record ApplicationList(IReadOnlyList<ApplicationView> Applications);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(EnterpriseRequest))]
[JsonSerializable(typeof(SubmitRequest))]
[JsonSerializable(typeof(ApplicationRequest))]
[JsonSerializable(typeof(EnterpriseView))]
[JsonSerializable(typeof(DocumentView))]
[JsonSerializable(typeof(SubAccountsView))]
[JsonSerializable(typeof(ApplicationView))]
[JsonSerializable(typeof(ApplicationList))]
[JsonSerializable(typeof(ReviewApproval))]
[JsonSerializable(typeof(ReviewReason))]
[JsonSerializable(typeof(ReviewQuestion))]
[JsonSerializable(typeof(ApplicationApproval))]
[JsonSerializable(typeof(ReviewItem))]
[JsonSerializable(typeof(ReviewItems))]
[JsonSerializable(typeof(EntityView))]
[JsonSerializable(typeof(SlaView))]
internal sealed partial class EnterpriseApiJson : JsonSerializerContext
{
    public static EnterpriseApiJson Readable => field ??= new(Default.Options.Readable());
}
