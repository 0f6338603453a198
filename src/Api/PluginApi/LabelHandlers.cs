using System.Globalization;
using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.Privacy;
using Marketplace.Api.SellerApi.Labels;
using Marketplace.Events;
using Marketplace.Labels;
using Marketplace.Orders;

namespace Marketplace.Api.PluginApi;

/// <summary>Handles the label calls. The plugin learns roughly where the parcel goes, never the address.</summary>
internal static class LabelHandlers
{
    private const int DefaultWeightG = 500;

    public static async ValueTask<CallAnswer> Create(HttpContext context, Call call)
    {
        var services = context.RequestServices;
        var request = WriteHandlers.Read(context, call, LabelRequest.Read);
        var label = request.Refusal is { } wrong
            ? wrong
            : await services.GetRequiredService<LabelService>().Create(call, request.Value!, ActorAddress.Of(context));
        if (label.Refusal is { Code: LabelRefusals.AddressUnreadable } broken)
        {
            // The platform's own failure: throw, so that the permit is returned and nothing is counted.
            throw new RequestProblemException(broken);
        }

        if (label.Refusal is { } refusal)
        {
            await services.GetRequiredService<PrivacyFindingService>().Refused(call, refusal);
            return CallAnswer.Refused(refusal);
        }

        return CallAnswer.Json(
            StatusCodes.Status200OK,
            LabelAnswer.Of(label.Value.Label, label.Value.Buyer),
            PluginJson.Default.LabelAnswer
        );
    }

    public static async ValueTask<CallAnswer> ListRates(HttpContext context, Call call)
    {
        var query = new QueryReader(context.Request);
        var (orderId, weight) = (OrderId(query), Weight(query));
        if (query.Refusal is { } wrong)
        {
            return CallAnswer.Refused(wrong);
        }

        var order = await call.Feed().GetOrder(orderId, call.VisibleFrom(), CancellationToken.None);
        return order.Refusal is { } refusal
            ? CallAnswer.Refused(refusal)
            : CallAnswer.Json(StatusCodes.Status200OK, RatesAnswer.Of(order.Value!, weight), PluginJson.Default.RatesAnswer);
    }

    private static string OrderId(QueryReader query)
    {
        if (query.Values("order_id") is [{ } id] && EventLimits.IsId(id))
        {
            return id;
        }

        query.Wrong("order_id", "one order's id");
        return string.Empty;
    }

    private static int Weight(QueryReader query)
    {
        var sent = query.Values("weight_g");
        if (sent.Count == 0)
        {
            return DefaultWeightG;
        }

        if (
            sent is [{ } text]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
            && weight is >= 1 and <= Carriers.MaxWeightG
        )
        {
            return weight;
        }

        query.Wrong("weight_g", $"a whole number from 1 to {Carriers.MaxWeightG}");
        return DefaultWeightG;
    }
}

/// <summary>Where a parcel roughly goes.</summary>
internal sealed record LabelRouting(string? Country, string? Region, string? PostcodePrefix);

internal sealed record LabelAnswer(
    string LabelId,
    string OrderId,
    string TrackingId,
    string Carrier,
    string Service,
    int? WeightG,
    LabelRouting Routing,
    string EventId,
    long Seq
)
{
    public static LabelAnswer Of(Label label, PublicBuyer? buyer) =>
        new(
            label.Id.Value,
            label.OrderId,
            label.TrackingId,
            label.Carrier,
            label.Service,
            label.WeightG,
            new LabelRouting(buyer?.Country, buyer?.Region, buyer?.PostcodePrefix),
            label.EventId,
            label.EventSeq
        );
}

internal sealed record RateAnswer(string Carrier, BilingualText Name, string Service, decimal Amount, string Currency, int Days);

/// <summary>What an order's parcel costs with each carrier, the cheapest first.</summary>
internal sealed record RatesAnswer(string OrderId, int WeightG, IReadOnlyList<RateAnswer> Rates)
{
    private const string Home = "CN";

    public static RatesAnswer Of(OrderView order, int weightG)
    {
        var country = order.Buyer?.Country is Home or "China" or "中国" ? Home : null;
        var rates = Carriers.All.SelectMany(carrier =>
            carrier
                .Rates.Where(rate => rate.Country == country)
                .Select(rate => new RateAnswer(
                    carrier.Code,
                    carrier.Name,
                    rate.Service,
                    Carriers.Price(rate, weightG),
                    Money.BillingCurrency,
                    rate.Days
                ))
        );
        return new RatesAnswer(
            order.Id,
            weightG,
            [.. rates.OrderBy(rate => rate.Amount).ThenBy(rate => rate.Carrier, StringComparer.Ordinal)]
        );
    }
}
