using System.Collections.Immutable;
using System.Net.Mime;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.PlatformApi;
using Marketplace.Api.PlatformApi.Intake;
using Marketplace.Api.PlatformApi.Journal;
using Marketplace.Api.PlatformApi.Schemas;
using Marketplace.Api.SellerApi.Deliveries;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Api.SellerApi.Evidence;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Api.SellerApi.Risk;
using Marketplace.Identity;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations for the marketplace's own systems (role platform) and operators.</summary>
internal static class PlatformReference
{
    private const string Lines = "application/x-ndjson";

    public static ImmutableArray<OperationReference> All { get; } =
    [
        .. Events(),
        .. Enforcement(),
        .. Clients(),
        .. PolicyReference.OfOperators,
        .. EnforcementReference.OfOperators,
        .. Prices(),
        .. Schemas(),
        .. Diagnosis(),
        .. Claims(),
        .. Audit(),
        .. Exports(),
        .. BillReference.OfOperators,
    ];

    private static OperationReference[] Events() =>
        [
            new(
                "POST",
                "/platform/v1/events",
                "events.ingest",
                "Send marketplace events: CloudEvents 1.0, one or a batch of at most 1,000."
            )
            {
                Description =
                    "Answered after the accepted events are in their sellers' feeds. Members of a batch do not fail each "
                    + "other; a single event that is refused is 422.",
                Body = new BodyReference(
                    typeof(IncomingEventDocument),
                    true,
                    "application/cloudevents+json",
                    "application/cloudevents-batch+json",
                    MediaTypeNames.Application.Json
                ),
                Answers = [Json<IntakeAnswer>()],
                Problems =
                [
                    "event-attribute-missing",
                    "event-type-unknown",
                    "event-data-invalid",
                    "event-too-large",
                    "body-too-large",
                    "media-type-unsupported",
                ],
            },
            new(
                "GET",
                "/platform/v1/events/errors/{id}",
                "eventErrors.get",
                "Get a problem that the caller received, by the id in its `instance`."
            )
            {
                Answers = [Json<ErrorView>()],
                Problems = ["error-log-not-found"],
            },
        ];

    private static OperationReference[] Enforcement() =>
        [
            new("GET", "/platform/v1/plugins", "plugins.list", "List all plugins, by id, or search them.")
            {
                Parameters =
                [
                    new("q", ParameterKind.Text, "Only plugins of which id or name contains this text, in any case."),
                    Parameters.OneOf("state", "Only plugins of this state.", PluginLine.Certified, PluginLine.NotCertified),
                    Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit),
                    Parameters.Cursor,
                ],
                Answers = [Json<PluginLines>()],
            },
            new("GET", "/platform/v1/installations", "installations.listOfPlugin", "List the installations of one plugin.")
            {
                Parameters =
                [
                    Parameters.Plugin.Needed(),
                    Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit),
                    Parameters.Cursor,
                ],
                Answers = [Json<InstallationList>()],
            },
            new(
                "POST",
                "/platform/v1/installations/{seller}/{plugin}/suspend",
                "installations.suspend",
                "Suspend an installation; effective with the next call."
            )
            {
                Body = JsonBody<ReasonRequest>(),
                Answers = [Json<InstallationView>()],
                Problems = ["installation-not-found", "state-forbids"],
                TakesKey = true,
            },
            new("POST", "/platform/v1/installations/{seller}/{plugin}/lift", "installations.liftSuspension", "Lift a suspension.")
            {
                Body = OptionalJsonBody<ReasonRequest>(),
                Answers = [Json<InstallationView>()],
                Problems = ["installation-not-found", "state-forbids"],
                TakesKey = true,
            },
            new("GET", "/platform/v1/findings", "findings.list", "List private data that a plugin sent, newest first: where, never what.")
            {
                Parameters =
                [
                    Parameters.Plugin.Needed(),
                    Parameters.OneOf(
                        "kind",
                        "Only findings of this kind.",
                        "identity-number",
                        "telephone-number",
                        "e-mail-address",
                        "postal-address"
                    ),
                    Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit),
                ],
                Answers = [Json<FindingsView>()],
            },
            new("GET", "/platform/v1/risk/rules", "riskRules.get", "Get the risk rules in force.") { Answers = [Json<RulesView>()] },
            new("PUT", "/platform/v1/risk/rules", "riskRules.set", "Replace the risk rules; in force everywhere within a second.")
            {
                Body = JsonBody<RulesRequest>(),
                Answers = [Json<RulesView>()],
                Problems = ["risk-rules-invalid"],
                TakesKey = true,
            },
            new(
                "POST",
                "/platform/v1/risk/rules/dry-run",
                "riskRules.dryRun",
                "Get what rules would have held of an installation's recorded calls."
            )
            {
                Body = JsonBody<Api.SellerApi.Risk.DryRunRequest>(),
                Answers = [Json<Api.SellerApi.Risk.DryRunView>()],
                Problems = ["risk-rules-invalid", "installation-not-found"],
            },
            new("POST", "/platform/v1/keys/rotate", "keys.rotate", "Make a new signing key; earlier ones stay published.")
            {
                Answers = [Json<MarketplaceKeyList>()],
            },
        ];

    private static OperationReference[] Clients() =>
        [
            new("GET", "/platform/v1/clients", "clients.list", "List the OAuth clients, by id.")
            {
                Parameters =
                [
                    Parameters.OneOf("role", "Only clients of this role.", [.. ClientRoles.OfClients]),
                    Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit),
                    Parameters.Cursor,
                ],
                Answers = [Json<ClientListView>()],
            },
            new("POST", "/platform/v1/clients", "clients.create", "Create an OAuth client; its secret is shown once.")
            {
                Description =
                    "Not idempotent by a key, because the secret is not kept: after a lost answer the client exists, and a new "
                    + "secret can be asked for it.",
                Body = JsonBody<NewClientRequest>(),
                Answers = [Json<ClientSecretView>(StatusCodes.Status201Created)],
                Problems = ["client-invalid", "client-exists"],
            },
            new("GET", "/platform/v1/clients/{client}", "clients.get", "Get one OAuth client.")
            {
                Answers = [Json<ClientView>()],
                Problems = ["client-not-found"],
            },
            new(
                "POST",
                "/platform/v1/clients/{client}/secret",
                "clients.rotateSecret",
                "Give a client a new secret; earlier ones stay good for an overlap."
            )
            {
                Body = OptionalJsonBody<RotateSecretRequest>(),
                Answers = [Json<ClientSecretView>()],
                Problems = ["client-not-found", "client-revoked", "client-secrets-open", "client-changed-meanwhile"],
            },
            new(
                "PUT",
                "/platform/v1/clients/{client}/redirect-uris",
                "clients.setRedirectUris",
                "Replace the redirect URIs of a plugin's client."
            )
            {
                Body = JsonBody<RedirectUrisRequest>(),
                Answers = [Json<ClientView>()],
                Problems = ["client-not-found", "client-revoked", "client-invalid", "client-changed-meanwhile"],
            },
            new(
                "POST",
                "/platform/v1/clients/{client}/revoke",
                "clients.revoke",
                "Revoke a client for good: its secrets, sessions and tokens are void."
            )
            {
                Answers = [Json<ClientView>()],
                Problems = ["client-not-found", "client-changed-meanwhile"],
            },
            new(
                "GET",
                "/platform/v1/clients/{client}/sessions",
                "clientSessions.list",
                "List the browsers that are signed in as a client, oldest first."
            )
            {
                Answers = [Json<SessionList>()],
                Problems = ["not-found"],
            },
            new(
                "POST",
                "/platform/v1/clients/{client}/sessions/end",
                "clientSessions.end",
                "End a client's sessions: browsers are signed out, tokens are void."
            )
            {
                Answers = [Json<SessionsEnded>()],
                Problems = ["not-found"],
            },
        ];

    private static OperationReference[] Prices() =>
        [
            new("GET", "/platform/v1/plugins/{plugin}/prices", "prices.list", "List the price versions of a plugin, by effective day.")
            {
                Answers = [Json<PriceListView>()],
                Problems = ["plugin-not-found"],
            },
            new("POST", "/platform/v1/plugins/{plugin}/prices", "prices.announce", "Announce prices of a plugin from a day on.")
            {
                Description = "Lower prices can begin on the next day; higher ones, or a lower daily limit, need 90 days' notice.",
                Body = JsonBody<AnnouncePricesRequest>(),
                Answers = [Json<PriceVersionView>(StatusCodes.Status201Created)],
                Problems = ["plugin-not-found", "price-invalid", "price-notice-short"],
                TakesKey = true,
            },
        ];

    private static OperationReference[] Schemas() =>
        [
            new(
                "GET",
                "/platform/v1/schema/versions",
                "schemaVersions.list",
                "List the schema versions: announced since when, served until when."
            )
            {
                Answers = [Json<SchemaListView>()],
            },
            new(
                "POST",
                "/platform/v1/schema/versions/{version}/announce",
                "schemaVersions.announce",
                "Announce a schema version; certified plugins that pin an older one have 48 hours."
            )
            {
                Answers = [Json<SchemaVersionView>()],
                Problems = ["schema-version-unknown", "schema-already-announced"],
                TakesKey = true,
            },
            new(
                "GET",
                "/platform/v1/schema/versions/{version}/board",
                "schemaVersions.board",
                "Get which certified plugins have moved to a schema version."
            )
            {
                Answers = [Json<SchemaBoardView>()],
                Problems = ["schema-version-unknown"],
            },
            new(
                "GET",
                "/platform/v1/schema/versions/{version}/impact",
                "schemaVersions.impact",
                "Get the installed plugins that read, in the last 30 days, what a schema version changed."
            )
            {
                Answers = [Json<SchemaImpactView>()],
                Problems = ["schema-version-unknown"],
            },
        ];

    private static OperationReference[] Diagnosis() =>
        [
            new("GET", "/platform/v1/diagnosis/outcomes", "diagnosis.outcomes", "Get how many diagnoses located the cause, and how fast.")
            {
                Answers = [Json<OutcomesView>()],
            },
            new("GET", "/platform/v1/incidents", "incidents.list", "List incidents, newest first.") { Answers = [Json<IncidentList>()] },
            new(
                "POST",
                "/platform/v1/incidents",
                "incidents.open",
                "Declare an incident; sellers whom it touches find it in their diagnosis."
            )
            {
                Body = JsonBody<IncidentRequest>(),
                Answers = [Json<IncidentView>(StatusCodes.Status201Created)],
                Problems = ["incident-limit"],
                TakesKey = true,
            },
            new("POST", "/platform/v1/incidents/{id}/resolve", "incidents.resolve", "Resolve an incident.")
            {
                Body = OptionalJsonBody<ReasonRequest>(),
                Answers = [Json<IncidentView>()],
                Problems = ["incident-not-found"],
                TakesKey = true,
            },
            new("GET", "/platform/v1/errors/{id}", "operatorErrors.get", "Get an error log in full.")
            {
                Parameters =
                [
                    Parameters.Installation with
                    {
                        Required = false,
                        Description = "The installation: seller id, a slash, plugin id. Without it: a problem that the operator received.",
                    },
                ],
                Answers = [Json<ErrorView>()],
                Problems = ["error-log-not-found"],
            },
            new(
                "GET",
                "/platform/v1/orders/{id}/evidence",
                "operatorOrders.evidence",
                "Get the signed record of how an order's events reached a plugin."
            )
            {
                Parameters =
                [
                    Parameters.Installation,
                    Parameters.OneOf("format", "The form of the answer; else `Accept` decides.", "json", "html"),
                    Parameters.PageLanguage,
                    Parameters.PageLanguages,
                ],
                Answers = [Json<SignedEvidenceDocument>()],
                Problems = ["order-not-found", "installation-not-found", "too-many-at-once", "overloaded"],
            },
            new("GET", "/platform/v1/sync/{seller}/{plugin}", "operatorSync.get", "Get how an installation's events are delivered.")
            {
                Answers = [Json<SyncStatusView>()],
                Problems = ["installation-not-found"],
            },
        ];

    private static OperationReference[] Claims() =>
        [
            new("GET", "/platform/v1/claims/{seller}", "operatorClaims.list", "List a seller's claims, newest first.")
            {
                Answers = [Json<ClaimListView>()],
            },
            new("GET", "/platform/v1/claims/{seller}/{claim}", "operatorClaims.get", "Get one claim.")
            {
                Answers = [Json<ClaimView>()],
                Problems = ["claim-not-found"],
            },
            Claim<ClaimTextRequest>("answer", "operatorClaims.answer", "Record what the developer answers to a claim."),
            Claim<ExtendClaimRequest>("extend", "operatorClaims.extend", "Give the developer more time to answer a claim."),
            Claim<ClaimReasonRequest>("accept", "operatorClaims.accept", "Decide a claim for the seller."),
            Claim<ClaimReasonRequest>("reject", "operatorClaims.reject", "Decide a claim against the seller."),
            Claim<SettleClaimRequest>("settle", "operatorClaims.settle", "Record what was paid for an accepted claim."),
        ];

    private static OperationReference[] Audit() =>
        [
            new(
                "GET",
                "/platform/v1/audit/kpis",
                "auditTrail.figures",
                "Get facts by day and kind, the lag of the streams and the count of dead letters."
            )
            {
                Parameters =
                [
                    new("days", ParameterKind.Number, "How many days back.")
                    {
                        Minimum = 1,
                        Maximum = 366,
                        Default = 30,
                    },
                ],
                Answers = [Json<KpisView>()],
            },
            new("GET", "/platform/v1/audit/verify", "auditTrail.verify", "Verify the hash chains of all entities, or of one.")
            {
                Parameters = [new("entity", ParameterKind.Text, "Only this entity.")],
                Answers = [Json<VerifyView>()],
                Problems = ["not-found", "too-many-at-once", "overloaded"],
            },
            new("GET", "/platform/v1/dead-letters", "auditDeadLetters.list", "List facts that a subscriber could not handle.")
            {
                Parameters =
                [
                    new("all", ParameterKind.Flag, "Those that were settled, too."),
                    Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit),
                    Parameters.Cursor,
                ],
                Answers = [Json<DeadLettersView>()],
            },
            new("POST", "/platform/v1/dead-letters/{id}/retry", "auditDeadLetters.retry", "Hand a fact to its subscriber again.")
            {
                Answers = [Json<PlatformApi.Journal.DeadLetterView>()],
                Problems = ["not-found"],
            },
        ];

    private static OperationReference[] Exports() =>
        [
            Export("ledger", "Export the usage ledger: settled calls with price, tally and chain hash."),
            Export("feed", "Export the feed of marketplace events, without their sealed parts."),
            Export("journal", "Export the journal of control-plane facts with chain hash."),
            Export("delivery", "Export the delivery log: every attempt to bring an event to a plugin, with chain hash."),
        ];

    private static OperationReference Claim<T>(string verb, string id, string summary) =>
        new("POST", $"/platform/v1/claims/{{seller}}/{{claim}}/{verb}", id, summary)
        {
            Body = JsonBody<T>(),
            Answers = [Json<ClaimView>()],
            Problems = ["claim-not-found", "claim-state-conflict", "claim-invalid"],
            TakesKey = true,
        };

    private static OperationReference Export(string log, string summary) =>
        new("GET", "/platform/v1/export/" + log, "export." + log, summary)
        {
            Parameters = [new("after", ParameterKind.Text, "Go on behind this line's position.")],
            Answers = [Text(Lines, "One JSON object a line, ordered by key and sequence.")],
            Problems = ["cursor-invalid", "too-many-at-once", "overloaded"],
        };
}
