using System.Text.Json;
using Marketplace.Api.SellerApi;
using Marketplace.Journal;

namespace Marketplace.Api.PlatformApi.Journal;

internal sealed record TrailView(IReadOnlyList<TrailEntryView> Entries, string? NextCursor, bool HasMore);

internal sealed record TrailEntryView(
    string Id,
    DateTimeOffset At,
    string Entity,
    long Version,
    string Type,
    string Actor,
    string? Role,
    string? Address,
    JsonElement? Before,
    JsonElement? After,
    string Hash
)
{
    public static TrailEntryView Of(TrailEntry entry) =>
        new(
            TrailEndpoints.IdOf(entry.Position),
            entry.Fact.At,
            entry.Fact.Entity,
            entry.Fact.Version,
            entry.Fact.Type,
            entry.Fact.Actor.Value,
            entry.Fact.Role.Text,
            entry.Fact.Address,
            Json(entry.Before),
            Json(entry.After),
            Convert.ToHexStringLower(entry.Fact.Hash.Span)
        );

    private static JsonElement? Json(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

internal sealed record NotificationsView(long Unread, IReadOnlyList<NotificationView> Notifications, string? NextCursor, bool HasMore);

internal sealed record NotificationView(
    string Id,
    DateTimeOffset At,
    string Kind,
    TextView Text,
    string? Installation,
    DateTimeOffset? ReadAt,
    string? Link
)
{
    public static NotificationView Of(Notification notification) =>
        new(
            TrailEndpoints.IdOf(notification.Position),
            notification.At,
            notification.Kind,
            new TextView(notification.Text.Zh, notification.Text.En),
            notification.Installation,
            notification.ReadAt,
            NotificationTexts.LinkOf(notification.Kind, notification.Installation)
        );
}

internal sealed record TextView(string Zh, string En);

internal sealed record KpisView(
    IReadOnlyList<DayView> Days,
    long Facts,
    long Head,
    long Lag,
    IReadOnlyList<QueueView> Queues,
    long DeadLetters
)
{
    public static KpisView Of(AuditKpis kpis)
    {
        var queues = kpis
            .Queues.Select(queue => new QueueView(queue.Queue, queue.Position, Math.Max(0, queue.Head - queue.Position)))
            .ToArray();
        var days = kpis
            .Counts.GroupBy(count => count.Day)
            .Select(day => new DayView(day.Key, day.Sum(count => count.Count), day.ToDictionary(count => count.Kind, count => count.Count)))
            .ToArray();
        return new KpisView(
            days,
            days.Sum(day => day.Facts),
            kpis.Head,
            queues.Select(queue => queue.Lag).DefaultIfEmpty(0).Max(),
            queues,
            kpis.OpenDeadLetters
        );
    }
}

internal sealed record DayView(DateOnly Day, long Facts, IReadOnlyDictionary<string, long> Kinds);

internal sealed record QueueView(string Queue, long Position, long Lag);

internal sealed record VerifyView(bool Ok, long Entities, long Facts, IReadOnlyList<ChainFindingView> Findings)
{
    public static VerifyView Of(IReadOnlyList<ChainReport> reports, int listed) =>
        new(
            reports.All(report => report.Findings.IsEmpty),
            reports.Sum(report => report.Entities),
            reports.Sum(report => report.Facts),
            [
                .. reports
                    .SelectMany(report => report.Findings)
                    .Take(listed)
                    .Select(finding => new ChainFindingView(finding.Entity, finding.Version, finding.Code, finding.Detail)),
            ]
        );
}

internal sealed record ChainFindingView(string Entity, long Version, string Code, string Detail);

internal sealed record DeadLettersView(IReadOnlyList<DeadLetterView> DeadLetters, string? NextCursor, bool HasMore);

internal sealed record DeadLetterView(
    long Id,
    string Subscriber,
    string Stream,
    long Position,
    string Entity,
    long Version,
    string Type,
    string Error,
    int Attempts,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    DateTimeOffset? SettledAt
)
{
    public static DeadLetterView Of(DeadLetter letter) =>
        new(
            letter.Id,
            letter.Subscriber,
            letter.Stream,
            letter.Position,
            letter.Entity,
            letter.Version,
            letter.Type,
            letter.Error,
            letter.Attempts,
            letter.FirstAt,
            letter.LastAt,
            letter.SettledAt
        );
}
