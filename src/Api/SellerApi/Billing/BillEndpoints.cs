using System.Globalization;
using System.Net.Mime;
using System.Text;
using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.SellerApi.Billing;

/// <summary>A seller's plugin bill: itemised, exact, current to the last settled call (R55).</summary>
public static class BillEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;
    private const int FirstYear = 2000;
    private const int LastYear = 2999;
    private const string Csv = "text/csv";

    public static void MapBills(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/seller/v1/bills").RequireAuthorization(ClientRoles.Seller).WithTags("Seller in");
        group
            .MapGet("{month}", Read)
            .Takes("seller", "plugin", "format", "lang", "ui_locales")
            .WithSummary("The bill of a month by plugin, day, tier and API; JSON, CSV or a page.");
        group
            .MapGet("{month}/calls", ReadCalls)
            .Takes("seller", "plugin", "day", "api", "tier", "cursor", "limit")
            .WithSummary("The single calls of a bill's line.");
        group.MapGet("{month}/statement", ReadStatement).Takes("seller").WithSummary("The document of a closed bill, as it was closed.");
        group
            .MapGet("{month}/proof", Prove)
            .Takes("seller", "plugin")
            .WithSummary("The ledger rows behind a bill, signed.")
            .Bounded(HeavyKind.BillProof);
        endpoints
            .MapGet("/platform/v1/bills/{month}/proof", Prove)
            .RequireAuthorization(ClientRoles.Operator)
            .WithTags("Operators")
            .Takes("seller", "plugin")
            .WithSummary("The same for any seller.")
            .Bounded(HeavyKind.BillProof);
    }

    private static async Task<IResult> ReadStatement(HttpContext context, IGrainFactory grains)
    {
        var (seller, month) = (SellerRequest.Seller(context), Month(context));
        var statement = await grains.GetGrain<IStatementGrain>(GrainKeys.Statement(seller, month)).Read(context.RequestAborted)
            ?? throw new RequestProblemException(BillingRefusals.BillOpen(month));
        return TypedResults.Bytes(statement.Bytes, MediaTypeNames.Application.Json);
    }

    private static async Task Prove(HttpContext context, BillProofService proofs)
    {
        var seller = SellerRequest.Seller(context);
        await proofs.Write(context, seller, Month(context), OnlyPlugin(context.Request));
    }

    private static async Task<IResult> Read(
        HttpContext context,
        IGrainFactory grains,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
    )
    {
        var bill = await Grain(context, grains).Read(OnlyPlugin(context.Request), context.RequestAborted);
        if (context.Request.Query["format"] == "html")
        {
            await BillPage.Write(context, bill);
            return Results.Empty;
        }

        return WantsCsv(context.Request)
            ? TypedResults.Text(BillCsv.Of(bill), Csv, Encoding.UTF8)
            : TypedResults.Json(BillView.Of(bill, time.GetUtcNow()), BillJson.Readable.BillView);
    }

    private static async Task<IResult> ReadCalls(HttpContext context, IGrainFactory grains)
    {
        var query = Query(context.Request);
        var page = await Grain(context, grains).ReadCalls(query, context.RequestAborted);
        var calls = page
            .Calls.Select(call => new BilledCallView(
                call.Number,
                CallIds.Text(call.CallId),
                call.Operation.Value,
                call.At,
                call.Status,
                call.Tier,
                call.Price
            ))
            .ToArray();
        var next = page.HasMore ? calls[^1].Seq.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Json(new BilledCallsView(calls, next, page.HasMore), BillJson.Default.BilledCallsView);
    }

    private static IBillGrain Grain(HttpContext context, IGrainFactory grains) =>
        grains.GetGrain<IBillGrain>(GrainKeys.Bill(SellerRequest.Seller(context), Month(context)));

    /// <summary>The month in the path: its first day.</summary>
    internal static DateOnly Month(HttpContext context) =>
        DateOnly.TryParseExact(
            context.Request.RouteValues["month"] as string,
            "yyyy-MM",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var month
        ) && month.Year is >= FirstYear and <= LastYear
            ? month
            : throw new RequestProblemException(Invalid("The path must name a month: yyyy-MM."));

    private static PluginId? OnlyPlugin(HttpRequest request)
    {
        var query = new QueryReader(request);
        return query.Values("plugin").ToString().Length > 0 ? query.Result(Plugin(query)).OrProblem() : null;
    }

    private static CallQuery Query(HttpRequest request)
    {
        var query = new QueryReader(request);
        var limit = Number(query, "limit", DefaultLimit);
        if (limit is < 1 or > MaxLimit)
        {
            query.Refuse(Invalid($"limit must be 1 to {MaxLimit}."));
        }

        var read = new CallQuery(
            Plugin(query),
            query.Day("day"),
            query.Values("api"),
            query.Values("tier"),
            Number(query, "cursor", 0),
            (int)Math.Clamp(limit, 1, MaxLimit)
        );
        return query.Result(read).OrProblem();
    }

    private static PluginId Plugin(QueryReader query) => query.Required<PluginId>("plugin", "The query must name a plugin: plugin=…");

    private static long Number(QueryReader query, string name, long otherwise)
    {
        var text = query.Values(name).ToString();
        if (text.Length == 0)
        {
            return otherwise;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        query.Refuse(Invalid($"'{text}' is not a number."));
        return otherwise;
    }

    private static Refusal Invalid(string detail) => ProblemWriter.Plain(ProblemKinds.ParameterInvalid, detail);

    private static bool WantsCsv(HttpRequest request) =>
        request.Query["format"] == "csv"
        || request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase));
}
