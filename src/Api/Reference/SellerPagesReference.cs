using System.Collections.Immutable;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.SellerApi.Diagnostics;
using Marketplace.Api.SellerApi.Installations;
using Marketplace.Api.SellerApi.Orders;
using Marketplace.Api.SellerApi.Quotas;
using Marketplace.Installations;
using static Marketplace.Api.Reference.AnswerReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations that answer what a page of Seller Center shows: many installations at once, lists, what happens now.</summary>
internal static class SellerPagesReference
{
    private const string One = "/seller/v1/installations/{seller}/{plugin}";

    /// <summary>The page parameters of lists of installations.</summary>
    internal static ImmutableArray<ParameterReference> InstallationsOfAPage =>
        [Parameters.Limit(PositionQuery.MaxLimit, InstallationPage.DefaultLimit), Parameters.Cursor];

    private static ImmutableArray<ParameterReference> Page =>
        [Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit), Parameters.Cursor];

    public static ImmutableArray<OperationReference> All { get; } =
    [.. Usage(), .. Diagnostics(), .. Orders(), .. Documents(), .. Events()];

    private static OperationReference[] Usage() =>
        [
            new("GET", "/seller/v1/usage", "usage.list", "List what a seller's installations have used, and what the next call costs.")
            {
                Parameters = [Parameters.Seller, .. InstallationsOfAPage],
                Answers = [Json<UsageList>()],
            },
            new(
                "GET",
                "/seller/v1/overview",
                "installations.overview",
                "List a seller's installations with what is wrong with each, and what mends it."
            )
            {
                Description =
                    "The problems are findings of a diagnosis that the installation's own state shows; a diagnosis looks at more.",
                Parameters = [Parameters.Seller, .. InstallationsOfAPage],
                Answers = [Json<OverviewList>()],
            },
            new("GET", One + "/usage", "usage.get", "Get what one installation has used, and what the next call costs.")
            {
                Answers = [Json<UsageView>()],
                Problems = Missing,
            },
            new("GET", One + "/usage/days", "usage.days", "List calls, cost and errors of an installation, day by day.")
            {
                Parameters =
                [
                    new("from", ParameterKind.Day, "The first day, in Asia/Shanghai.") { Required = true, Example = "2026-11-01" },
                    new("to", ParameterKind.Day, "The last day; at most 92 days in all.") { Required = true, Example = "2026-11-30" },
                ],
                Answers = [Json<UsageDaysView>()],
                Problems = Missing,
            },
        ];

    private static OperationReference[] Diagnostics() =>
        [
            new("GET", One + "/diagnoses", "diagnosis.list", "List the last diagnoses of an installation, newest first.")
            {
                Parameters = Page,
                Answers = [Json<PastDiagnosisList>()],
                Problems = Missing,
            },
            new("GET", One + "/errors", "sellerErrors.list", "List the last errors of an installation, newest first.")
            {
                Parameters =
                [
                    new("operation", ParameterKind.Text, "Only errors of this operation.") { Example = "orders.get" },
                    new("code", ParameterKind.Text, "Only errors with this problem code.") { Example = "quota-exceeded" },
                    Parameters.From,
                    Parameters.To,
                    .. Page,
                ],
                Answers = [Json<ErrorList>()],
                Problems = Missing,
            },
            new("GET", "/seller/v1/incidents", "incidents.listOfSeller", "List open incidents that may touch the shop, newest first.")
            {
                Parameters = [Parameters.Seller],
                Answers = [Json<SellerIncidentList>()],
            },
        ];

    private static OperationReference[] Events() =>
        [
            new("GET", "/seller/v1/events", "sellerEvents.stream", "Be told what happens to the seller's installations while it happens.")
            {
                Parameters =
                [
                    Parameters.Seller,
                    new("Last-Event-ID", ParameterKind.Text, "The id of the last event that arrived; browsers send it by themselves.")
                    {
                        InHeader = true,
                    },
                ],
                Answers =
                [
                    Text(
                        EventStream.ContentType,
                        "Server-sent events: `ready`, `installation`, `usage`, `notification`, `review`, `claim`, `incident`, `reset`. "
                            + "The end of the token is the last event, named `problem`."
                    ),
                ],
                Problems = ["cursor-invalid", "too-many-at-once", "overloaded"],
            },
        ];

    private static OperationReference[] Documents() =>
        [
            new(
                "GET",
                "/seller/v1/enterprise/documents/{kind}",
                "enterprise.getDocument",
                "Get the shop's own document; every view is recorded."
            )
            {
                Parameters = [Parameters.Seller],
                Answers = [Text("image/png"), Text("image/jpeg")],
                Problems =
                [
                    "enterprise-not-found",
                    "document-not-found",
                    "document-unreadable",
                    "role-not-allowed",
                    "too-many-at-once",
                    "overloaded",
                ],
            },
        ];

    private static OperationReference[] Orders() =>
        [
            new("GET", "/seller/v1/orders", "orders.search", "List the seller's orders, newest first, or search them by their id.")
            {
                Parameters =
                [
                    Parameters.Seller,
                    new("q", ParameterKind.Text, "Only orders of which the id contains this text, in any case.") { Example = "D-00" },
                    .. Page,
                ],
                Answers = [Json<SellerOrderList>()],
            },
            new("GET", "/seller/v1/orders/{id}", "orders.getOfSeller", "Get one order, and what became of it at each enabled plugin.")
            {
                Parameters = [Parameters.Seller],
                Answers = [Json<SellerOrderDetail>()],
                Problems = ["order-not-found"],
            },
            new("GET", "/seller/v1/orders/statistics", "orders.countByDay", "Count the orders created on each of the last days.")
            {
                Parameters =
                [
                    Parameters.Seller,
                    new("days", ParameterKind.Number, "How many days, today included.")
                    {
                        Minimum = 1,
                        Maximum = 366,
                        Default = 30,
                    },
                ],
                Answers = [Json<OrderStatisticsView>()],
            },
            new("GET", One + "/sync/window-preview", "sync.previewWindow", "Count the orders that a sync window would show the plugin.")
            {
                Parameters =
                [
                    new("hours", ParameterKind.Number, "How far back the window would reach; without it all orders are inside.")
                    {
                        Minimum = 1,
                        Maximum = Installation.MaxSyncWindowHours,
                    },
                ],
                Answers = [Json<WindowPreviewView>()],
                Problems = Missing,
            },
        ];

    private static ImmutableArray<string> Missing => ["installation-not-found"];
}
