using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Sellers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.SellerApi.Enterprises;

/// <summary>Sub-accounts of an enterprise and applications for more (R45, R46).</summary>
internal static class SubAccountEndpoints
{
    private const int MaxReasonLength = 500;
    private const string PluginForm = "plugin must be an id: 1–64 characters of A–Z a–z 0–9 . _ -";

    public static void Map(RouteGroupBuilder group)
    {
        group
            .MapGet("sub-accounts", List)
            .Takes("seller")
            .WithSummary("The sub-accounts of all shops of the enterprise, by plugin, with their cap.");
        group.MapPut("sub-accounts/{account}", Bind).Takes("seller", "plugin").WithSummary("Lets a sub-account of the shop use a plugin.");
        group
            .MapDelete("sub-accounts/{account}", Unbind)
            .Takes("seller", "plugin")
            .WithSummary("Takes a plugin from a sub-account of the shop.");
        group.MapPost("sub-account-applications", Apply).WithSummary("Applies for more sub-accounts (form AE-DOC-2024-008).");
        group.MapGet("sub-account-applications", Applications).Takes("seller").WithSummary("The enterprise's applications.");
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context);
        return View(Approved(await EnterpriseEndpoints.Find(context, grains, seller), seller));
    }

    private static async Task<IResult> Bind(HttpContext context, IGrainFactory grains)
    {
        var (seller, plugin, account) = (SellerRequest.Seller(context), Plugin(context.Request), Account(context));
        if (await grains.GetGrain<IPluginGrain>(GrainKeys.Of(plugin)).Get(context.RequestAborted) is null)
        {
            throw new RequestProblemException(InstallationRefusals.UnknownPlugin(plugin));
        }

        Decides(context);
        return View(await EnterpriseEndpoints.Execute(context, grains, seller, new EnterpriseCommand.BindAccount(seller, plugin, account)));
    }

    private static async Task<IResult> Unbind(HttpContext context, IGrainFactory grains)
    {
        var (seller, plugin, account) = (SellerRequest.Seller(context), Plugin(context.Request), Account(context));
        Decides(context);
        var answer = await EnterpriseEndpoints.Execute(
            context,
            grains,
            seller,
            new EnterpriseCommand.UnbindAccount(seller, plugin, account)
        );
        return View(answer.State.IsApprovedAt(seller, answer.AsOf) ? answer : OwnOnly(answer, seller));
    }

    private static async Task<IResult> Apply(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, EnterpriseApiJson.Default.ApplicationRequest);
        var (seller, plugin) = (SellerRequest.Seller(context, request.Seller), Plugin(request.Plugin));
        SellerRequest.Require(context, SellerRole.Owner);
        if (request is not { Wanted: { } wanted, Reason: { Length: > 0 and <= MaxReasonLength } reason })
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                $"wanted must be a number and reason a text of 1 to {MaxReasonLength} characters."
            );
        }

        var answer = await EnterpriseEndpoints.Execute(
            context,
            grains,
            seller,
            new EnterpriseCommand.Apply(seller, plugin, wanted, reason)
        );
        return TypedResults.Json(
            ApplicationView.Of(answer, answer.State.Applications.Last(form => form.Plugin == plugin)),
            EnterpriseApiJson.Readable.ApplicationView
        );
    }

    private static async Task<IResult> Applications(HttpContext context, IGrainFactory grains)
    {
        var seller = SellerRequest.Seller(context);
        var answer = Approved(await EnterpriseEndpoints.Find(context, grains, seller), seller);
        return TypedResults.Json(
            new ApplicationList([.. answer.State.Applications.Select(form => ApplicationView.Of(answer, form))]),
            EnterpriseApiJson.Readable.ApplicationList
        );
    }

    // Otherwise a user who is not the owner could bind itself.
    private static void Decides(HttpContext context)
    {
        if (SellerRequest.Role(context) is not null)
        {
            SellerRequest.Require(context, SellerRole.Owner);
        }
    }

    /// <summary>The enterprise's data are shown to its accepted shops only: any shop can name any licence number.</summary>
    private static EnterpriseAnswer Approved(EnterpriseAnswer answer, SellerId seller) =>
        answer.State.IsApprovedAt(seller, answer.AsOf)
            ? answer
            : throw new RequestProblemException(EnterpriseRefusals.NotApproved(answer.State.StateOf(seller, answer.AsOf)));

    /// <summary>A shop that is no longer accepted may unbind its own sub-accounts, and sees no others.</summary>
    private static EnterpriseAnswer OwnOnly(EnterpriseAnswer answer, SellerId seller) =>
        answer with
        {
            State = answer.State with { Accounts = answer.State.Accounts.RemoveAll(bound => bound.Seller != seller), Applications = [] },
        };

    private static PluginId Plugin(HttpRequest request)
    {
        var query = new QueryReader(request);
        return query.Result(query.Required<PluginId>("plugin", PluginForm)).OrProblem();
    }

    private static PluginId Plugin(string? member) =>
        PluginId.TryParse(member, null, out var plugin) ? plugin : throw new RequestProblemException(ProblemKinds.BodyInvalid, PluginForm);

    private static AccountId Account(HttpContext context) =>
        AccountId.TryParse(context.Request.RouteValues["account"] as string, null, out var account)
            ? account
            : throw new RequestProblemException(
                ProblemKinds.ParameterInvalid,
                "The sub-account must be an id: 1–64 characters of A–Z a–z 0–9 . _ -"
            );

    private static JsonHttpResult<SubAccountsView> View(EnterpriseAnswer answer) =>
        TypedResults.Json(SubAccountsView.Of(answer), EnterpriseApiJson.Readable.SubAccountsView);
}
