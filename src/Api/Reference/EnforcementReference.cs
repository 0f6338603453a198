using System.Collections.Immutable;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.PlatformApi;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations about what is done against developers and plugins.</summary>
internal static class EnforcementReference
{
    private const string Root = "/platform/v1/enforcement";
    private const string OfDeveloper = "/developer/v1/developers/{developer}";

    private static readonly string[] OfOne = ["role-not-allowed", "enforcement-not-found", "enforcement-state-conflict"];

    public static ImmutableArray<OperationReference> OfOperators { get; } =
    [
        new("GET", Root, "enforcement.list", "List the actions against developers and plugins, newest first.")
        {
            Parameters =
            [
                Parameters.OneOf("state", "Only actions of this state.", [.. EnforcementView.States]),
                Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit),
                Parameters.Cursor,
            ],
            Answers = [Json<EnforcementListView>()],
        },
        new("GET", Root + "/counters", "enforcement.counters", "Get the number of actions by year and rule.")
        {
            Answers = [Json<EnforcementCountsView>()],
        },
        new("GET", Root + "/preview", "enforcement.preview", "Get what an action would touch: installations, regions, money.")
        {
            Parameters =
            [
                new("developer", ParameterKind.Text, "All plugins of this developer.") { Example = "lamp-works" },
                new("plugin", ParameterKind.Text, "This plugin; instead of a developer.") { Example = "order-pilot" },
            ],
            Answers = [Json<EnforcementPreviewView>()],
            Problems = ["developer-not-found"],
        },
        new("POST", Root, "enforcement.decide", "Warn a developer, suspend a version, delist a plugin, or propose a freeze.")
        {
            Description =
                "A freeze is only proposed; another operator confirms it. Everything else is in force with the answer: calls, tokens and "
                + "deliveries end within a second.",
            Body = JsonBody<EnforcementRequest>(),
            Answers = [Json<EnforcementView>(StatusCodes.Status201Created)],
            Problems =
            [
                "role-not-allowed",
                "person-needed",
                "developer-not-found",
                "plugin-not-found",
                "plugin-version-not-found",
                "enforcement-invalid",
                "enforcement-conflict",
            ],
            TakesKey = true,
        },
        new("POST", Root + "/{number}/confirm", "enforcement.confirm", "Confirm a freeze that another operator proposed.")
        {
            Answers = [Json<EnforcementView>()],
            Problems = [.. OfOne, "person-needed", "second-operator-needed"],
            TakesKey = true,
        },
        new("POST", Root + "/{number}/withdraw", "enforcement.withdraw", "Give a proposed freeze up.")
        {
            Answers = [Json<EnforcementView>()],
            Problems = [.. OfOne],
            TakesKey = true,
        },
        OnReason("lift", "Lift an action; what it stopped runs as before."),
        OnReason("reject-appeal", "Reject the developer's appeal against an action."),
    ];

    public static ImmutableArray<OperationReference> OfDevelopers { get; } =
    [
        new("GET", OfDeveloper + "/notices", "notices.own", "List the notices about the developer and its plugins, newest first.")
        {
            Answers = [Json<OwnNoticeListView>()],
            Problems = ["developer-not-found"],
        },
        new("POST", OfDeveloper + "/appeals", "appeals.make", "Appeal against a notice in force.")
        {
            Body = JsonBody<AppealRequest>(),
            Answers = [Json<OwnNoticeView>(StatusCodes.Status201Created)],
            Problems = ["developer-not-found", "enforcement-not-found", "enforcement-invalid", "enforcement-state-conflict"],
            TakesKey = true,
        },
    ];

    public static OperationReference OfEverybody { get; } =
        new("GET", "/catalogue/v1/notices", "notices.list", "List the public notices about developers and plugins, newest first.")
        {
            Parameters =
            [
                new("notice", ParameterKind.Text, "Only the notice of this number.") { Example = "MP-20261201-1" },
                new("plugin", ParameterKind.Text, "Only notices that stop this plugin.") { Example = "order-pilot" },
                Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit),
                Parameters.Cursor,
            ],
            Answers = [Json<NoticeListView>()],
            Problems = ["parameter-invalid", "cursor-invalid"],
        };

    private static OperationReference OnReason(string verb, string summary) =>
        new("POST", $"{Root}/{{number}}/{verb}", verb == "lift" ? "enforcement.lift" : "enforcement.rejectAppeal", summary)
        {
            Body = JsonBody<EnforcementReasonRequest>(),
            Answers = [Json<EnforcementView>()],
            Problems = [.. OfOne, "enforcement-invalid"],
            TakesKey = true,
        };
}
