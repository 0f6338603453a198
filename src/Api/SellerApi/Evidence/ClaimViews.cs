using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Evidence;
using Marketplace.Evidence.Claims;

namespace Marketplace.Api.SellerApi.Evidence;

/// <param name="Seller">The seller who claims.</param>
/// <param name="Amount">In the order's currency; at most the order's total.</param>
/// <param name="Reason">In the seller's words.</param>
/// <param name="Evidence">The signed bundle as it was served.</param>
internal sealed record FileClaimRequest(string? Seller, decimal? Amount, string? Reason, JsonElement? Evidence);

internal sealed record SellerClaimRequest(string? Seller, string? Reason);

internal sealed record ClaimTextRequest(string? Text);

internal sealed record ClaimReasonRequest(string? Reason);

internal sealed record ExtendClaimRequest(int? Days, string? Reason);

internal sealed record SettleClaimRequest(decimal? Amount, string? Reference);

internal sealed record ClaimListView(IReadOnlyList<ClaimView> Claims);

/// <summary>A claim as seller, developer and operator see it.</summary>
internal sealed record ClaimView(
    string Id,
    string State,
    string Installation,
    string OrderId,
    decimal Amount,
    string Currency,
    string Reason,
    string BundleSha256,
    EvidenceParty Party,
    string Cause,
    BilingualText Detail,
    ClaimAgreementView? Agreement,
    bool Certified,
    DateTimeOffset FiledAt,
    DateTimeOffset ChangedAt,
    DateTimeOffset AnswerDueAt,
    string? Answer,
    string? DecisionReason,
    bool Reopened,
    decimal? Settled,
    string? SettlementReference,
    ImmutableArray<string> Allowed
)
{
    public static ClaimView Of(string id, Claim claim) =>
        new(
            id,
            ClaimRefusals.Name(claim.State),
            claim.Grounds.Installation,
            claim.Grounds.OrderId,
            claim.Grounds.AmountCny,
            claim.Grounds.Currency ?? "CNY",
            claim.Grounds.Reason,
            claim.Grounds.BundleSha256,
            claim.Grounds.Party,
            claim.Grounds.Cause,
            EvidenceCauses.Find(claim.Grounds.Cause).Text,
            claim.Grounds.AgreementVersion is { } version ? new ClaimAgreementView(version, claim.Grounds.AgreementHash) : null,
            claim.Grounds.Certified,
            claim.FiledAt,
            claim.ChangedAt,
            claim.AnswerDueAt,
            claim.Answer,
            claim.Reason,
            claim.WasReopened,
            claim.SettledCny,
            claim.SettlementReference,
            ClaimRules.Allowed(claim)
        );
}

internal sealed record ClaimAgreementView(string Version, string? Hash);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(FileClaimRequest))]
[JsonSerializable(typeof(SellerClaimRequest))]
[JsonSerializable(typeof(ClaimTextRequest))]
[JsonSerializable(typeof(ClaimReasonRequest))]
[JsonSerializable(typeof(ExtendClaimRequest))]
[JsonSerializable(typeof(SettleClaimRequest))]
[JsonSerializable(typeof(ClaimListView))]
[JsonSerializable(typeof(ClaimView))]
internal sealed partial class ClaimApiJson : JsonSerializerContext
{
    public static ClaimApiJson Readable => field ??= new(Default.Options.Readable());
}
