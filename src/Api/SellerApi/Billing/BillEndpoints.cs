using System.Globalization;
using System.Text;
using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Billing;
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
            .Takes("seller", "plugin", "format")
            .WithSummary("The bill of a month by plugin, day, tier and API; JSON or CSV.");
        group
            .MapGet("{month}/calls", ReadCalls)
            .Takes("seller", "plugin", "day", "api", "tier", "cursor", "limit")
            .WithSummary("The single calls of a bill's line.");
    }

    private static async Task<IResult> Read(
        HttpContext context,
        IGrainFactory grains,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
    )
    {
        var query = new QueryReader(context.Request);
        PluginId? plugin = query.Values("plugin").ToString().Length > 0 ? query.Result(Plugin(query)).OrProblem() : null;
        var bill = await Grain(context, grains).Read(plugin, context.RequestAborted);
        return WantsCsv(context.Request)
            ? TypedResults.Text(ToCsv(bill), Csv, Encoding.UTF8)
            : TypedResults.Json(BillView.Of(bill, time.GetUtcNow()), BillJson.Default.BillView);
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

    private static IBillGrain Grain(HttpContext context, IGrainFactory grains)
    {
        var text = context.Request.RouteValues["month"] as string;
        return
            DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month)
            && month.Year is >= FirstYear and <= LastYear
            ? grains.GetGrain<IBillGrain>(GrainKeys.Bill(SellerRequest.Seller(context), month))
            : throw new RequestProblemException(Invalid("The path must name a month: yyyy-MM."));
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

    // Ids and operation names contain no commas or quotes; operation names are configured by the operator, so check them for formulas.
    private static string ToCsv(Bill bill)
    {
        var csv = new StringBuilder("plugin,day,tier,api,calls,unit_price,amount,currency\r\n");
        foreach (var line in bill.Lines)
        {
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{Cell(line.Plugin.Value)},{line.Day:yyyy-MM-dd},{line.Tier},{Cell(line.Operation.Value)},{line.Calls},"
                    + $"{line.UnitPrice.Amount:0.000},{line.Amount.Amount:0.000},{line.Amount.Currency}\r\n"
            );
        }

        return csv.Append(
                CultureInfo.InvariantCulture,
                $"total,,,,{bill.Lines.Sum(line => line.Calls)},,{bill.Total.Amount:0.000},{bill.Total.Currency}\r\n"
            )
            .ToString();
    }

    private static string Cell(string text)
    {
        var safe = SpreadsheetText.Escape(text)!;
        return safe.AsSpan().IndexOfAny(",;\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
