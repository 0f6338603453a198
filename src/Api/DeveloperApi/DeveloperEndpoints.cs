using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Developers;
using Marketplace.Enterprises;
using Marketplace.Identity;
using Marketplace.Installations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.DeveloperApi;

/// <summary>A developer of plugins signs up and manages its company, contacts and members (R01).</summary>
internal static class DeveloperEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints
            .MapGroup("/developer/v1/developers/{developer}")
            .RequireAuthorization(ClientRoles.DeveloperUser)
            .WithTags("Developers");
        group.MapPost("", SignUp).WithSummary("Signs a developer up; its person becomes the first owner.");
        group.MapGet("", Get).WithSummary("The developer: company, contacts, members, standing.");
        group.MapPut("company", SubmitCompany).WithSummary("Submits another company, or a rejected one again.");
        group.MapPut("contacts", ChangeContacts).WithSummary("Replaces the contacts.");
        group.MapPut("agreement", AcceptAgreement).WithSummary("Accepts a version of the service agreement.");
        group.MapPut("members/{user}", SetMember).WithSummary("Adds a person, or changes a member's role.");
        group.MapDelete("members/{user}", RemoveMember).WithSummary("Removes a member.");
    }

    /// <summary>
    /// The developer in the route with its state, if it lists the caller with the role in its token. Others are answered as if there were
    /// none.
    /// </summary>
    public static async Task<Developer> RequireMember(HttpContext context, IGrainFactory grains)
    {
        var id = Own(context);
        var state = await Grain(grains, id).Get(context.RequestAborted);
        var caller = Caller(context);
        return state?.RoleOf(caller?.User) is { } role && role == caller?.DeveloperRole
            ? state
            : throw new RequestProblemException(DeveloperRefusals.NotFound());
    }

    public static IDeveloperGrain Grain(IGrainFactory grains, DeveloperId developer) =>
        grains.GetGrain<IDeveloperGrain>(GrainKeys.Of(developer));

    public static JsonHttpResult<DeveloperView> Answer(Developer developer) =>
        TypedResults.Json(DeveloperView.Of(developer), DeveloperApiJson.Readable.DeveloperView);

    public static Company CompanyOf(string? licence, string? name) =>
        Licence.TryParse(licence, null, out var code)
            ? new Company(code, name ?? string.Empty)
            : throw new RequestProblemException(EnterpriseRefusals.NoLicence());

    private static async Task<IResult> Get(HttpContext context, IGrainFactory grains) => Answer(await RequireMember(context, grains));

    private static async Task<IResult> SignUp(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var id = Own(context);
        var body = await SellerRequest.Body(context, DeveloperApiJson.Default.SignUpRequest);
        var command = new DeveloperCommand.SignUp(
            CompanyOf(body.Licence, body.Company),
            new DeveloperContacts(body.Email ?? string.Empty, body.Phone),
            body.Agreement ?? string.Empty
        );
        return await Execute(context, grains, id, command, by);
    }

    private static async Task<IResult> SubmitCompany(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var id = Own(context);
        var body = await SellerRequest.Body(context, DeveloperApiJson.Default.CompanyRequest);
        return await Execute(context, grains, id, new DeveloperCommand.SubmitCompany(CompanyOf(body.Licence, body.Company)), by);
    }

    private static async Task<IResult> ChangeContacts(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var id = Own(context);
        var body = await SellerRequest.Body(context, DeveloperApiJson.Default.ContactsRequest);
        var contacts = new DeveloperContacts(body.Email ?? string.Empty, body.Phone);
        return await Execute(context, grains, id, new DeveloperCommand.ChangeContacts(contacts), by);
    }

    private static async Task<IResult> AcceptAgreement(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var id = Own(context);
        var body = await SellerRequest.Body(context, DeveloperApiJson.Default.DeveloperAgreementRequest);
        return await Execute(context, grains, id, new DeveloperCommand.AcceptAgreement(body.Version ?? string.Empty), by);
    }

    private static async Task<IResult> SetMember(string user, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var id = Own(context);
        var body = await SellerRequest.Body(context, DeveloperApiJson.Default.MemberRequest);
        var role = DeveloperRoles.Parse(body.Role)
            ?? throw new RequestProblemException(ProblemKinds.BodyInvalid, "role must be owner, developer or finance.");
        return await Execute(context, grains, id, new DeveloperCommand.SetMember(user, role), by);
    }

    private static async Task<IResult> RemoveMember(string user, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var id = Own(context);
        return await Execute(context, grains, id, new DeveloperCommand.RemoveMember(user), by);
    }

    private static async Task<IResult> Execute(
        HttpContext context,
        IGrainFactory grains,
        DeveloperId id,
        DeveloperCommand command,
        Initiator by
    ) => Answer((await Grain(grains, id).Execute(command, by, context.RequestAborted)).OrProblem());

    /// <summary>For a person's token other developers do not exist.</summary>
    private static DeveloperId Own(HttpContext context) =>
        DeveloperId.TryParse(context.Request.RouteValues["developer"] as string, null, out var id)
        && Caller(context)?.Developer is { } own
        && own == id
            ? id
            : throw new RequestProblemException(DeveloperRefusals.NotFound());

    private static CallerIdentity? Caller(HttpContext context) => context.Features.Get<CallerIdentity>();
}
