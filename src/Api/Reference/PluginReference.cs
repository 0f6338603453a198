using System.Collections.Immutable;
using Marketplace.Api.Calls;
using Marketplace.Api.DeveloperApi;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.PluginApi;
using Marketplace.Api.PluginApi.Webhooks;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Api.SellerApi.Evidence;
using Marketplace.Labels;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations for plugins.</summary>
internal static class PluginReference
{
    private static readonly ParameterReference EventCursor = Parameters.Cursor with
    {
        Description =
            "The events after this place are read: a `next_cursor` or the id of a live event. Without it, those after what is confirmed.",
    };

    public static ImmutableArray<OperationReference> All { get; } = [.. Orders(), .. Logistics(), .. Events(), .. Webhook(), .. Account()];

    private static OperationReference[] Orders() =>
        [
            Call(Operations.OrdersList) with
            {
                Parameters =
                [
                    Parameters.OneOf("status", "Only orders in this state.", "created", "paid", "shipped", "delivered", "cancelled"),
                    new("created_from", ParameterKind.Instant, "Only orders created at this instant or later."),
                    new("created_to", ParameterKind.Instant, "Only orders created before this instant."),
                    new(
                        "updated_after_seq",
                        ParameterKind.Number,
                        "Only orders changed after this sequence of the feed; pages follow the last change."
                    )
                    {
                        Minimum = 0,
                    },
                    Parameters.Limit(100, 50),
                    Parameters.Cursor,
                ],
                Answers = [Json<OrderPage>()],
                Problems = ["cursor-invalid"],
            },
            Call(Operations.OrdersGet) with
            {
                Answers = [Json<OrderJson>()],
                Problems = ["order-not-found", "outside-sync-window"],
            },
            Write(Operations.OrdersFlag) with
            {
                Body = JsonBody<FlagDocument>(),
            },
            Write(Operations.OrdersSplit) with
            {
                Body = JsonBody<SplitDocument>(),
                Problems = [.. WriteProblems, "order-not-found", "order-state-conflict", "split-incomplete"],
            },
            Write(Operations.OrdersMerge) with
            {
                Body = JsonBody<MergeDocument>(),
                Problems =
                [
                    .. WriteProblems,
                    "order-not-found",
                    "order-state-conflict",
                    "merge-invalid",
                    "merge-buyers-differ",
                    "merge-buyer-unknown",
                ],
            },
            Write(Operations.OrdersUnmerge) with
            {
                Problems = [.. WriteProblems, "order-not-found", "order-state-conflict"],
            },
            Write(Operations.OrdersTrack) with
            {
                Body = JsonBody<TrackingDocument>(),
            },
            Call(Operations.ProductsList) with
            {
                Parameters =
                [
                    new(
                        "updated_after_seq",
                        ParameterKind.Number,
                        "Only products changed after this sequence of the feed; pages follow the last change."
                    )
                    {
                        Minimum = 0,
                    },
                    Parameters.Limit(100, 50),
                    Parameters.Cursor,
                ],
                Answers = [Json<ProductPage>()],
                Problems = ["cursor-invalid"],
            },
            Write(Operations.ProductsPatch) with
            {
                Body = JsonBody<ProductChangeDocument>(),
                Problems = [.. WriteProblems, "product-not-found"],
            },
        ];

    private static OperationReference[] Logistics() =>
        [
            Call(Operations.TrackingGet) with
            {
                Answers = [Json<TrackJson>()],
                Problems = ["tracking-not-found"],
            },
            Write(Operations.LabelsCreate) with
            {
                Body = JsonBody<LabelDocument>(),
                Answers = [Json<LabelAnswer>()],
                Problems = [.. WriteProblems, "order-not-found", "address-handle-invalid", "carrier-unknown", "address-incomplete"],
            },
            Call(Operations.RatesList) with
            {
                Parameters =
                [
                    Parameters.OrderId.Needed(),
                    new("weight_g", ParameterKind.Number, "The parcel's weight in grams.")
                    {
                        Minimum = 1,
                        Maximum = Carriers.MaxWeightG,
                        Default = 500,
                    },
                ],
                Answers = [Json<RatesAnswer>()],
                Problems = ["order-not-found", "outside-sync-window"],
            },
        ];

    private static OperationReference[] Events() =>
        [
            Call(Operations.EventsList) with
            {
                Parameters = [EventCursor, Parameters.Limit(1_000, 100), Parameters.OrderId],
                Answers = [Json<EventPage>()],
                Problems = ["cursor-invalid"],
            },
            Call(Operations.EventsConfirm) with
            {
                Body = JsonBody<ConfirmRequest>(),
                Answers = [Json<ConfirmAnswer>()],
                Problems = ["cursor-invalid", "endpoint-pushes"],
            },
            Call(Operations.EventsLive) with
            {
                Parameters =
                [
                    EventCursor,
                    Parameters.Limit(1_000, 100),
                    new("Last-Event-ID", ParameterKind.Text, "The id of the last event that arrived; browsers send it by themselves.")
                    {
                        InHeader = true,
                    },
                ],
                Answers =
                [
                    Text(
                        EventStream.ContentType,
                        "Server-sent events: `id` is a cursor, `event` the type, `data` an EventEnvelope. A refusal is the "
                            + "last event, named `problem`."
                    ),
                ],
                Problems = ["cursor-invalid", "live-limit"],
            },
        ];

    private const string ClientToken =
        "For a token of the plugin's client without installation: `grant_type=client_credentials` and no `installation`.";

    private static OperationReference[] Webhook() =>
        [
            new("PUT", "/open/v1/webhook", "webhook.set", "Set the endpoint to which events are pushed.")
            {
                Body = JsonBody<EndpointRequest>(),
                Answers =
                [
                    Json<WebhookView>(StatusCodes.Status200OK, "The endpoint was changed."),
                    Json<WebhookView>(StatusCodes.Status201Created, "The first endpoint; the answer holds its secret."),
                ],
                Problems = ["endpoint-forbidden", "endpoint-invalid", "burst-exceeded"],
                TakesKey = true,
            },
            new("GET", "/open/v1/webhook", "webhook.get", "Get the endpoint and the state of its deliveries.")
            {
                Answers = [Json<WebhookView>()],
            },
            new("DELETE", "/open/v1/webhook", "webhook.remove", "Remove the endpoint; the plugin pulls its events from then on.")
            {
                Answers = [Json<WebhookView>()],
                TakesKey = true,
            },
            new(
                "POST",
                "/open/v1/webhook/secret",
                "webhook.rotateSecret",
                "Make a new signing secret; the old one stays valid for a while."
            )
            {
                Body = OptionalJsonBody<SecretRequest>(),
                Answers = [Json<WebhookView>()],
                Problems = ["endpoint-missing", "endpoint-invalid"],
                TakesKey = true,
            },
            new("POST", "/open/v1/webhook/resume", "webhook.resume", "Resume a parked endpoint and attempt at once what waits.")
            {
                Answers = [Json<WebhookView>()],
                Problems = ["endpoint-missing"],
                TakesKey = true,
            },
            new("POST", "/open/v1/webhook/ping", "webhook.ping", "Send a ping to the endpoint and report how it answered.")
            {
                Answers = [Json<PingView>()],
                Problems = ["endpoint-missing"],
                TakesKey = true,
            },
            new("POST", "/open/v1/webhook/dry-run", "webhook.dryRun", "Show the next signed request without sending it.")
            {
                Body = OptionalJsonBody<DryRunRequest>(),
                Answers = [Json<DryRunView>()],
                Problems = ["endpoint-missing", "position-invalid"],
                TakesKey = true,
            },
            new("GET", "/open/v1/webhook/deliveries", "webhook.deliveries", "List delivery attempts, newest first.")
            {
                Parameters = [Parameters.Limit(100, 50), Parameters.Cursor],
                Answers = [Json<DeliveryList>()],
                Problems = ["cursor-invalid"],
            },
            new("GET", "/open/v1/webhook/dead-letters", "webhook.deadLetters", "List events that were given up and not delivered since.")
            {
                Answers = [Json<DeadLetterList>()],
            },
            new(
                "PUT",
                "/open/v1/plugin-webhook",
                "pluginWebhook.set",
                "Set one endpoint for all installations that have none of their own."
            )
            {
                Description = ClientToken,
                Body = JsonBody<EndpointRequest>(),
                Answers =
                [
                    Json<PluginWebhookView>(StatusCodes.Status200OK, "The endpoint was changed."),
                    Json<PluginWebhookView>(StatusCodes.Status201Created, "The first endpoint; the answer holds its secret."),
                ],
                Problems = ["endpoint-forbidden", "endpoint-invalid", "burst-exceeded"],
                TakesKey = true,
            },
            new("GET", "/open/v1/plugin-webhook", "pluginWebhook.get", "Get the endpoint of all installations.")
            {
                Description = ClientToken,
                Answers = [Json<PluginWebhookView>()],
            },
            new(
                "DELETE",
                "/open/v1/plugin-webhook",
                "pluginWebhook.remove",
                "Remove it; installations without an endpoint of their own pull from then on."
            )
            {
                Description = ClientToken,
                Answers = [Json<PluginWebhookView>()],
                TakesKey = true,
            },
            new(
                "POST",
                "/open/v1/plugin-webhook/secret",
                "pluginWebhook.rotateSecret",
                "Make a new signing secret; the old one stays valid for a while."
            )
            {
                Description = ClientToken,
                Body = OptionalJsonBody<SecretRequest>(),
                Answers = [Json<PluginWebhookView>()],
                Problems = ["endpoint-missing", "endpoint-invalid"],
                TakesKey = true,
            },
            new("POST", "/open/v1/plugin-webhook/resume", "pluginWebhook.resume", "Resume all installations that are parked at it.")
            {
                Description = ClientToken,
                Answers = [Json<PluginWebhookView>()],
                Problems = ["endpoint-missing"],
                TakesKey = true,
            },
            new("POST", "/open/v1/plugin-webhook/ping", "pluginWebhook.ping", "Send a ping to the endpoint and report how it answered.")
            {
                Description = ClientToken,
                Answers = [Json<PingView>()],
                Problems = ["endpoint-missing"],
                TakesKey = true,
            },
            new("POST", "/open/v1/replays", "replays.start", "Deliver a range, an order's events or the dead letters again.")
            {
                Body = JsonBody<ReplayCommandRequest>(),
                Answers =
                [
                    Json<DryReplayView>(StatusCodes.Status200OK, "With `dry_run`: what would be sent."),
                    Json<ReplayView>(StatusCodes.Status202Accepted, "The replay has begun."),
                ],
                Problems = ["replays-busy", "position-invalid"],
                TakesKey = true,
            },
            new("GET", "/open/v1/replays", "replays.list", "List the replays that are under way.") { Answers = [Json<ReplayList>()] },
        ];

    private static OperationReference[] Account() =>
        [
            new(
                "GET",
                "/open/v1/installations",
                "pluginInstallations.list",
                "List the plugin's installations: whom it serves, and in which state."
            )
            {
                Description = ClientToken,
                Parameters = [Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit), Parameters.Cursor],
                Answers = [Json<PluginInstallationPage>()],
                Problems = ["cursor-invalid"],
            },
            new("GET", "/open/v1/quota", "quota.get", "Get counters, limits and the instants at which they start again; not counted.")
            {
                Answers = [Json<QuotaAnswer>()],
            },
            new("GET", "/open/v1/errors/{id}", "errors.get", "Get an error log by the id that a problem document carries; not counted.")
            {
                Answers = [Json<ErrorView>()],
                Problems = ["error-log-not-found"],
            },
            new(
                "GET",
                "/open/v1/claims",
                "pluginClaims.list",
                "List the claims against the plugin's installation, newest first; not counted."
            )
            {
                Answers = [Json<ClaimListView>()],
            },
            new("GET", "/open/v1/claims/{claim}", "pluginClaims.get", "Get one claim against the installation; not counted.")
            {
                Answers = [Json<ClaimView>()],
                Problems = ["claim-not-found"],
            },
            new("POST", "/open/v1/claims/{claim}/answer", "pluginClaims.answer", "Answer a claim before it is due.")
            {
                Body = JsonBody<ClaimTextRequest>(),
                Answers = [Json<ClaimView>()],
                Problems = ["claim-not-found", "claim-state-conflict", "claim-invalid"],
                TakesKey = true,
            },
            new(
                "GET",
                "/open/v1/orders/{id}/evidence",
                "orders.evidence",
                "Get the signed record of how an order's events reached the plugin; not counted."
            )
            {
                Parameters =
                [
                    Parameters.OneOf("format", "The form of the answer; else `Accept` decides.", "json", "html"),
                    Parameters.PageLanguage,
                    Parameters.PageLanguages,
                ],
                Answers = [Json<SignedEvidenceDocument>()],
                Problems = ["order-not-found"],
            },
        ];

    private static ImmutableArray<string> WriteProblems =>
        [
            "input-invalid",
            "private-data-in-input",
            "risk-hold",
            "idempotency-key-reused",
            "idempotency-in-progress",
            "idempotency-answer-not-kept",
        ];

    private static OperationReference Call(Operation operation) =>
        new(operation.Method, operation.Route, operation.Id.Value, operation.Summary);

    private static OperationReference Write(Operation operation) =>
        Call(operation) with
        {
            Answers = [Json<WriteAnswer>()],
            Problems = [.. WriteProblems, "order-not-found"],
            TakesKey = true,
        };
}
