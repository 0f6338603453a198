using static Marketplace.Sync.Payloads.SchemaChange;

namespace Marketplace.Sync.Payloads;

/// <summary>What lifecycle events hold, as it is published; a line here is never changed and never taken away again (<see cref="PublishedSchemas"/>).</summary>
internal static class LifecycleSchemas
{
    private const string Text = "string";
    private const string Whole = "integer";
    private const string Instant = "date-time";

    /// <summary>All of them, one object an event type.</summary>
    public static IEnumerable<SchemaChange> All =>
    [
        .. Event(Sync.EventTypes.InstallationEnabled, [.. List("scopes")], ("expires_at", Instant)),
        .. Event(Sync.EventTypes.InstallationPaused, [("reason", Text)]),
        .. Event(Sync.EventTypes.InstallationResumed, []),
        .. Event(Sync.EventTypes.AuthorisationExpiring, [.. List("scopes"), ("expires_at", Instant), ("hours", Whole)]),
        .. Event(Sync.EventTypes.AuthorisationExpired, [("expires_at", Instant)]),
        .. Event(Sync.EventTypes.InstallationDisabled, []),
        .. Event(Sync.EventTypes.GrantChanged, [.. List("scopes"), .. List("added"), .. List("removed")]),
        .. Event(Sync.EventTypes.QuotaThreshold, [("threshold_percent", Whole), .. Quota]),
        .. Event(Sync.EventTypes.QuotaExceeded, [.. Quota]),
        .. Event(Sync.EventTypes.SchemaAnnounced, [("version", Text), ("due_at", Instant)], ("pinned", Text)),
        .. Event(Sync.EventTypes.ClaimFiled, [.. Claim, ("amount", "number"), ("currency", Text), ("answer_due_at", Instant)]),
        .. Event(Sync.EventTypes.ClaimAnswered, [.. Claim]),
        .. Event(Sync.EventTypes.ClaimDecided, [.. Claim, ("outcome", Text)]),
    ];

    private static (string Path, string Type)[] Quota => [("day", "date"), ("used", Whole), ("limit", Whole), ("resets_at", Instant)];

    private static (string Path, string Type)[] Claim => [("claim_id", Text), ("order_id", Text)];

    private static (string Path, string Type)[] List(string name) => [(name, "array"), ($"{name}[]", Text)];

    private static IEnumerable<SchemaChange> Event(string type, (string Path, string Type)[] required, params (string Path, string Type)[] optional)
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
