using Marketplace.Api.DeveloperApi;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Developers;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Reviews;

namespace Marketplace.Api.ReviewApi;

/// <summary>The entity check of developers' companies, by entity reviewers or operators (R43).</summary>
internal static class DeveloperReviewEndpoints
{
    // Developers are read in parallel, in limited numbers.
    private const int AtOnce = 32;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/review/v1/developers")
            .WithTags("Entity review")
            .RequireAuthorization(policy =>
                policy
                    .AddAuthenticationSchemes(IdentityNames.OperatorScheme)
                    .RequireRole(ClientRoles.WithPersons(ClientRoles.EntityReviewer, ClientRoles.Operator))
            );
        group.MapGet("", List).WithSummary("Developers with a company to check, the most urgent first.");
        group.MapGet("{developer}", Get).WithSummary("One developer.");
        group.MapPost("{developer}/approve", Approve).WithSummary("Accepts the developer's company.");
        group.MapPost("{developer}/reject", Reject).WithSummary("Rejects the developer's company with a reason.");
    }

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var queue = grains.GetGrain<IWorkQueueGrain>(GrainKeys.WorkQueue(WorkQueues.Developers));
        var waiting = new List<Developer>();
        foreach (var ids in (await queue.List(context.RequestAborted)).Chunk(AtOnce))
        {
            var found = await Task.WhenAll(ids.Select(id => Grain(grains, id).Get(context.RequestAborted)));
            waiting.AddRange(found.OfType<Developer>().Where(developer => developer.HasWork));
            foreach (var done in found.OfType<Developer>().Where(developer => !developer.HasWork))
            {
                await queue.Remove(done.Id.Value, done.Version, context.RequestAborted);
            }
        }

        var sorted = waiting.OrderBy(developer => developer.Check!.DueAt).ThenBy(developer => developer.Id.Value, StringComparer.Ordinal);
        return TypedResults.Json(new DeveloperList([.. sorted.Select(DeveloperView.Of)]), DeveloperApiJson.Readable.DeveloperList);
    }

    private static async Task<IResult> Get(string developer, HttpContext context, IGrainFactory grains) =>
        DeveloperEndpoints.Answer(
            await Named(grains, developer).Get(context.RequestAborted) ?? throw new RequestProblemException(DeveloperRefusals.NotFound())
        );

    private static async Task<IResult> Approve(string developer, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, DeveloperApiJson.Default.CompanyApproval);
        var company = DeveloperEndpoints.CompanyOf(body.Licence, body.Company);
        return await Decide(context, grains, developer, new DeveloperCommand.ApproveCompany(company), by);
    }

    private static async Task<IResult> Reject(string developer, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, DeveloperApiJson.Default.CompanyRejection);
        var company = DeveloperEndpoints.CompanyOf(body.Licence, body.Company);
        return await Decide(context, grains, developer, new DeveloperCommand.RejectCompany(body.Reason ?? string.Empty, company), by);
    }

    private static async Task<IResult> Decide(
        HttpContext context,
        IGrainFactory grains,
        string developer,
        DeveloperCommand command,
        Initiator by
    ) => DeveloperEndpoints.Answer((await Named(grains, developer).Execute(command, by, context.RequestAborted)).OrProblem());

    private static IDeveloperGrain Named(IGrainFactory grains, string developer) =>
        DeveloperId.TryParse(developer, null, out _)
            ? Grain(grains, developer)
            : throw new RequestProblemException(DeveloperRefusals.NotFound());

    private static IDeveloperGrain Grain(IGrainFactory grains, string developer) =>
        DeveloperEndpoints.Grain(grains, DeveloperId.Parse(developer, null));
}
