using System.Collections.Immutable;
using System.Net.Mime;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.PlatformApi.Journal;
using Marketplace.Api.SellerApi;
using Marketplace.Api.SellerApi.Deliveries;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Api.SellerApi.Evidence;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Api.SellerApi.Risk;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations for Seller Center, for itself or for its signed-in user.</summary>
internal static class SellerReference
{
    private const string One = "/seller/v1/installations/{seller}/{plugin}";
    private const string Csv = "text/csv";

    public static ImmutableArray<OperationReference> All { get; } =
    [
        .. Installations(),
        .. Permissions(),
        .. Deliveries(),
        .. Diagnosis(),
        .. Evidence(),
        .. BillReference.OfSellers,
        .. Enterprise(),
        .. Trail(),
        .. SellerPagesReference.All,
    ];

    private static OperationReference[] Installations() =>
        [
            new("POST", "/seller/v1/installations", "installations.enable", "Start enabling a plugin for a seller.")
            {
                Description = "Consent and a verified enterprise follow; `next` in the answer says which of them is missing.",
                Body = JsonBody<EnableRequest>(),
                Answers =
                [
                    Json<InstallationView>(StatusCodes.Status200OK, "The installation was there."),
                    Json<InstallationView>(StatusCodes.Status201Created, "A new installation."),
                ],
                Problems = ["plugin-not-found", "plugin-not-certified", "state-forbids", "sub-account-not-bound"],
                TakesKey = true,
            },
            new("GET", "/seller/v1/installations", "installations.list", "List a seller's installations.")
            {
                Parameters = [Parameters.Seller, .. SellerPagesReference.InstallationsOfAPage],
                Answers = [Json<InstallationList>()],
            },
            new("GET", One, "installations.get", "Get one installation.") { Answers = [Json<InstallationView>()], Problems = Missing },
            new(
                "GET",
                One + "/consent",
                "installations.consentDocument",
                "Get what the seller is asked to consent to, in Chinese and English."
            )
            {
                Answers = [Json<ConsentDocumentView>()],
                Problems = Missing,
            },
            new("POST", One + "/consent", "installations.consent", "Accept the agreement and grant exactly these scopes.")
            {
                Body = JsonBody<ConsentRequest>(),
                Answers = [Json<InstallationView>()],
                Problems =
                [
                    "installation-not-found",
                    "agreement-changed",
                    "price-changed",
                    "broader-grant",
                    "scope-required",
                    "scope-not-certified",
                    "role-not-allowed",
                ],
                TakesKey = true,
            },
            new("PUT", One + "/grants", "installations.setGrants", "Set exactly which scopes are granted; effective with the next call.")
            {
                Body = JsonBody<GrantsRequest>(),
                Answers = [Json<InstallationView>()],
                Problems =
                [
                    "installation-not-found",
                    "broader-grant",
                    "scope-in-use",
                    "scope-required",
                    "scope-not-certified",
                    "role-not-allowed",
                ],
                TakesKey = true,
            },
            Command("pause", "installations.pause", "Pause an installation; effective with the next call."),
            Command("resume", "installations.resume", "Resume a paused installation."),
            Command("disable", "installations.disable", "Disable a plugin: consent and grants end."),
            new("PUT", One + "/settings", "installations.setSettings", "Set the sync window and the spend cap.")
            {
                Description = "`null` lifts a setting; a member that is left out stays as it is.",
                Body = JsonBody<SettingsRequest>(),
                Answers = [Json<InstallationView>()],
                Problems = ["installation-not-found", "setting-invalid", "role-not-allowed"],
                TakesKey = true,
            },
        ];

    private static OperationReference[] Permissions() =>
        [
            new("GET", "/seller/v1/permissions", "permissions.list", "Review the permissions of a seller's installations.")
            {
                Parameters = [Parameters.Seller],
                Answers = [Json<PermissionList>()],
            },
            new(
                "GET",
                One + "/permissions",
                "permissions.get",
                "Review one installation's permissions: what each is for and when it was last used."
            )
            {
                Answers = [Json<PermissionView>()],
                Problems = Missing,
            },
            new("POST", One + "/permissions/close-idle", "permissions.closeIdle", "Close the scopes that were not used for 30 days.")
            {
                Body = OptionalJsonBody<NothingRequest>(),
                Answers = [Json<InstallationView>()],
                Problems = [.. Missing, "role-not-allowed"],
                TakesKey = true,
            },
            new("POST", One + "/permissions/sign-off", "permissions.signOff", "Record that the seller has reviewed the permissions.")
            {
                Body = OptionalJsonBody<NothingRequest>(),
                Answers = [Json<PermissionView>()],
                Problems = Missing,
                TakesKey = true,
            },
            new("GET", One + "/holds", "holds.list", "List writes that a risk rule held, newest first.")
            {
                Answers = [Json<HoldList>()],
                Problems = Missing,
            },
            Decide("confirm", "holds.confirm", "Confirm a held write: it passes from the next attempt on."),
            Decide("reject", "holds.reject", "Reject a held write: it stays closed."),
            Decide("reverse", "holds.reverse", "Reverse a decision on a held write."),
        ];

    private static OperationReference[] Deliveries() =>
        [
            new("GET", One + "/sync", "sync.get", "Get how an installation's events are delivered.")
            {
                Answers = [Json<SyncStatusView>()],
                Problems = Missing,
            },
            new("POST", One + "/sync/resume", "sync.resume", "Resume a parked endpoint and attempt at once what waits.")
            {
                Body = OptionalJsonBody<ReasonRequest>(),
                Answers = [Json<SyncStatusView>()],
                Problems = [.. Missing, "endpoint-missing"],
                TakesKey = true,
            },
            new("POST", One + "/sync/replay", "sync.replay", "Deliver a range, an order's events or the dead letters again.")
            {
                Body = JsonBody<ReplayRequestBody>(),
                Answers =
                [
                    Json<SyncStatusView>(description: "How deliveries stand; with `dry_run` what would be sent.") with
                    {
                        Other = typeof(SellerDryRun),
                    },
                ],
                Problems = [.. Missing, "replays-busy", "position-invalid"],
                TakesKey = true,
            },
            new(
                "GET",
                One + "/sync/dead-letters",
                "sync.deadLetters",
                "List events that were given up and not delivered since, oldest first."
            )
            {
                Answers = [Json<GivenUpList>()],
                Problems = Missing,
            },
            new("GET", One + "/sync/reconciliation", "sync.reconcile", "Get what became of one day's events, naming what is missing.")
            {
                Parameters = [new("day", ParameterKind.Day, "A day in Asia/Shanghai.") { Required = true, Example = "2026-11-29" }],
                Answers = [Json<ReconciliationView>()],
                Problems = Missing,
            },
            new("POST", One + "/sync/reconciliation", "sync.compare", "Compare a list of orders and the plugin's copy with the source.")
            {
                Parameters = [Parameters.From, Parameters.To],
                Body = BodyReference.Bytes(Csv),
                Answers = [Json<ComparisonView>()],
                Problems = [.. Missing, "body-too-large", "too-many-at-once", "overloaded"],
            },
            new("GET", "/seller/v1/orders.csv", "orders.exportCsv", "Export the seller's orders as CSV.")
            {
                Parameters = [Parameters.Seller, Parameters.From, Parameters.To],
                Answers = [Text(Csv)],
                Problems = ["too-many-at-once", "overloaded"],
            },
            new("GET", "/seller/v1/labels/{id}", "labels.print", "Print a parcel label as a page; only the seller sees the address.")
            {
                Parameters = [Parameters.Seller, Parameters.PageLanguage, Parameters.PageLanguages],
                Answers = [Text(MediaTypeNames.Text.Html)],
                Problems = ["label-not-found", "address-unreadable"],
            },
        ];

    private static OperationReference[] Diagnosis() =>
        [
            new(
                "GET",
                One + "/diagnosis",
                "diagnosis.run",
                "Diagnose an installation: what is wrong, why, and which call repairs it; free."
            )
            {
                Description = "With `Accept: text/event-stream` each check is an event `check` as it is made, then `result` has the whole.",
                Answers = [Json<DiagnosisView>()],
                Problems = Missing,
            },
            new("POST", One + "/diagnosis/{id}/outcome", "diagnosis.reportOutcome", "Report whether a diagnosis named the cause.")
            {
                Body = JsonBody<OutcomeRequest>(),
                Answers = [Json<OutcomeView>()],
                Problems = ["diagnosis-not-found", "outcome-invalid"],
                TakesKey = true,
            },
            new(
                "GET",
                "/seller/v1/errors/{id}",
                "sellerErrors.getReceived",
                "Get a problem that the caller received, by the id in its `instance`."
            )
            {
                Parameters = [Parameters.Seller with { Required = false }],
                Answers = [Json<ErrorView>()],
                Problems = ["error-log-not-found"],
            },
            new("GET", One + "/errors/{id}", "sellerErrors.get", "Get an error log as the seller may see it.")
            {
                Answers = [Json<ErrorView>()],
                Problems = ["error-log-not-found"],
            },
        ];

    private static OperationReference[] Evidence() =>
        [
            new(
                "GET",
                "/seller/v1/orders/{id}/evidence",
                "sellerOrders.evidence",
                "Get the signed record of how an order's events reached a plugin."
            )
            {
                Parameters =
                [
                    Parameters.Seller,
                    Parameters.Plugin.Needed(),
                    Parameters.OneOf("format", "The form of the answer; else `Accept` decides.", "json", "html"),
                    Parameters.PageLanguage,
                    Parameters.PageLanguages,
                ],
                Answers = [Json<SignedEvidenceDocument>()],
                Problems = ["order-not-found", "installation-not-found", "sub-account-not-bound"],
            },
            new("POST", "/seller/v1/claims", "claims.file", "File a claim for a lost order on a signed record.")
            {
                Body = JsonBody<FileClaimRequest>(),
                Answers = [Json<ClaimView>(StatusCodes.Status201Created)],
                Problems =
                [
                    "claim-invalid",
                    "claim-exists",
                    "evidence-invalid",
                    "verdict-not-claimable",
                    "order-not-found",
                    "role-not-allowed",
                ],
                TakesKey = true,
            },
            new("GET", "/seller/v1/claims", "claims.list", "List a seller's claims, newest first.")
            {
                Parameters = [Parameters.Seller],
                Answers = [Json<ClaimListView>()],
            },
            new("GET", "/seller/v1/claims/{claim}", "claims.get", "Get one claim.")
            {
                Parameters = [Parameters.Seller],
                Answers = [Json<ClaimView>()],
                Problems = ["claim-not-found"],
            },
            Claim("withdraw", "claims.withdraw", "Withdraw a claim."),
            Claim("reopen", "claims.reopen", "Reopen a rejected claim, once."),
        ];

    private static OperationReference[] Enterprise() =>
        [
            new("POST", "/seller/v1/enterprise", "enterprise.link", "Link the shop to its enterprise by the unified social credit code.")
            {
                Body = JsonBody<EnterpriseRequest>(),
                Answers = [Json<EnterpriseView>()],
                Problems = ["licence-invalid", "enterprise-linked"],
                TakesKey = true,
            },
            new(
                "GET",
                "/seller/v1/enterprise",
                "enterprise.get",
                "Get the enterprise as this shop sees it: review, documents, due time, sub-accounts."
            )
            {
                Parameters = [Parameters.Seller],
                Answers = [Json<EnterpriseView>()],
                Problems = ["enterprise-not-found"],
            },
            new(
                "PUT",
                "/seller/v1/enterprise/documents/{kind}",
                "enterprise.uploadDocument",
                "Upload one of the three documents: PNG or JPEG in colour, at most 4 MiB."
            )
            {
                Parameters = [Parameters.Seller],
                Body = BodyReference.Bytes("image/png", "image/jpeg"),
                Answers = [Json<DocumentView>()],
                Problems =
                [
                    "enterprise-not-found",
                    "documents-locked",
                    "document-type-invalid",
                    "document-damaged",
                    "document-resolution-too-low",
                    "document-too-many-pixels",
                    "document-not-colour",
                ],
                TakesKey = true,
            },
            new(
                "POST",
                "/seller/v1/enterprise/submit",
                "enterprise.submit",
                "Submit the documents, or a further shop, for review; also the answer to a reviewer's question."
            )
            {
                Body = JsonBody<SubmitRequest>(),
                Answers = [Json<EnterpriseView>()],
                Problems = ["enterprise-not-found", "documents-missing", "enterprise-under-review"],
                TakesKey = true,
            },
            new(
                "GET",
                "/seller/v1/enterprise/sub-accounts",
                "subAccounts.list",
                "List the sub-accounts of all shops of the enterprise, by plugin, with their cap."
            )
            {
                Parameters = [Parameters.Seller],
                Answers = [Json<SubAccountsView>()],
                Problems = ["enterprise-not-found"],
            },
            new(
                "PUT",
                "/seller/v1/enterprise/sub-accounts/{account}",
                "subAccounts.bind",
                "Allow a sub-account of the shop to use a plugin."
            )
            {
                Parameters = [Parameters.Seller, Parameters.Plugin.Needed()],
                Answers = [Json<SubAccountsView>()],
                Problems = ["sub-account-limit", "enterprise-not-approved", "role-not-allowed"],
                TakesKey = true,
            },
            new(
                "DELETE",
                "/seller/v1/enterprise/sub-accounts/{account}",
                "subAccounts.unbind",
                "Take a plugin from a sub-account of the shop."
            )
            {
                Parameters = [Parameters.Seller, Parameters.Plugin.Needed()],
                Answers = [Json<SubAccountsView>()],
                Problems = ["enterprise-not-found"],
                TakesKey = true,
            },
            new(
                "POST",
                "/seller/v1/enterprise/sub-account-applications",
                "subAccountApplications.submit",
                "Apply for more sub-accounts (form AE-DOC-2024-008)."
            )
            {
                Body = JsonBody<ApplicationRequest>(),
                Answers = [Json<ApplicationView>()],
                Problems = ["application-open", "application-invalid", "enterprise-not-approved"],
                TakesKey = true,
            },
            new(
                "GET",
                "/seller/v1/enterprise/sub-account-applications",
                "subAccountApplications.list",
                "List the enterprise's applications for more sub-accounts."
            )
            {
                Parameters = [Parameters.Seller],
                Answers = [Json<ApplicationList>()],
                Problems = ["enterprise-not-found"],
            },
        ];

    private static OperationReference[] Trail() =>
        [
            new("GET", "/seller/v1/audit", "audit.list", "List who changed what, when and from where, newest first.")
            {
                Parameters =
                [
                    Parameters.Seller,
                    new("entity", ParameterKind.Text, "Only facts of this entity."),
                    new("actor", ParameterKind.Text, "Only facts of this actor."),
                    new("type", ParameterKind.Text, "Only facts of this type; may be sent several times, for several types."),
                    Parameters.From,
                    Parameters.To,
                    Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit),
                    Parameters.Cursor,
                ],
                Answers = [Json<TrailView>()],
            },
            new("GET", "/seller/v1/notifications", "notifications.list", "List the seller's notifications, newest first.")
            {
                Parameters =
                [
                    Parameters.Seller,
                    new("unread", ParameterKind.Flag, "Only those that are not read."),
                    Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit),
                    Parameters.Cursor,
                ],
                Answers = [Json<NotificationsView>()],
            },
            new("POST", "/seller/v1/notifications/{id}/read", "notifications.markRead", "Mark a notification as read.")
            {
                Parameters = [Parameters.Seller],
                Answers = [Json<NotificationView>()],
                Problems = ["not-found"],
            },
            new("GET", "/seller/v1/notification-settings", "notificationSettings.get", "Get which usage alerts a seller gets.")
            {
                Parameters = [Parameters.Seller],
                Answers = [Json<NotificationSettingsView>()],
            },
            new("PUT", "/seller/v1/notification-settings", "notificationSettings.set", "Replace which usage alerts a seller gets.")
            {
                Parameters = [Parameters.Seller],
                Body = JsonBody<NotificationSettingsView>(),
                Answers = [Json<NotificationSettingsView>()],
                Problems = ["notification-settings-invalid", "role-not-allowed"],
                TakesKey = true,
            },
        ];

    private static ImmutableArray<string> Missing => ["installation-not-found"];

    private static OperationReference Command(string verb, string id, string summary) =>
        new("POST", $"{One}/{verb}", id, summary)
        {
            Body = OptionalJsonBody<ReasonRequest>(),
            Answers = [Json<InstallationView>()],
            Problems = [.. Missing, "state-forbids", "role-not-allowed"],
            TakesKey = true,
        };

    private static OperationReference Decide(string verb, string id, string summary) =>
        new("POST", $"{One}/holds/{{hold}}/{verb}", id, summary)
        {
            Body = OptionalJsonBody<DecisionRequest>(),
            Answers = [Json<HoldView>()],
            Problems = ["hold-not-found", "hold-decided", "hold-undecided", "role-not-allowed"],
            TakesKey = true,
        };

    private static OperationReference Claim(string verb, string id, string summary) =>
        new("POST", $"/seller/v1/claims/{{claim}}/{verb}", id, summary)
        {
            Body = JsonBody<SellerClaimRequest>(),
            Answers = [Json<ClaimView>()],
            Problems = ["claim-not-found", "claim-state-conflict", "role-not-allowed"],
            TakesKey = true,
        };
}
