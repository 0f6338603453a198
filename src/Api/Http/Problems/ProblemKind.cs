using System.Collections.Frozen;
using Marketplace.Deliveries;
using Marketplace.Diagnostics;
using Marketplace.Enterprises;
using Marketplace.Evidence.Claims;
using Marketplace.Installations;
using Marketplace.Labels;
using Marketplace.Quotas;
using Marketplace.Risk;
using Marketplace.Schemas;
using Marketplace.Sellers;

namespace Marketplace.Api.Http.Problems;

/// <summary>One row of the problem table.</summary>
/// <param name="Code">Determines the problem type <c>urn:marketplace:problem:{code}</c>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">Fixed for all occurrences.</param>
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

    private static ProblemKind[] Rows() =>
        [
            new("token-missing", 401, "An access token is needed.", Isv, false),
            new("token-invalid", 401, "The access token is not valid.", Isv, false),
            new("token-expired", 401, "The access token has expired.", Isv, false),
            new(QuotaRefusals.TokenRevoked, 401, "The access token was revoked.", Isv, false),
            new(RoleForbidden, 403, "Forbidden for the client's role.", Isv, false),
            new(CrossSiteRequest, 403, "The write comes from another site's page.", Isv, false),
            new(SellerRefusals.RoleNotAllowed, 403, "Forbidden for the user's role.", Isv, false),
            new(SellerRefusals.SellerNotFound, 404, "There is no such seller.", Isv, false),
            new(QuotaRefusals.ScopeMissing, 403, "The scope is not granted.", Isv, false),
            new(QuotaRefusals.RegionMismatch, 403, "The data stay in another region.", Isv, false),
            new(InstallationRefusals.InstallationPaused, 403, "The installation is paused.", Isv, false),
            new(InstallationRefusals.InstallationSuspended, 403, "The platform suspended the installation.", Isv, false),
            new(InstallationRefusals.InstallationDisabled, 403, "The installation is disabled.", Isv, false),
            new(InstallationRefusals.ConsentMissing, 403, "The seller has not consented.", Isv, false),
            new(InstallationRefusals.EntityUnverified, 403, "The seller's enterprise is not verified.", Isv, false),
            new(InstallationRefusals.AuthorisationExpired, 403, "The seller's authorisation has expired.", Isv, false),
            new(QuotaRefusals.ScopePending, 403, "The scope waits for the seller's decision.", Isv, false),
            new(QuotaRefusals.ScopeExpiredCode, 403, "The grant of the sensitive scope has expired.", Isv, false),
            new(InstallationRefusals.StateForbidsCode, 409, "The installation's state does not allow this.", Isv, false),
            new(InstallationRefusals.AgreementChangedCode, 409, "The agreement is another one now.", Isv, false),
            new(InstallationRefusals.BroaderGrantCode, 409, "More is granted than the plugin needs.", Isv, false),
            new(InstallationRefusals.ScopeInUseCode, 409, "The scope is in use.", Isv, false),
            new(InstallationRefusals.ScopeRequired, 422, "A required scope is missing.", Isv, false),
            new(InstallationRefusals.InstallationNotFound, 404, "There is no such installation.", Isv, false),
            new(InstallationRefusals.PluginNotFound, 404, "There is no such plugin.", Isv, false),
            new(InstallationRefusals.PluginNotCertified, 409, "The plugin is not certified.", Isv, false),
            new(InstallationRefusals.ScopeNotCertifiedCode, 422, "The plugin is not certified for the scope.", Isv, false),
            new(InstallationRefusals.SettingInvalid, 422, "The setting is out of bounds.", Isv, false),
            new(SchemaRefusals.VersionUnknown, 404, "There is no such schema version.", Isv, false),
            new(SchemaRefusals.AlreadyAnnounced, 409, "The schema version is announced already.", Isv, false),
            new(QuotaRefusals.QuotaExceeded, 429, "The daily quota is used up.", Isv, true),
            new(QuotaRefusals.BurstExceeded, 429, "Too many calls at once.", Isv, true),
            new(QuotaRefusals.AbnormalUsageCode, 429, "Too many calls of the day were answered with an error.", Isv, true),
            new(QuotaRefusals.SpendCapReached, 429, "The seller's spend cap is reached.", Isv, true),
            new(QuotaRefusals.KeyReused, 422, "The idempotency key belongs to another request.", Isv, false),
            new(QuotaRefusals.KeyInProgress, 409, "The first call with the key is still running.", Isv, true),
            new(QuotaRefusals.PermitExpired, 503, "The call took too long.", System, true),
            new(KeyInvalid, 400, "The idempotency key is not valid.", Isv, false),
            new(AnswerNotKept, 409, "The first answer was too large to keep.", Isv, false),
            new(BodyInvalid, 400, "The body cannot be read.", Isv, false),
            new(BodyTooLarge, 413, "The body is too large.", Isv, false),
            new("host-unknown", 400, "The server does not answer under this host.", Isv, false),
            new(ParameterInvalid, 400, "A parameter is not valid.", Isv, false),
            new(MediaTypeUnsupported, 415, "The media type is not supported.", Isv, false),
            new(NotFound, 404, "There is nothing here.", Isv, false),
            new(MethodNotAllowed, 405, "The method is not allowed here.", Isv, false),
            new(DeliveryRefusals.LiveLimit, 429, "Too many live connections.", Isv, true),
            new(DeliveryRefusals.LiveReplaced, 429, "A newer live connection has taken the place.", Isv, true),
            new("cursor-invalid", 400, "The cursor is not valid.", Isv, false),
            new("event-type-unknown", 422, "The event type is not known.", Isv, false),
            new("event-data-invalid", 422, "The event's data are not valid.", Isv, false),
            new("event-attribute-missing", 422, "An attribute of the event is missing or not valid.", Isv, false),
            new("event-id-reused", 409, "The event's id belongs to another event.", Isv, false),
            new("event-too-large", 422, "The event is too large.", Isv, false),
            new("order-not-found", 404, "There is no such order.", Isv, false),
            new("product-not-found", 404, "There is no such product.", Isv, false),
            new("tracking-not-found", 404, "There is no such waybill.", Isv, false),
            new("outside-sync-window", 404, "The order lies outside the sync window.", Isv, false),
            new("order-state-conflict", 409, "The order's state does not allow this.", Isv, false),
            new("split-incomplete", 422, "The parcels do not hold exactly the order's items.", Isv, false),
            new("merge-invalid", 422, "The orders cannot ship together.", Isv, false),
            new("merge-buyers-differ", 422, "The orders are of different buyers.", Isv, false),
            new("merge-buyer-unknown", 422, "The buyer of an order cannot be compared.", Isv, false),
            new("input-invalid", 422, "The input is not valid.", Isv, false),
            new("private-data-in-input", 422, "The input holds a buyer's private data.", Isv, false),
            new(DeliveryRefusals.EndpointMissing, 409, "There is no endpoint.", Isv, false),
            new(DeliveryRefusals.EndpointForbidden, 422, "The endpoint's address is not allowed.", Isv, false),
            new(DeliveryRefusals.EndpointInvalid, 422, "The value is out of bounds.", Isv, false),
            new(DeliveryRefusals.EndpointPushes, 409, "Events are pushed to the endpoint.", Isv, false),
            new(DeliveryRefusals.ReplaysBusy, 429, "Too many replays are under way.", Isv, true),
            new(DeliveryRefusals.SenderBusy, 503, "No place for a request to the endpoint is free.", System, true),
            new(DeliveryRefusals.SecretsBusy, 429, "Too many secrets are in force.", Isv, true),
            new(DeliveryRefusals.PositionInvalid, 422, "The place in the feed is not valid.", Isv, false),
            new(DeliveryRefusals.DeliveryStopped, 403, "Nothing is delivered now.", Isv, false),
            new(LabelRefusals.HandleInvalid, 422, "The address handle is not valid.", Isv, false),
            new(LabelRefusals.AddressIncomplete, 409, "There is no address for a label.", Isv, false),
            new(LabelRefusals.AddressUnreadable, 500, "The address cannot be opened.", System, false),
            new(LabelRefusals.CarrierUnknown, 422, "The carrier is not known.", Isv, false),
            new(LabelRefusals.LabelNotFound, 404, "There is no such label.", Isv, false),
            new(RiskRefusals.RiskHold, 403, "The write is held for the seller's confirmation.", Isv, false),
            new(RiskRefusals.HoldNotFoundCode, 404, "There is no such hold.", Isv, false),
            new(RiskRefusals.HoldDecidedCode, 409, "The hold is decided already.", Isv, false),
            new(RiskRefusals.HoldUndecidedCode, 409, "There is no decision to take back.", Isv, false),
            new(RiskRefusals.RulesInvalidCode, 422, "The risk rules are not valid.", Isv, false),
            new(EnterpriseRefusals.LicenceInvalid, 422, "The licence number is not valid.", Isv, false),
            new(EnterpriseRefusals.EnterpriseNotFound, 404, "There is no such enterprise.", Isv, false),
            new(EnterpriseRefusals.EnterpriseNotApproved, 409, "The enterprise is not approved.", Isv, false),
            new(EnterpriseRefusals.EnterpriseUnderReview, 409, "The enterprise is under review.", Isv, true),
            new(EnterpriseRefusals.EnterpriseLinked, 409, "The shop belongs to another enterprise.", Isv, false),
            new(EnterpriseRefusals.DocumentsMissing, 409, "Documents are missing.", Isv, false),
            new(EnterpriseRefusals.DocumentsLocked, 409, "The documents cannot be changed now.", Isv, false),
            new(EnterpriseRefusals.DocumentNotFound, 404, "There is no such document.", Isv, false),
            new(EnterpriseRefusals.DocumentNotUnderReview, 409, "No review of yours needs the document now.", Isv, false),
            new(EnterpriseRefusals.DocumentUnreadable, 500, "The document cannot be decrypted.", System, false),
            new(EnterpriseRefusals.ReviewNotFound, 409, "There is nothing to decide.", Isv, false),
            new(EnterpriseRefusals.ReviewNotClaimed, 409, "The review is not claimed.", Isv, false),
            new(EnterpriseRefusals.ReviewClaimed, 409, "Another reviewer works on it.", Isv, true),
            new(EnterpriseRefusals.SubAccountNotBound, 403, "The account is not bound to the plugin.", Isv, false),
            new(EnterpriseRefusals.SubAccountLimit, 409, "The enterprise has no more sub-accounts.", Isv, false),
            new(EnterpriseRefusals.ApplicationNotFound, 404, "There is no such application.", Isv, false),
            new(EnterpriseRefusals.ApplicationOpen, 409, "An application waits for its decision.", Isv, false),
            new(EnterpriseRefusals.ApplicationDecided, 409, "The application is decided.", Isv, false),
            new(EnterpriseRefusals.ApplicationInvalid, 422, "The value is out of bounds.", Isv, false),
            new(DocumentRefusals.TypeInvalid, 422, "Unsupported document type.", Isv, false),
            new(DocumentRefusals.Damaged, 422, "The document is damaged.", Isv, false),
            new(DocumentRefusals.ResolutionTooLow, 422, "The document's resolution is too low.", Isv, false),
            new(DocumentRefusals.TooManyPixels, 422, "The document has too many pixels.", Isv, false),
            new(DocumentRefusals.NotColour, 422, "The document is not in colour.", Isv, false),
            new(ClaimRefusals.ClaimNotFound, 404, "There is no such claim.", Isv, false),
            new(ClaimRefusals.ClaimExists, 409, "The order is claimed already.", Isv, false),
            new(ClaimRefusals.ClaimStateConflict, 409, "The claim's state does not allow this.", Isv, false),
            new(ClaimRefusals.ClaimInvalid, 422, "The claim is not valid.", Isv, false),
            new(ClaimRefusals.VerdictNotClaimable, 422, "The verdict cannot be claimed on.", Isv, false),
            new(ClaimRefusals.EvidenceInvalid, 422, "The evidence is not valid.", Isv, false),
            new(DiagnosticsRefusals.DiagnosisNotFound, 404, "There is no such diagnosis.", Isv, false),
            new(DiagnosticsRefusals.ErrorLogNotFound, 404, "There is no such error log.", Isv, false),
            new(DiagnosticsRefusals.OutcomeInvalid, 422, "The outcome does not fit the diagnosis.", Isv, false),
            new(DiagnosticsRefusals.IncidentNotFound, 404, "There is no such incident.", Isv, false),
            new(DiagnosticsRefusals.IncidentLimit, 409, "Too many incidents are open.", Isv, false),
            new(Overloaded, 503, "The platform sheds load.", System, true),
            new(TooManyAtOnce, 429, "Too many heavy requests at once.", Isv, true),
            new(StorageUnavailable, 503, "Storage unavailable.", System, true),
            new(UpstreamFailed, 502, "The upstream service failed.", Isp, true),
            new(InternalError, 500, "Something went wrong on our side.", System, true),
        ];
}
