using System.Collections.Frozen;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Subscriptions;
using Marketplace.Clients;
using Marketplace.Deliveries;
using Marketplace.Developers;
using Marketplace.Diagnostics;
using Marketplace.Enforcement;
using Marketplace.Enterprises;
using Marketplace.Evidence.Claims;
using Marketplace.Installations;
using Marketplace.Labels;
using Marketplace.Listings;
using Marketplace.Policies;
using Marketplace.Quotas;
using Marketplace.Risk;
using Marketplace.Rounds;
using Marketplace.Schemas;
using Marketplace.Sellers;

namespace Marketplace.Api.Http.Problems;

/// <summary>One row of the problem table.</summary>
/// <param name="Code">Determines the problem type <c>urn:marketplace:problem:{code}</c>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">In English, from <see cref="ProblemTitles"/>; fixed for all occurrences.</param>
/// <param name="Class">Responsible party: SYSTEM (platform), ISV (plugin) or ISP (an upstream).</param>
/// <param name="Retryable">True if the same request may succeed later without any change.</param>
public sealed record ProblemKind(string Code, int Status, string Title, string Class, bool Retryable);

/// <summary>The table from refusal code to problem document (docs/problems.md shows the same).</summary>
public static class ProblemKinds
{
    public const string InternalError = "internal-error";
    public const string StorageUnavailable = "storage-unavailable";
    public const string Overloaded = "overloaded";
    public const string TooManyAtOnce = "too-many-at-once";
    public const string UpstreamFailed = "upstream-failed";
    public const string BodyInvalid = "body-invalid";
    public const string BodyTooLarge = "body-too-large";
    public const string ParameterInvalid = "parameter-invalid";
    public const string NotFound = "not-found";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string MediaTypeUnsupported = "media-type-unsupported";
    public const string CrossSiteRequest = "cross-site-request";
    public const string RoleForbidden = "role-forbidden";
    public const string KeyInvalid = "idempotency-key-invalid";
    public const string AnswerNotKept = "idempotency-answer-not-kept";

    private const string System = "SYSTEM";
    private const string Isv = "ISV";
    private const string Isp = "ISP";

    private static readonly FrozenDictionary<string, ProblemKind> Table = Rows()
        .ToFrozenDictionary(kind => kind.Code, StringComparer.Ordinal);

    /// <summary>All rows, by code.</summary>
    public static IEnumerable<ProblemKind> All => Table.Values.OrderBy(kind => kind.Code, StringComparer.Ordinal);

    /// <summary>The row of a code; an unknown code is a bug and becomes <see cref="InternalError"/>.</summary>
    public static ProblemKind Of(string code) => Table.GetValueOrDefault(code) ?? Table[InternalError];

    private static ProblemKind Row(string code, int status, string @class, bool retryable) =>
        new(code, status, ProblemTitles.Of(code).En, @class, retryable);

    private static ProblemKind[] Rows() =>
        [
            Row("token-missing", 401, Isv, false),
            Row("token-invalid", 401, Isv, false),
            Row("token-expired", 401, Isv, false),
            Row(QuotaRefusals.TokenRevoked, 401, Isv, false),
            Row(RoleForbidden, 403, Isv, false),
            Row(CrossSiteRequest, 403, Isv, false),
            Row(SellerRefusals.RoleNotAllowed, 403, Isv, false),
            Row(SellerRefusals.SellerNotFound, 404, Isv, false),
            Row(NotificationSettingsRefusals.SettingsInvalid, 422, Isv, false),
            Row(BillingRefusals.BillNotClosable, 409, Isv, true),
            Row(BillingRefusals.BillNotClosed, 409, Isv, true),
            Row(BillingRefusals.AdjustmentInvalid, 422, Isv, false),
            Row(BillingRefusals.DisputeInvalid, 422, Isv, false),
            Row(BillingRefusals.DisputeNotFound, 404, Isv, false),
            Row(BillingRefusals.DisputeStateConflict, 409, Isv, false),
            Row(SubscriptionRefusals.AddOnNotFound, 404, Isv, false),
            Row(SubscriptionRefusals.SubscriptionNotFound, 404, Isv, false),
            Row(SubscriptionRefusals.SubscriptionInvalid, 422, Isv, false),
            Row(SubscriptionRefusals.SubscriptionPriceChanged, 409, Isv, false),
            Row(QuotaRefusals.ScopeMissing, 403, Isv, false),
            Row(QuotaRefusals.RegionMismatch, 403, Isv, false),
            Row(InstallationRefusals.InstallationPaused, 403, Isv, false),
            Row(InstallationRefusals.InstallationSuspended, 403, Isv, false),
            Row(InstallationRefusals.InstallationDisabled, 403, Isv, false),
            Row(InstallationRefusals.ConsentMissing, 403, Isv, false),
            Row(InstallationRefusals.EntityUnverified, 403, Isv, false),
            Row(InstallationRefusals.AuthorisationExpired, 403, Isv, false),
            Row(QuotaRefusals.ScopePending, 403, Isv, false),
            Row(QuotaRefusals.ScopeExpiredCode, 403, Isv, false),
            Row(InstallationRefusals.StateForbidsCode, 409, Isv, false),
            Row(InstallationRefusals.AgreementChangedCode, 409, Isv, false),
            Row(InstallationRefusals.PriceChangedCode, 409, Isv, false),
            Row(InstallationRefusals.BroaderGrantCode, 409, Isv, false),
            Row(InstallationRefusals.ScopeInUseCode, 409, Isv, false),
            Row(InstallationRefusals.ScopeRequired, 422, Isv, false),
            Row(InstallationRefusals.InstallationNotFound, 404, Isv, false),
            Row(InstallationRefusals.PluginNotFound, 404, Isv, false),
            Row(InstallationRefusals.PluginNotCertified, 409, Isv, false),
            Row(InstallationRefusals.ScopeNotCertifiedCode, 422, Isv, false),
            Row(InstallationRefusals.SettingInvalid, 422, Isv, false),
            Row(SchemaRefusals.VersionUnknown, 404, Isv, false),
            Row(SchemaRefusals.AlreadyAnnounced, 409, Isv, false),
            Row(QuotaRefusals.QuotaExceeded, 429, Isv, true),
            Row(QuotaRefusals.BurstExceeded, 429, Isv, true),
            Row(QuotaRefusals.AbnormalUsageCode, 429, Isv, true),
            Row(QuotaRefusals.SpendCapReached, 429, Isv, true),
            Row(QuotaRefusals.KeyReused, 422, Isv, false),
            Row(QuotaRefusals.KeyInProgress, 409, Isv, true),
            Row(QuotaRefusals.PermitExpired, 503, System, true),
            Row(KeyInvalid, 400, Isv, false),
            Row(AnswerNotKept, 409, Isv, false),
            Row(BodyInvalid, 400, Isv, false),
            Row(BodyTooLarge, 413, Isv, false),
            Row("host-unknown", 400, Isv, false),
            Row(ParameterInvalid, 400, Isv, false),
            Row(MediaTypeUnsupported, 415, Isv, false),
            Row(NotFound, 404, Isv, false),
            Row(MethodNotAllowed, 405, Isv, false),
            Row(DeliveryRefusals.LiveLimit, 429, Isv, true),
            Row(DeliveryRefusals.LiveReplaced, 429, Isv, true),
            Row("cursor-invalid", 400, Isv, false),
            Row("event-type-unknown", 422, Isv, false),
            Row("event-data-invalid", 422, Isv, false),
            Row("event-attribute-missing", 422, Isv, false),
            Row("event-id-reused", 409, Isv, false),
            Row("event-too-large", 422, Isv, false),
            Row("order-not-found", 404, Isv, false),
            Row("product-not-found", 404, Isv, false),
            Row("tracking-not-found", 404, Isv, false),
            Row("outside-sync-window", 404, Isv, false),
            Row("order-state-conflict", 409, Isv, false),
            Row("split-incomplete", 422, Isv, false),
            Row("merge-invalid", 422, Isv, false),
            Row("merge-buyers-differ", 422, Isv, false),
            Row("merge-buyer-unknown", 422, Isv, false),
            Row("input-invalid", 422, Isv, false),
            Row("private-data-in-input", 422, Isv, false),
            Row(DeliveryRefusals.EndpointMissing, 409, Isv, false),
            Row(DeliveryRefusals.EndpointForbidden, 422, Isv, false),
            Row(DeliveryRefusals.EndpointInvalid, 422, Isv, false),
            Row(DeliveryRefusals.EndpointPushes, 409, Isv, false),
            Row(DeliveryRefusals.ReplaysBusy, 429, Isv, true),
            Row(DeliveryRefusals.SenderBusy, 503, System, true),
            Row(DeliveryRefusals.SecretsBusy, 429, Isv, true),
            Row(DeliveryRefusals.PositionInvalid, 422, Isv, false),
            Row(DeliveryRefusals.DeliveryStopped, 403, Isv, false),
            Row(LabelRefusals.HandleInvalid, 422, Isv, false),
            Row(LabelRefusals.AddressIncomplete, 409, Isv, false),
            Row(LabelRefusals.AddressUnreadable, 500, System, false),
            Row(LabelRefusals.CarrierUnknown, 422, Isv, false),
            Row(LabelRefusals.LabelNotFound, 404, Isv, false),
            Row(RiskRefusals.RiskHold, 403, Isv, false),
            Row(RiskRefusals.HoldNotFoundCode, 404, Isv, false),
            Row(RiskRefusals.HoldDecidedCode, 409, Isv, false),
            Row(RiskRefusals.HoldUndecidedCode, 409, Isv, false),
            Row(RiskRefusals.RulesInvalidCode, 422, Isv, false),
            Row(EnterpriseRefusals.LicenceInvalid, 422, Isv, false),
            Row(EnterpriseRefusals.EnterpriseNotFound, 404, Isv, false),
            Row(EnterpriseRefusals.EnterpriseNotApproved, 409, Isv, false),
            Row(EnterpriseRefusals.EnterpriseUnderReview, 409, Isv, true),
            Row(EnterpriseRefusals.EnterpriseLinked, 409, Isv, false),
            Row(EnterpriseRefusals.DocumentsMissing, 409, Isv, false),
            Row(EnterpriseRefusals.DocumentsLocked, 409, Isv, false),
            Row(EnterpriseRefusals.DocumentNotFound, 404, Isv, false),
            Row(EnterpriseRefusals.DocumentNotUnderReview, 409, Isv, false),
            Row(EnterpriseRefusals.DocumentUnreadable, 500, System, false),
            Row(EnterpriseRefusals.ReviewNotFound, 409, Isv, false),
            Row(EnterpriseRefusals.ReviewNotClaimed, 409, Isv, false),
            Row(EnterpriseRefusals.ReviewClaimed, 409, Isv, true),
            Row(EnterpriseRefusals.SubAccountNotBound, 403, Isv, false),
            Row(EnterpriseRefusals.SubAccountLimit, 409, Isv, false),
            Row(EnterpriseRefusals.ApplicationNotFound, 404, Isv, false),
            Row(EnterpriseRefusals.ApplicationOpen, 409, Isv, false),
            Row(EnterpriseRefusals.ApplicationDecided, 409, Isv, false),
            Row(EnterpriseRefusals.ApplicationInvalid, 422, Isv, false),
            Row(DocumentRefusals.TypeInvalid, 422, Isv, false),
            Row(DocumentRefusals.Damaged, 422, Isv, false),
            Row(DocumentRefusals.ResolutionTooLow, 422, Isv, false),
            Row(DocumentRefusals.TooManyPixels, 422, Isv, false),
            Row(DocumentRefusals.NotColour, 422, Isv, false),
            Row(ClaimRefusals.ClaimNotFound, 404, Isv, false),
            Row(ClaimRefusals.ClaimExists, 409, Isv, false),
            Row(ClaimRefusals.ClaimStateConflict, 409, Isv, false),
            Row(ClaimRefusals.ClaimInvalid, 422, Isv, false),
            Row(ClaimRefusals.VerdictNotClaimable, 422, Isv, false),
            Row(ClaimRefusals.EvidenceInvalid, 422, Isv, false),
            Row(PriceRefusals.PriceInvalid, 422, Isv, false),
            Row(PriceRefusals.PriceNoticeShort, 409, Isv, false),
            Row(ClientRefusals.ClientNotFound, 404, Isv, false),
            Row(ClientRefusals.ClientExists, 409, Isv, false),
            Row(ClientRefusals.ClientRevoked, 409, Isv, false),
            Row(ClientRefusals.ClientInvalid, 422, Isv, false),
            Row(ClientRefusals.ClientChangedMeanwhile, 409, Isv, true),
            Row(ClientRefusals.ClientSecretsOpen, 409, Isv, false),
            Row(ClientRefusals.ClientLimit, 409, Isv, false),
            Row(DeveloperRefusals.DeveloperNotFound, 404, Isv, false),
            Row(DeveloperRefusals.DeveloperExists, 409, Isv, false),
            Row(DeveloperRefusals.DeveloperInvalid, 422, Isv, false),
            Row(DeveloperRefusals.DeveloperCheckOpen, 409, Isv, false),
            Row(DeveloperRefusals.DeveloperNotUnderCheck, 409, Isv, false),
            Row(DeveloperRefusals.MemberNotFoundCode, 404, Isv, false),
            Row(DeveloperRefusals.MemberLimit, 409, Isv, false),
            Row(DeveloperRefusals.OwnerNeededCode, 409, Isv, false),
            Row(DiagnosticsRefusals.DiagnosisNotFound, 404, Isv, false),
            Row(DiagnosticsRefusals.ErrorLogNotFound, 404, Isv, false),
            Row(DiagnosticsRefusals.OutcomeInvalid, 422, Isv, false),
            Row(DiagnosticsRefusals.IncidentNotFound, 404, Isv, false),
            Row(DiagnosticsRefusals.IncidentLimit, 409, Isv, false),
            Row(ListingRefusals.ListingNotFound, 404, Isv, false),
            Row(ListingRefusals.ListingExists, 409, Isv, false),
            Row(ListingRefusals.PluginVersionNotFound, 404, Isv, false),
            Row(ListingRefusals.PluginVersionExists, 409, Isv, false),
            Row(ListingRefusals.PluginVersionLimit, 409, Isv, false),
            Row(ListingRefusals.ManifestInvalid, 422, Isv, false),
            Row(ListingRefusals.GateBlocks, 422, Isv, false),
            Row(ListingRefusals.TrackNotOpen, 409, Isv, false),
            Row(ListingRefusals.TrackClaimed, 409, Isv, true),
            Row(ListingRefusals.TrackNotClaimed, 409, Isv, false),
            Row(ListingRefusals.TrackDecisionInvalid, 422, Isv, false),
            Row(ListingRefusals.RoundInvalid, 422, Isv, false),
            Row(RoundRefusals.RoundNotFound, 404, Isv, false),
            Row(RoundRefusals.RoundRunning, 409, Isv, true),
            Row(RoundRefusals.RoundTooSoon, 409, Isv, true),
            Row(RoundRefusals.UpstreamClosed, 403, Isv, false),
            Row(RoundRefusals.RoundLimit, 409, Isv, false),
            Row(RoundRefusals.JustificationInvalid, 422, Isv, false),
            Row(ListingRefusals.DeveloperUnverified, 403, Isv, false),
            Row(ListingRefusals.DeveloperFrozen, 403, Isv, false),
            Row(ListingRefusals.PluginNotSubmitted, 409, Isv, false),
            Row(EnforcementRefusals.PluginDelisted, 403, Isv, false),
            Row(EnforcementRefusals.PluginVersionSuspended, 403, Isv, false),
            Row(EnforcementRefusals.EnforcementNotFound, 404, Isv, false),
            Row(EnforcementRefusals.EnforcementInvalid, 422, Isv, false),
            Row(EnforcementRefusals.EnforcementConflict, 409, Isv, false),
            Row(EnforcementRefusals.EnforcementStateConflict, 409, Isv, false),
            Row(EnforcementRefusals.SecondOperatorNeeded, 403, Isv, false),
            Row(EnforcementRefusals.PersonNeeded, 403, Isv, false),
            Row(PolicyRefusals.PolicyNotFound, 404, Isv, false),
            Row(PolicyRefusals.PolicyInvalid, 422, Isv, false),
            Row(PolicyRefusals.PolicyVersionExists, 409, Isv, false),
            Row(PolicyRefusals.AgreementNotInForce, 422, Isv, false),
            Row(Overloaded, 503, System, true),
            Row(TooManyAtOnce, 429, Isv, true),
            Row(StorageUnavailable, 503, System, true),
            Row(UpstreamFailed, 502, Isp, true),
            Row(InternalError, 500, System, true),
        ];
}
