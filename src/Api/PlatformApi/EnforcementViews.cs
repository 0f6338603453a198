using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Enforcement;

namespace Marketplace.Api.PlatformApi;

/// <param name="Kind">warning, version-suspension, delisting or freeze.</param>
/// <param name="Developer">For a warning or freeze.</param>
/// <param name="Plugin">For a delisting or suspension.</param>
/// <param name="Version">The hash of the version; for a suspension.</param>
/// <param name="Rule">The rule that was broken: 1–64 characters of <c>a–z 0–9 -</c>.</param>
/// <param name="Reason">Why; public.</param>
/// <param name="Advice">What the plugin's sellers should do.</param>
internal sealed record EnforcementRequest(
    string? Kind,
    string? Developer,
    string? Plugin,
    string? Version,
    string? Rule,
    EnforcementTextRequest? Reason,
    EnforcementTextRequest? Advice
);

/// <param name="Zh">1–500 characters.</param>
/// <param name="En">1–500 characters.</param>
internal sealed record EnforcementTextRequest(string? Zh, string? En);

/// <param name="Reason">1–500 characters.</param>
internal sealed record EnforcementReasonRequest(string? Reason);

/// <param name="Notice">The number of the public notice.</param>
/// <param name="Text">1–4,000 characters.</param>
internal sealed record AppealRequest(string? Notice, string? Text);

internal sealed record EnforcementTextView(string Zh, string En)
{
    public static EnforcementTextView Of(BilingualText text) => new(text.Zh, text.En);
}

/// <param name="Text">What the developer says.</param>
/// <param name="At">When.</param>
/// <param name="Answer">Why it was rejected; null while it waits, and if the action was lifted.</param>
/// <param name="AnsweredAt">When it was rejected.</param>
internal sealed record AppealView(string Text, DateTimeOffset At, string? Answer, DateTimeOffset? AnsweredAt)
{
    public static AppealView? Of(EnforcementAppeal? appeal) =>
        appeal is null ? null : new(appeal.Text, appeal.At, appeal.Answer, appeal.AnsweredAt);
}

/// <summary>An action as operators see it.</summary>
internal sealed record EnforcementView(
    int Number,
    string Kind,
    string State,
    string? Notice,
    string? Developer,
    IReadOnlyList<string> Plugins,
    string? Version,
    string Rule,
    EnforcementTextView Reason,
    EnforcementTextView Advice,
    string Policy,
    string ProposedBy,
    DateTimeOffset ProposedAt,
    string? ConfirmedBy,
    DateTimeOffset? InForceAt,
    string? LiftedBy,
    DateTimeOffset? LiftedAt,
    string? LiftReason,
    AppealView? Appeal
)
{
    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<EnforcementState>().Select(EnforcementRefusals.Text)];

    public static EnforcementKind? KindOf(string? text)
    {
        foreach (var kind in Enum.GetValues<EnforcementKind>().Where(kind => EnforcementRefusals.Text(kind) == text))
        {
            return kind;
        }

        return null;
    }

    public static EnforcementView Of(EnforcementAction action) =>
        new(
            action.Number,
            EnforcementRefusals.Text(action.Grounds.Kind),
            EnforcementRefusals.Text(action.State),
            action.Notice,
            action.Grounds.Developer?.Value,
            [.. action.Grounds.Plugins.Select(static plugin => plugin.Value)],
            action.Grounds.Version,
            action.Grounds.Rule,
            EnforcementTextView.Of(action.Grounds.Reason),
            EnforcementTextView.Of(action.Grounds.Advice),
            action.Grounds.Policy,
            action.ProposedBy,
            action.ProposedAt,
            action.ConfirmedBy,
            action.InForceAt,
            action.LiftedBy,
            action.LiftedAt,
            action.LiftReason,
            AppealView.Of(action.Appeal)
        );
}

/// <summary>Actions, newest first.</summary>
internal sealed record EnforcementListView(IReadOnlyList<EnforcementView> Actions, string? NextCursor, bool HasMore);

/// <param name="Year">Of the day on which it came into force, in Asia/Shanghai.</param>
/// <param name="Rule">The rule that was broken.</param>
/// <param name="Kind">warning, version-suspension, delisting or freeze.</param>
/// <param name="Count">How many came into force, those lifted since included.</param>
/// <param name="Lifted">How many of them were lifted.</param>
internal sealed record EnforcementCountView(int Year, string Rule, string Kind, int Count, int Lifted);

internal sealed record EnforcementCountsView(IReadOnlyList<EnforcementCountView> Counts);

/// <param name="Plugin">The plugin.</param>
/// <param name="Name">Its name; null if it was never listed.</param>
/// <param name="Region">The region that processes its data.</param>
/// <param name="Installations">Sellers that have it.</param>
/// <param name="Running">Those whose calls pass now.</param>
/// <param name="MonthCost">What it has cost them in the month so far, in CNY.</param>
/// <param name="IsComplete">False if some installations were only counted.</param>
internal sealed record PreviewedPluginView(
    string Plugin,
    string? Name,
    string? Region,
    int Installations,
    int Running,
    decimal MonthCost,
    bool IsComplete
);

/// <summary>What an action would touch.</summary>
internal sealed record EnforcementPreviewView(
    IReadOnlyList<PreviewedPluginView> Plugins,
    int Installations,
    int Running,
    decimal MonthCost,
    bool IsComplete
);

/// <summary>A public notice.</summary>
internal sealed record NoticeView(
    string Notice,
    string Kind,
    string State,
    string? Developer,
    IReadOnlyList<string> Plugins,
    string? Version,
    string Rule,
    EnforcementTextView Reason,
    EnforcementTextView Advice,
    string Policy,
    DateTimeOffset InForceAt,
    DateTimeOffset? LiftedAt,
    string? LiftReason
)
{
    public static NoticeView Of(EnforcementAction action) =>
        new(
            action.Notice!,
            EnforcementRefusals.Text(action.Grounds.Kind),
            EnforcementRefusals.Text(action.State),
            action.Grounds.Developer?.Value,
            [.. action.Grounds.Plugins.Select(static plugin => plugin.Value)],
            action.Grounds.Version,
            action.Grounds.Rule,
            EnforcementTextView.Of(action.Grounds.Reason),
            EnforcementTextView.Of(action.Grounds.Advice),
            action.Grounds.Policy,
            action.InForceAt!.Value,
            action.LiftedAt,
            action.LiftReason
        );
}

/// <summary>Notices, newest first.</summary>
internal sealed record NoticeListView(IReadOnlyList<NoticeView> Notices, string? NextCursor, bool HasMore);

/// <summary>A notice about a developer, with its appeal.</summary>
internal sealed record OwnNoticeView(NoticeView Notice, AppealView? Appeal)
{
    public static OwnNoticeView Of(EnforcementAction action) => new(NoticeView.Of(action), AppealView.Of(action.Appeal));
}

internal sealed record OwnNoticeListView(IReadOnlyList<OwnNoticeView> Notices);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(EnforcementRequest))]
[JsonSerializable(typeof(EnforcementReasonRequest))]
[JsonSerializable(typeof(AppealRequest))]
[JsonSerializable(typeof(EnforcementView))]
[JsonSerializable(typeof(EnforcementListView))]
[JsonSerializable(typeof(EnforcementCountsView))]
[JsonSerializable(typeof(EnforcementPreviewView))]
[JsonSerializable(typeof(NoticeListView))]
[JsonSerializable(typeof(OwnNoticeView))]
[JsonSerializable(typeof(OwnNoticeListView))]
internal sealed partial class EnforcementApiJson : JsonSerializerContext
{
    public static EnforcementApiJson Readable => field ??= new(Default.Options.Readable());
}
