using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Subscriptions;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.SellerApi.Billing;

/// <summary>A seller's subscriptions of a plugin's add-ons (R47, R53, R54).</summary>
internal static class SubscriptionEndpoints
{
    private const int MaxAddOn = 40;

    public static void MapSubscriptions(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/seller/v1/installations/{seller}/{plugin}/subscriptions")
            .RequireAuthorization(ClientRoles.Seller)
            .WithTags("Seller in");
        group.MapGet("", List).WithSummary("The add-ons that the seller ever subscribed to.");
        group.MapPost("{addOn}", Subscribe).WithSummary("Subscribes an add-on from today.");
        group.MapPost("{addOn}/cancel", Cancel).WithSummary("Ends a subscription with the month, or at once.");
        group.MapPost("{addOn}/upgrade", Upgrade).WithSummary("Changes to another add-on of the plugin from today.");
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains, Today today)
    {
        var id = SellerRequest.Installation(context);
        if (await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Get(context.RequestAborted) is null)
        {
            throw new RequestProblemException(InstallationRefusals.NotFound());
        }

        var account = await grains.GetGrain<IBillingGrain>(GrainKeys.Billing(id.Seller)).Get(context.RequestAborted);
        var prefix = $"{id.Plugin}/";
        var views = new List<SubscriptionView>();
        foreach (var listed in account.Subscriptions.Where(listed => listed.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var addOn = listed[prefix.Length..];
            var state = await Grain(grains, id, addOn).Get(context.RequestAborted);
            if (state.Last is not null)
            {
                views.Add(SubscriptionView.Of(id, addOn, state, today.Value));
            }
        }

        return TypedResults.Json(new SubscriptionList(views), SubscriptionApiJson.Readable.SubscriptionList);
    }

    private static async Task<IResult> Subscribe(HttpContext context, IGrainFactory grains, Today today)
    {
        var by = SellerRequest.By(context);
        var (id, addOn) = (SellerRequest.Installation(context), AddOnOf(context.Request.RouteValues["addOn"] as string));
        var body = await SellerRequest.Body(context, SubscriptionApiJson.Default.SubscribeRequest);
        var state = await Start(context, grains, id, addOn, body.Monthly, null, by);
        return Answer(SubscriptionView.Of(id, addOn, state, today.Value), StatusCodes.Status201Created);
    }

    private static async Task<IResult> Cancel(HttpContext context, IGrainFactory grains, Today today)
    {
        var by = SellerRequest.By(context);
        var (id, addOn) = (SellerRequest.Installation(context), AddOnOf(context.Request.RouteValues["addOn"] as string));
        var body = await SellerRequest.Body(context, SubscriptionApiJson.Default.CancelRequest);
        var ended = await Grain(grains, id, addOn).Cancel(body.AtOnce ?? false, body.Reason, by, CancellationToken.None);
        return Answer(SubscriptionView.Of(id, addOn, ended.OrProblem(), today.Value), StatusCodes.Status200OK);
    }

    /// <summary>
    /// The other add-on first: what fails in between leaves both subscribed, and the repeat of the request with its key ends the old one.
    /// The new one is billed from the day after, because the old one was billed for today, and not before the old one's trial is over.
    /// </summary>
    private static async Task<IResult> Upgrade(HttpContext context, IGrainFactory grains, Today today)
    {
        var by = SellerRequest.By(context);
        var (id, addOn) = (SellerRequest.Installation(context), AddOnOf(context.Request.RouteValues["addOn"] as string));
        var body = await SellerRequest.Body(context, SubscriptionApiJson.Default.UpgradeRequest);
        var to = AddOnOf(body.To);
        var before = await Grain(grains, id, addOn).Get(context.RequestAborted);
        if (to == addOn || before.Last is not { } last)
        {
            throw new RequestProblemException(to == addOn ? SubscriptionRefusals.NoUpgrade() : SubscriptionRefusals.NotFound());
        }

        var bound = last.BilledFrom > today.Value ? last.BilledFrom : today.Value.AddDays(1);
        var state = await Start(context, grains, id, to, body.Monthly, bound, by with { OperationId = Part(by, "start") });
        var ended = await Grain(grains, id, addOn).Cancel(true, null, by with { OperationId = Part(by, "end") }, CancellationToken.None);
        _ = ended.OrProblem();
        return Answer(SubscriptionView.Of(id, to, state, today.Value), StatusCodes.Status200OK);
    }

    private static async Task<Subscription> Start(
        HttpContext context,
        IGrainFactory grains,
        InstallationId id,
        string addOn,
        decimal? monthly,
        DateOnly? notBefore,
        Initiator by
    )
    {
        if (monthly is not { } accepted)
        {
            throw new RequestProblemException(ProblemKinds.BodyInvalid, "monthly must be the price that the seller accepts.");
        }

        if (!by.Role.MayApproveCharges)
        {
            throw new RequestProblemException(BillingRefusals.RoleForbids());
        }

        var installed = await grains.GetGrain<IInstallationGrain>(GrainKeys.Of(id)).Get(context.RequestAborted);
        if (installed is not { Phase: not InstallationPhase.Disabled })
        {
            throw new RequestProblemException(SubscriptionRefusals.NoAddOn());
        }

        var plugin = await grains.GetGrain<IPluginGrain>(GrainKeys.Of(id.Plugin)).Get(context.RequestAborted);
        if (
            plugin?.Listing?.AddOns.Any(offer => offer.Id == addOn) is not true
            && (await Grain(grains, id, addOn).Get(context.RequestAborted)).Last is null
        )
        {
            // Before anything is recorded: an entry would stay for ever.
            throw new RequestProblemException(SubscriptionRefusals.NoAddOn());
        }

        // List first: an entry without a subscription is skipped, but a subscription without an entry would be on no bill.
        await grains.GetGrain<IBillingGrain>(GrainKeys.Billing(id.Seller)).AddSubscription(id.Plugin, addOn, by, CancellationToken.None);
        return (await Grain(grains, id, addOn).Subscribe(accepted, notBefore, by, CancellationToken.None)).OrProblem();
    }

    private static OperationId Part(Initiator by, string name) => by.IsRepeatable ? by.OperationId.Step(name) : by.OperationId.Then(name);

    private static string AddOnOf(string? text) =>
        text is { Length: > 0 and <= MaxAddOn }
        && text.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')
            ? text
            : throw new RequestProblemException(SubscriptionRefusals.NoAddOn());

    private static JsonHttpResult<SubscriptionView> Answer(SubscriptionView view, int status) =>
        TypedResults.Json(view, SubscriptionApiJson.Readable.SubscriptionView, statusCode: status);

    private static ISubscriptionGrain Grain(IGrainFactory grains, InstallationId id, string addOn) =>
        grains.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(id, addOn));
}

/// <summary>The day of business.</summary>
internal sealed class Today(MarketCalendar calendar, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
{
    public DateOnly Value => calendar.DayOf(time.GetUtcNow());
}

/// <param name="Monthly">The price of a month that the seller was shown and accepts, in CNY.</param>
internal sealed record SubscribeRequest(decimal? Monthly);

/// <param name="AtOnce">True to end it today and get the rest of the month back; otherwise it ends with the month.</param>
/// <param name="Reason">May be left out.</param>
internal sealed record CancelRequest(bool? AtOnce, string? Reason);

/// <param name="To">The other add-on of the plugin.</param>
/// <param name="Monthly">Its price of a month that the seller was shown and accepts, in CNY.</param>
internal sealed record UpgradeRequest(string? To, decimal? Monthly);

internal sealed record SubscriptionList(IReadOnlyList<SubscriptionView> Subscriptions);

/// <summary>
/// The last time of being subscribed to an add-on. <see cref="State"/>: <c>trial</c>, <c>active</c>, <c>ending</c> or <c>ended</c>. <see
/// cref="Since"/>: The first day. <see cref="BilledFrom"/>: The first billed day. <see cref="EndsOn"/>: The last day; null while it goes
/// on. <see cref="PriceVersion"/>: Number of the plugin's version whose price was accepted.
/// </summary>
internal sealed record SubscriptionView(
    string Installation,
    string AddOn,
    BilingualText Name,
    string State,
    DateOnly Since,
    DateOnly BilledFrom,
    DateOnly? EndsOn,
    decimal Monthly,
    int PriceVersion
)
{
    public static SubscriptionView Of(InstallationId id, string addOn, Subscription state, DateOnly today)
    {
        var last = state.Last!;
        return new SubscriptionView(
            id.ToString(),
            addOn,
            last.Terms.Name,
            last.To < today ? "ended"
                : last.To is not null ? "ending"
                : today < last.BilledFrom ? "trial"
                : "active",
            last.From,
            last.BilledFrom,
            last.To,
            last.Terms.Monthly,
            last.Terms.PriceVersion
        );
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(SubscribeRequest))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(UpgradeRequest))]
[JsonSerializable(typeof(SubscriptionList))]
internal sealed partial class SubscriptionApiJson : JsonSerializerContext
{
    public static SubscriptionApiJson Readable => field ??= new(Default.Options.Readable());
}
