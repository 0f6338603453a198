using Marketplace.Api.Calls;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.SellerApi.Enterprises;
using Marketplace.Enterprises;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Api.ReviewApi;

/// <summary>The queue of the entity reviewers (role entity-reviewer; R43, R44, R46).</summary>
public static class ReviewEndpoints
{
    private const int MaxTextLength = 500;

    public static void MapEntityReviews(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/review/v1").RequireAuthorization(ClientRoles.EntityReviewer).WithTags("Entity review");
        group.MapGet("entities", List).WithSummary("What waits for a decision, the most urgent first.");
        group.MapGet("entities/{licence}", Get).WithSummary("An enterprise with its shops and history.");
        group.MapPost("entities/{licence}/claim", Claim).WithSummary("Takes the review; others cannot decide it until the claim ends.");
        group.MapPost("entities/{licence}/release", Release).WithSummary("Gives a claimed review back.");
        group
            .MapPost("entities/{licence}/approve", Approve)
            .WithSummary("Approves the documents, and with them the shop that handed them in.");
        group.MapPost("entities/{licence}/reject", Reject).WithSummary("Rejects the documents with a reason.");
        group.MapPost("entities/{licence}/needs-info", Ask).WithSummary("Asks the seller; the due time stands still until it answers.");
        group.MapPost("entities/{licence}/revoke", Revoke).WithSummary("Takes an approval back from all shops of the enterprise.");
        group
            .MapGet("entities/{licence}/documents/{kind}", Document)
            .Takes("seller")
            .WithSummary("A document of the review one has claimed; every view is a fact.");
        group
            .MapPost("entities/{licence}/shops/{seller}/approve", ApproveShop)
            .WithSummary("Accepts a further shop of a verified enterprise.");
        group.MapPost("entities/{licence}/shops/{seller}/reject", RejectShop).WithSummary("Rejects a further shop with a reason.");
        group.MapGet("sub-account-applications", Applications).WithSummary("Applications for more sub-accounts that wait for a decision.");
        group
            .MapPost("sub-account-applications/{licence}/{id}/approve", ApproveApplication)
            .WithSummary("Raises the enterprise's cap until a day.");
        group
            .MapPost("sub-account-applications/{licence}/{id}/reject", RejectApplication)
            .WithSummary("Rejects an application with a reason.");
        endpoints
            .MapGet("/review/v1/sla", Sla)
            .WithTags("Entity review")
            .WithSummary("Share of reviews decided in time, and breaches.")
            .RequireAuthorization(policy =>
                policy
                    .AddAuthenticationSchemes(IdentityNames.OperatorScheme)
                    .RequireRole(ClientRoles.WithPersons(ClientRoles.EntityReviewer, ClientRoles.Operator))
            );
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var answers = await Queue(grains).List(context.RequestAborted);
        var items = answers
            .SelectMany(answer => answer.State.OpenReviews.Select(item => ReviewItem.Of(answer, item.Seller, item.Review)))
            .OrderBy(item => item.DueAt ?? DateTimeOffset.MaxValue)
            .ThenBy(item => item.SubmittedAt);
        return TypedResults.Json(new ReviewItems([.. items]), EnterpriseApiJson.Readable.ReviewItems);
    }

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains)
    {
        var grain = EnterpriseEndpoints.Grain(grains, Licence(context));
        var answer = await grain.Get(context.RequestAborted) ?? throw new RequestProblemException(EnterpriseRefusals.NotFound());
        return await View(context, grains, answer);
    }

    private static async Task<IResult> Claim(HttpContext context, IGrainFactory grains) =>
        await Decide(context, grains, new EnterpriseCommand.Claim());

    private static async Task<IResult> Release(HttpContext context, IGrainFactory grains) =>
        await Decide(context, grains, new EnterpriseCommand.Release());

    private static async Task<IResult> Approve(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.OptionalBody(context, EnterpriseApiJson.Default.ReviewApproval);
        return await Decide(context, grains, new EnterpriseCommand.Approve(request?.ValidUntil));
    }

    private static async Task<IResult> Reject(HttpContext context, IGrainFactory grains) =>
        await Decide(context, grains, new EnterpriseCommand.Reject(await Reason(context)));

    private static async Task<IResult> Revoke(HttpContext context, IGrainFactory grains) =>
        await Decide(context, grains, new EnterpriseCommand.Revoke(await Reason(context)));

    private static async Task<IResult> Ask(HttpContext context, IGrainFactory grains)
    {
        var question = (await SellerRequest.Body(context, EnterpriseApiJson.Default.ReviewQuestion)).Question;
        return await Decide(context, grains, new EnterpriseCommand.Ask(Text("question", question)));
    }

    private static async Task<IResult> ApproveShop(HttpContext context, IGrainFactory grains) =>
        await Decide(context, grains, new EnterpriseCommand.ApproveShop(Shop(context)));

    private static async Task<IResult> RejectShop(HttpContext context, IGrainFactory grains) =>
        await Decide(context, grains, new EnterpriseCommand.RejectShop(Shop(context), await Reason(context)));

    /// <summary>Record the view first; only then decrypt.</summary>
    private static async Task<IResult> Document(HttpContext context, IGrainFactory grains, EncryptedDocuments safe)
    {
        var kind = ReviewStates.Document(context.Request.RouteValues["kind"] as string)
            ?? throw new RequestProblemException(EnterpriseRefusals.NoDocument());
        SellerId? seller = context.Request.Query.ContainsKey("seller") ? SellerRequest.Seller(context) : null;
        // Each view is a separate operation, whatever key is sent: a repeated key must not show a document without a fact.
        var by = SellerRequest.By(context) with { OperationId = OperationId.Parse(context.CallId()) };
        var answer = await Execute(context, grains, new EnterpriseCommand.ViewDocument(seller, kind), by);
        var owner = seller ?? answer.State.Applicant!.Value;
        var file = answer.State.Shops[owner].Documents[kind].File;
        var bytes = await safe.Open(new DocumentPlace(answer.State.Licence, owner, kind), file, context.RequestAborted)
            ?? throw new RequestProblemException(EnterpriseRefusals.Unreadable());
        return DocumentAnswer.Of(context, kind, file, bytes);
    }

    private static async Task<IResult> Applications(HttpContext context, IGrainFactory grains)
    {
        var answers = await Queue(grains).List(context.RequestAborted);
        var open = answers
            .SelectMany(answer =>
                answer
                    .State.Applications.Where(form => form.State == ApplicationState.Submitted)
                    .Select(form => ApplicationView.Of(answer, form))
            )
            .OrderBy(form => form.SubmittedAt);
        return TypedResults.Json(new ApplicationList([.. open]), EnterpriseApiJson.Readable.ApplicationList);
    }

    private static async Task<IResult> ApproveApplication(HttpContext context, IGrainFactory grains)
    {
        var request = await SellerRequest.Body(context, EnterpriseApiJson.Default.ApplicationApproval);
        return request is { Cap: { } cap, Until: { } until }
            ? await DecideApplication(context, grains, id => new EnterpriseCommand.ApproveApplication(id, cap, until))
            : throw new RequestProblemException(ProblemKinds.BodyInvalid, "cap must be a number and until a day (yyyy-mm-dd).");
    }

    private static async Task<IResult> RejectApplication(HttpContext context, IGrainFactory grains)
    {
        var reason = await Reason(context);
        return await DecideApplication(context, grains, id => new EnterpriseCommand.RejectApplication(id, reason));
    }

    private static async Task<IResult> DecideApplication(HttpContext context, IGrainFactory grains, Func<string, EnterpriseCommand> command)
    {
        var id = context.Request.RouteValues["id"] as string ?? string.Empty;
        var answer = await Execute(context, grains, command(id));
        return TypedResults.Json(
            ApplicationView.Of(answer, answer.State.Applications.First(form => form.Id == id)),
            EnterpriseApiJson.Readable.ApplicationView
        );
    }

    private static async Task<IResult> Sla(HttpContext context, IGrainFactory grains) =>
        TypedResults.Json(SlaView.Of(await Queue(grains).Report(context.RequestAborted)), EnterpriseApiJson.Readable.SlaView);

    private static async Task<IResult> Decide(HttpContext context, IGrainFactory grains, EnterpriseCommand command) =>
        await View(context, grains, await Execute(context, grains, command));

    private static async Task<EnterpriseAnswer> Execute(
        HttpContext context,
        IGrainFactory grains,
        EnterpriseCommand command,
        Initiator? by = null
    ) =>
        (
            await EnterpriseEndpoints
                .Grain(grains, Licence(context))
                .Execute(command, by ?? SellerRequest.By(context), context.RequestAborted)
        ).OrProblem();

    private static async Task<IResult> View(HttpContext context, IGrainFactory grains, EnterpriseAnswer answer)
    {
        var history = await EnterpriseEndpoints.Grain(grains, answer.State.Licence).GetHistory(context.RequestAborted);
        return TypedResults.Json(EntityView.Of(answer, history), EnterpriseApiJson.Readable.EntityView);
    }

    private static Licence Licence(HttpContext context) =>
        Marketplace.Enterprises.Licence.TryParse(context.Request.RouteValues["licence"] as string, null, out var licence)
            ? licence
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The path does not name a unified social credit code.");

    private static SellerId Shop(HttpContext context) =>
        SellerId.TryParse(context.Request.RouteValues["seller"] as string, null, out var seller)
            ? seller
            : throw new RequestProblemException(ProblemKinds.ParameterInvalid, "The path does not name a seller.");

    private static async Task<string> Reason(HttpContext context) =>
        Text("reason", (await SellerRequest.Body(context, EnterpriseApiJson.Default.ReviewReason)).Reason);

    private static string Text(string name, string? text) =>
        text is { Length: > 0 and <= MaxTextLength }
            ? text
            : throw new RequestProblemException(ProblemKinds.BodyInvalid, $"{name} must be a text of 1 to {MaxTextLength} characters.");

    private static IReviewQueueGrain Queue(IGrainFactory grains) => grains.GetGrain<IReviewQueueGrain>(IReviewQueueGrain.GrainKey);
}
