using System.Globalization;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Catalogue;
using Marketplace.Certification;
using Marketplace.Developers;
using Marketplace.Enforcement;
using Marketplace.Identity;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Policies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.PlatformApi;

/// <summary>Operators act against developers and plugins (R24): with a preview, two persons for a freeze, and a register (R25).</summary>
internal static class EnforcementEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/platform/v1/enforcement").RequireAuthorization(ClientRoles.Operator).WithTags("Operators");
        group.MapGet("", List).Takes("state", "limit", "cursor").WithSummary("The register, newest first.");
        group.MapPost("", Decide).WithSummary("Warns, suspends a version, delists a plugin, or proposes a freeze.");
        group.MapGet("counters", Counters).WithSummary("Actions by year and rule.");
        group.MapGet("preview", Preview).Takes("developer", "plugin").WithSummary("What an action would touch.");
        group.MapPost("{number}/confirm", Confirm).WithSummary("Confirms a freeze that another operator proposed.");
        group.MapPost("{number}/withdraw", Withdraw).WithSummary("Gives a proposed freeze up.");
        group.MapPost("{number}/lift", Lift).WithSummary("Lifts an action; what it stopped runs as before.");
        group.MapPost("{number}/reject-appeal", RejectAppeal).WithSummary("Rejects the developer's appeal.");
    }

    public static IEnforcementGrain Grain(IGrainFactory grains) => grains.GetGrain<IEnforcementGrain>(GrainKeys.Enforcement());

    private static async Task<IResult> List(HttpContext context, IGrainFactory grains)
    {
        var query = new PositionQuery(context.Request);
        var (state, before, limit) = (query.Text("state"), query.Cursor ?? int.MaxValue, query.Limit);
        if (state is not null && !EnforcementView.States.Contains(state))
        {
            query.Wrong("state", $"one of {string.Join(", ", EnforcementView.States)}");
        }

        limit = query.Result(limit).OrProblem();
        var actions = await Grain(grains).List(context.RequestAborted);
        EnforcementView[] page =
        [
            .. actions
                .Reverse()
                .Where(action => action.Number < before)
                .Select(EnforcementView.Of)
                .Where(view => state is null || view.State == state)
                .Take(limit + 1),
        ];
        return TypedResults.Json(
            new EnforcementListView(
                [.. page.Take(limit)],
                CursorOf(page.Length > limit ? page[limit - 1].Number : null),
                page.Length > limit
            ),
            EnforcementApiJson.Readable.EnforcementListView
        );
    }

    /// <summary>The cursor of the page after an action; null without one.</summary>
    public static string? CursorOf(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static async Task<IResult> Counters(HttpContext context, IGrainFactory grains)
    {
        var actions = await Grain(grains).List(context.RequestAborted);
        var counts = actions
            .Where(static action => action.InForceAt is not null)
            .GroupBy(static action => (YearOf(action), action.Grounds.Rule, action.Grounds.Kind))
            .OrderByDescending(static group => group.Key.Item1)
            .ThenBy(static group => group.Key.Rule, StringComparer.Ordinal)
            .ThenBy(static group => group.Key.Kind)
            .Select(static group => new EnforcementCountView(
                group.Key.Item1,
                group.Key.Rule,
                EnforcementRefusals.Text(group.Key.Kind),
                group.Count(),
                group.Count(static action => action.State == EnforcementState.Lifted)
            ));
        return TypedResults.Json(new EnforcementCountsView([.. counts]), EnforcementApiJson.Readable.EnforcementCountsView);
    }

    private static async Task<IResult> Preview(HttpContext context, IGrainFactory grains)
    {
        var query = new QueryReader(context.Request);
        var (developer, plugin) = (query.Text("developer"), query.Text("plugin"));
        if (developer is null == plugin is null)
        {
            query.Wrong("developer", "given, or plugin, and not both");
        }

        (developer, plugin) = query.Result((developer, plugin)).OrProblem();
        var plugins = plugin is not null
            ? [PluginOf(plugin)]
            : await Grain(grains).FindPlugins(await DeveloperOf(context, grains, developer), context.RequestAborted);
        return TypedResults.Json(
            await EnforcementPreview.Of(grains, [.. plugins], context.RequestAborted),
            EnforcementApiJson.Readable.EnforcementPreviewView
        );
    }

    private static async Task<IResult> Decide(HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var body = await SellerRequest.Body(context, EnforcementApiJson.Default.EnforcementRequest);
        var kind = EnforcementView.KindOf(body.Kind)
            ?? throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "kind must be warning, version-suspension, delisting or freeze."
            );
        var policy = await PolicyEndpoints.InForce(context, grains, PolicyNames.AccessSpecification);
        var grounds = new EnforcementGrounds(
            kind,
            body.Developer is { } developer ? await DeveloperOf(context, grains, developer) : null,
            body.Plugin is { } plugin ? [PluginOf(plugin)] : [],
            body.Version,
            body.Rule ?? string.Empty,
            TextOf(body.Reason),
            TextOf(body.Advice),
            policy?.Version ?? GatePolicy.Current.Version
        );
        return await Execute(context, grains, new EnforcementCommand.Decide(grounds), by, StatusCodes.Status201Created);
    }

    private static Task<IResult> Confirm(string number, HttpContext context, IGrainFactory grains) =>
        Execute(context, grains, new EnforcementCommand.Confirm(NumberOf(number), []), SellerRequest.By(context));

    private static Task<IResult> Withdraw(string number, HttpContext context, IGrainFactory grains) =>
        Execute(context, grains, new EnforcementCommand.Withdraw(NumberOf(number)), SellerRequest.By(context));

    private static async Task<IResult> Lift(string number, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var reason = await Reason(context);
        return await Execute(context, grains, new EnforcementCommand.Lift(NumberOf(number), reason), by);
    }

    private static async Task<IResult> RejectAppeal(string number, HttpContext context, IGrainFactory grains)
    {
        var by = SellerRequest.By(context);
        var reason = await Reason(context);
        return await Execute(context, grains, new EnforcementCommand.RejectAppeal(NumberOf(number), reason), by);
    }

    private static async Task<string> Reason(HttpContext context) =>
        (await SellerRequest.Body(context, EnforcementApiJson.Default.EnforcementReasonRequest)).Reason ?? string.Empty;

    private static async Task<IResult> Execute(
        HttpContext context,
        IGrainFactory grains,
        EnforcementCommand command,
        Initiator by,
        int status = StatusCodes.Status200OK
    ) => Answer((await Grain(grains).Execute(command, by, CancellationToken.None)).OrProblem(), status);

    private static JsonHttpResult<EnforcementView> Answer(EnforcementAction action, int status) =>
        TypedResults.Json(EnforcementView.Of(action), EnforcementApiJson.Readable.EnforcementView, statusCode: status);

    private static int NumberOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RequestProblemException(EnforcementRefusals.NotFound());

    private static int YearOf(EnforcementAction action) => MarketCalendar.Shanghai.DayOf(action.InForceAt!.Value).Year;

    private static PluginId PluginOf(string text) =>
        PluginId.TryParse(text, null, out var plugin)
            ? plugin
            : throw new RequestProblemException(ProblemKinds.BodyInvalid, "plugin must be a plugin's id.");

    private static async Task<DeveloperId> DeveloperOf(HttpContext context, IGrainFactory grains, string? text) =>
        DeveloperId.TryParse(text, null, out var developer)
        && await grains.GetGrain<IDeveloperGrain>(GrainKeys.Of(developer)).Get(context.RequestAborted) is not null
            ? developer
            : throw new RequestProblemException(DeveloperRefusals.NotFound());

    private static BilingualText TextOf(EnforcementTextRequest? text) => new(text?.Zh ?? string.Empty, text?.En ?? string.Empty);
}
