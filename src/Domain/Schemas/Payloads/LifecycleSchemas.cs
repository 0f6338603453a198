using Marketplace.Events;
using static Marketplace.Schemas.Payloads.SchemaChange;

namespace Marketplace.Schemas.Payloads;

/// <summary>The published schemas of lifecycle events; lines are never changed or removed (<see cref="PublishedSchemas"/>).</summary>
internal static class LifecycleSchemas
{
    private const string Text = "string";
    private const string Whole = "integer";
    private const string Instant = "date-time";

    /// <summary>All changes, one object per event type.</summary>
    public static IEnumerable<SchemaChange> All =>
        [
            .. Event(EventTypes.InstallationEnabled, [.. List("scopes")], ("expires_at", Instant)),
            .. Event(EventTypes.InstallationPaused, [("reason", Text)]),
            .. Event(EventTypes.InstallationResumed, []),
            .. Event(EventTypes.AuthorisationExpiring, [.. List("scopes"), ("expires_at", Instant), ("hours", Whole)]),
            .. Event(EventTypes.AuthorisationExpired, [("expires_at", Instant)]),
            .. Event(EventTypes.InstallationDisabled, []),
            .. Event(EventTypes.GrantChanged, [.. List("scopes"), .. List("added"), .. List("removed")]),
            .. Event(EventTypes.QuotaThreshold, [("threshold_percent", Whole), .. Quota]),
            .. Event(EventTypes.QuotaExceeded, [.. Quota]),
            .. Event(EventTypes.SchemaAnnounced, [("version", Text), ("due_at", Instant)], ("pinned", Text)),
            .. Event(EventTypes.ClaimFiled, [.. Claim, ("amount", "number"), ("currency", Text), ("answer_due_at", Instant)]),
            .. Event(EventTypes.ClaimAnswered, [.. Claim]),
            .. Event(EventTypes.ClaimDecided, [.. Claim, ("outcome", Text)]),
        ];

    private static (string Path, string Type)[] Quota => [("day", "date"), ("used", Whole), ("limit", Whole), ("resets_at", Instant)];

    private static (string Path, string Type)[] Claim => [("claim_id", Text), ("order_id", Text)];

    private static (string Path, string Type)[] List(string name) => [(name, "array"), ($"{name}[]", Text)];

    private static IEnumerable<SchemaChange> Event(
        string type,
        (string Path, string Type)[] required,
        params (string Path, string Type)[] optional
    )
    {
        var name = EventPrefix + type;
        (string Path, string Type)[] own = [("installation", Text), ("seller", Text), ("plugin", Text)];
        return
        [
            NewObject(name),
            .. own.Concat(required).Select(member => new SchemaChange(name, member.Path, member.Type, Required: true)),
            .. optional.Select(member => new SchemaChange(name, member.Path, member.Type)),
        ];
    }
}
