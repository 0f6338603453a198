using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Orders;

namespace Marketplace.Api.SellerApi.Deliveries;

/// <summary>What a seller wants delivered again: a range, one order, the dead letters, or what fits all that is named.</summary>
internal sealed record ReplayRequestBody(long? FromSeq, long? ToSeq, string? OrderId, bool? DeadLetters, bool? DryRun);

/// <summary>How the events of an installation are delivered, as its seller sees it: of the plugin's address the host.</summary>
internal sealed record SyncStatusView(
    string Installation,
    string Mode,
    string? Endpoint,
    string? Stopped,
    long Since,
    long Cursor,
    long Head,
    long Backlog,
    int Waiting,
    int DeadLetters,
    ParkedView? Parked,
    DateTimeOffset? BrokenSince,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? LastAcknowledgedAt,
    DateTimeOffset? OldestOwedAt,
    string? LastError,
    string? Schema,
    IReadOnlyList<AskedReplayView> Replays,
    IReadOnlyList<FiguresView> Days
)
{
    /// <param name="id">The installation.</param>
    /// <param name="status">Null if it was never entitled to any event.</param>
    public static SyncStatusView Of(InstallationId id, DeliveryStatus? status)
    {
        var (known, setup) = (status ?? new DeliveryStatus(DeliverySetup.None, null, 0, 0, 0, 0, 0), status?.Setup ?? DeliverySetup.None);
        return new SyncStatusView(
            id.ToString(),
            setup.Endpoint is null ? "pull" : "push",
            setup.Endpoint?.Url.IdnHost,
            known.Stop?.Code,
            known.SinceSeq,
            known.Cursor,
            known.Head,
            known.Backlog,
            known.Waiting,
            known.DeadLetters,
            setup.Parking is { } parking ? new ParkedView(parking.Since, parking.Reason) : null,
            known.BrokenSince,
            known.NextAttemptAt,
            known.LastAcknowledgedAt,
            known.OldestOwedAt,
            known.LastError,
            known.Schema.Length == 0 ? null : known.Schema,
            [.. setup.Replays.Select(AskedReplayView.Of)],
            [.. known.Days.Select(FiguresView.Of)]
        );
    }
}

internal sealed record ParkedView(DateTimeOffset Since, string Reason);

internal sealed record AskedReplayView(string Id, long FromSeq, long ToSeq, string? OrderId, bool DeadLetters, DateTimeOffset RequestedAt)
{
    public static AskedReplayView Of(ReplayRequest replay) =>
        new(replay.Id, replay.FromSeq, replay.ToSeq, replay.OrderId, replay.DeadLettersOnly, replay.At);
}

/// <summary>The figures of a day (R13, R15), with the targets beside them.</summary>
internal sealed record FiguresView(
    DateOnly Day,
    long Owed,
    long Acknowledged,
    long Late,
    long Missing,
    long Withheld,
    decimal Accuracy,
    decimal AccuracyTarget,
    double? FreshnessSeconds,
    [property: JsonPropertyName("freshness_p95_seconds")] double? FreshnessP95Seconds,
    double FreshnessTargetSeconds
)
{
    public static FiguresView Of(DeliveryFigures figures) =>
        new(
            figures.Day,
            figures.Owed,
            figures.Acknowledged,
            figures.Late,
            figures.Missing,
            figures.Withheld,
            decimal.Round(figures.Accuracy, 6),
            DeliveryFigures.AccuracyTarget,
            figures.FreshnessMean?.TotalSeconds,
            figures.FreshnessP95?.TotalSeconds,
            DeliveryFigures.Target.TotalSeconds
        );
}

internal sealed record GivenUpView(long Sequence, string Key, DateTimeOffset At, int Attempts, string Reason);

internal sealed record GivenUpList(IReadOnlyList<GivenUpView> DeadLetters);

internal sealed record SellerDryRun(bool DryRun, IReadOnlyList<DryEventView> Events, bool HasMore);

internal sealed record DryEventView(long Sequence, string Id, string Type, string Subject, string? OrderId);

internal sealed record MissingView(long Sequence, string Id, string Type, string Subject, string? OrderId, string Why);

internal sealed record ReconciliationView(string Installation, FiguresView Figures, IReadOnlyList<MissingView> Missing, bool Truncated)
{
    public static ReconciliationView Of(InstallationId id, Reconciliation day) =>
        new(
            id.ToString(),
            FiguresView.Of(day.Figures),
            [.. day.Missing.Select(one => new MissingView(one.Seq, one.MessageId, one.Type, one.Subject, one.OrderId, one.Why))],
            day.Figures.Missing > day.Missing.Length
        );
}

/// <summary>A list of orders and a plugin's copy, each against the source (R14).</summary>
internal sealed record ComparisonView(
    string Installation,
    DateTimeOffset? From,
    DateTimeOffset? To,
    long Orders,
    long Rows,
    CopyView List,
    CopyView Plugin,
    decimal? FewerErrors,
    IReadOnlyList<ComparedView> Differences,
    bool Truncated
)
{
    public static ComparisonView Of(InstallationId id, DateTimeOffset? from, DateTimeOffset? to, OrderComparison comparison) =>
        new(
            id.ToString(),
            from,
            to,
            comparison.Orders,
            comparison.Rows,
            CopyView.Of(comparison.List),
            CopyView.Of(comparison.Plugin),
            comparison.FewerErrors is { } share ? decimal.Round(share, 6) : null,
            [.. comparison.Named.Select(ComparedView.Of)],
            comparison.Named.Count == OrderComparison.MaxNamed
        );
}

internal sealed record CopyView(long Match, long Missing, long Outdated, long Unknown, long Withheld, decimal ErrorRate)
{
    public static CopyView Of(CopyCounts counts) =>
        new(counts.Match, counts.Missing, counts.Outdated, counts.Unknown, counts.Withheld, decimal.Round(counts.ErrorRate, 6));
}

internal sealed record ComparedView(
    string OrderId,
    string List,
    string? Plugin,
    long? SourceVersion,
    string? SourceStatus,
    long? ListVersion,
    string? ListStatus
)
{
    public static ComparedView Of(ComparedOrder order) =>
        new(
            order.OrderId,
            Text(order.InList),
            order.AtPlugin is { } state ? Text(state) : null,
            order.Source?.Version,
            order.Source?.Status,
            order.Listed?.Version,
            order.Listed?.Status
        );

    private static string Text(CopyState state) => state.ToString().ToLowerInvariant();
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(ReplayRequestBody))]
[JsonSerializable(typeof(SyncStatusView))]
[JsonSerializable(typeof(GivenUpList))]
[JsonSerializable(typeof(SellerDryRun))]
[JsonSerializable(typeof(ReconciliationView))]
[JsonSerializable(typeof(ComparisonView))]
internal sealed partial class SyncJson : JsonSerializerContext
{
    public static SyncJson Readable => field ??= new(Default.Options.Readable());
}
