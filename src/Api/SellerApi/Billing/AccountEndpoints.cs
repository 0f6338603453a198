using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Catalogue;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Reviews;
using Marketplace.Rounds;
using Marketplace.Sellers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.SellerApi.Billing;

/// <summary>Sellers dispute lines of closed bills; operators close bills, add entries and decide disputes (R55).</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder endpoints)
    {
        var seller = endpoints.MapGroup("/seller/v1").RequireAuthorization(ClientRoles.Seller).WithTags("Seller in");
        seller.MapPost("bills/{month}/disputes", Dispute).WithSummary("Disputes a line of a closed bill.");
        seller.MapGet("bill-disputes", ListOwn).Takes("seller").WithSummary("A seller's disputes.");

        var platform = endpoints.MapGroup("/platform/v1/billing").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        platform.MapGet("disputes", ListOpen).WithSummary("Open disputes of all sellers, the oldest first.");
        platform.MapGet("{seller}", Get).WithSummary("A seller's account: closed bills, adjustments, disputes.");
        platform.MapPost("{seller}/bills/{month}/close", Close).WithSummary("Closes a month's bill.");
        platform.MapPost("{seller}/adjustments", Adjust).WithSummary("Adds an entry to the bill of the current month.");
        platform.MapPost("{seller}/disputes/{dispute}/accept", Accept).WithSummary("Accepts a dispute and gives an amount back.");
        platform.MapPost("{seller}/disputes/{dispute}/reject", Reject).WithSummary("Rejects a dispute.");
    }

    private static async Task<IResult> Dispute(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, BillRequestJson.Default.DisputeRequest);
        var seller = SellerRequest.Seller(context, body.Seller);
        var line = body is { Plugin: { } plugin, Day: { } day, Tier: { } tier, Api: { } api }
            ? new DisputedLine(plugin, day, tier, api)
            : throw new RequestProblemException(ProblemKinds.BodyInvalid, "plugin, day, tier and api must name a line of the bill.");
        var command = new BillingCommand.FileDispute(BillEndpoints.Month(context), line, body.Reason ?? string.Empty, null);
        var answer = (await Grain(grains, seller).Execute(command, by, context.RequestAborted)).OrProblem();
        return Answer(seller, answer, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListOwn(HttpContext context, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context);
        var account = await Grain(grains, seller).Get(context.RequestAborted);
        return TypedResults.Json(
            new DisputeList([.. account.Disputes.Reverse().Select(dispute => DisputeView.Of(seller.Value, dispute))]),
            BillJson.Readable.DisputeList
        );
    }

    private static async Task<IResult> ListOpen(HttpContext context, IGrainFactory grains)
    {
        var queue = grains.GetGrain<IWorkQueueGrain>(GrainKeys.WorkQueue(WorkQueues.Disputes));
        var open = new List<DisputeView>();
        foreach (var id in await queue.List(context.RequestAborted))
        {
            var account = await Grain(grains, SellerId.Parse(id, null)).Get(context.RequestAborted);
            var waiting = account.Disputes.Where(dispute => dispute.State == DisputeState.Open).ToArray();
            open.AddRange(waiting.Select(dispute => DisputeView.Of(id, dispute)));
            if (waiting.Length == 0)
            {
                await queue.Remove(id, account.Version, context.RequestAborted);
            }
        }

        return TypedResults.Json(new DisputeList([.. open.OrderBy(dispute => dispute.FiledAt)]), BillJson.Readable.DisputeList);
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains)
    {
        var seller = Named(context);
        var account = await Grain(grains, seller).Get(context.RequestAborted);
        return TypedResults.Json(AccountView.Of(seller.Value, account), BillJson.Readable.AccountView);
    }

    private static async Task<IResult> Close(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var closed = await Grain(grains, Named(context)).Close(BillEndpoints.Month(context), by, CancellationToken.None);
        return TypedResults.Json(StatementView.Of(closed.OrProblem()), BillJson.Readable.StatementView);
    }

    private static async Task<IResult> Adjust(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var seller = Named(context);
        var body = await SellerRequest.Body(context, BillRequestJson.Default.AdjustRequest);
        var sign = body.Kind switch
        {
            "debit" => 1,
            "credit" => -1,
            _ => throw new RequestProblemException(ProblemKinds.BodyInvalid, "kind must be debit or credit."),
        };
        PluginId? plugin =
            body.Plugin is null ? null
            : PluginId.TryParse(body.Plugin, null, out var id) ? id
            : throw new RequestProblemException(ProblemKinds.BodyInvalid, "plugin must be a plugin's id.");
        if (body.Amount is not > 0)
        {
            throw new RequestProblemException(BillingRefusals.AmountInvalid(BillingRules.MaxAmount));
        }

        var amount = sign * body.Amount.Value;
        var command = new BillingCommand.Adjust(amount, body.Reason ?? string.Empty, body.Reference ?? string.Empty, plugin);
        var answer = (await Grain(grains, seller).Execute(command, by, context.RequestAborted)).OrProblem();
        return TypedResults.Json(
            AdjustmentView.Of(answer.Account.Adjustments.First(adjustment => adjustment.Id == answer.Id)),
            BillJson.Readable.AdjustmentView,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static async Task<IResult> Accept(string dispute, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, BillRequestJson.Default.AcceptDisputeRequest);
        var command = new BillingCommand.AcceptDispute(dispute, body.Amount ?? 0, body.Reason ?? string.Empty);
        return await Decide(context, grains, command, by);
    }

    private static async Task<IResult> Reject(string dispute, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, BillRequestJson.Default.RejectDisputeRequest);
        return await Decide(context, grains, new BillingCommand.RejectDispute(dispute, body.Reason ?? string.Empty), by);
    }

    private static async Task<IResult> Decide(HttpContext context, IGrainFactory grains, BillingCommand command, Initiator by)
    {
        var seller = Named(context);
        var answer = (await Grain(grains, seller).Execute(command, by, context.RequestAborted)).OrProblem();
        return Answer(seller, answer, StatusCodes.Status200OK);
    }

    private static JsonHttpResult<DisputeView> Answer(SellerId seller, BillingAnswer answer, int status) =>
        TypedResults.Json(
            DisputeView.Of(seller.Value, answer.Account.FindDispute(answer.Id)!),
            BillJson.Readable.DisputeView,
            statusCode: status
        );

    private static SellerId Named(HttpContext context) =>
        SellerId.TryParse(context.Request.RouteValues["seller"] as string, null, out var seller) && !SandboxSellers.Contains(seller)
            ? seller
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The path does not name a seller.");

    private static IBillingGrain Grain(IGrainFactory grains, SellerId seller) => grains.GetGrain<IBillingGrain>(GrainKeys.Billing(seller));
}
