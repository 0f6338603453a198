using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>Where and how a plugin wants its events; what is left out is as documented.</summary>
internal sealed record EndpointRequest(
    string? Url,
    string? Ordering,
    int? BatchSize,
    int? TimeoutSeconds,
    IReadOnlyList<string>? Types = null
)
{
    /// <summary>The domain checks the ranges of numbers; throws the problem of a malformed address or ordering.</summary>
    public DeliveryEndpoint Read() =>
        new(
            Address(),
            Ordering switch
            {
                null or "per-order" => DeliveryOrdering.PerOrder,
                "per-seller" => DeliveryOrdering.PerSeller,
                _ => throw new RequestProblemException(DeliveryRefusals.Invalid("ordering", "per-order or per-seller")),
            },
            BatchSize ?? 1,
            TimeoutSeconds ?? DeliveryEndpoint.DefaultTimeoutSeconds
        )
        {
            Types = [.. (Types ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };

    private Uri Address() =>
        Url is { Length: > 0 and <= DeliveryEndpoint.MaxUrlLength } text
        && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Fragment.Length == 0
        && url.AbsoluteUri.Length <= DeliveryEndpoint.MaxUrlLength
            ? new Uri(url.AbsoluteUri)
            : throw new RequestProblemException(
                DeliveryRefusals.Invalid("url", $"an absolute address without fragment, at most {DeliveryEndpoint.MaxUrlLength} characters")
            );
}

internal sealed record SecretRequest(int? OverlapHours);

internal sealed record DryRunRequest(long? Sequence);

/// <summary>How an installation's deliveries stand, as its plugin sees it.</summary>
internal sealed record WebhookView(
    string Installation,
    EndpointView? Endpoint,
    string? EndpointOf,
    IReadOnlyList<SecretView> Secrets,
    string? Secret,
    DeliveryParking? Parked,
    StopView? Stopped,
    long SinceSeq,
    long Cursor,
    long Head,
    long Backlog,
    int Waiting,
    int DeadLetters,
    DateTimeOffset? BrokenSince,
    DateTimeOffset? ThrottledSince,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? LastAcknowledgedAt,
    DateTimeOffset? OldestOwedAt,
    string? LastError,
    string Schema
)
{
    /// <param name="installation">The installation.</param>
    /// <param name="status">The grain's answer.</param>
    /// <param name="secret">The text of a newly made secret; null otherwise.</param>
    public static WebhookView Of(InstallationId installation, DeliveryStatus status, string? secret) =>
        new(
            installation.ToString(),
            status.Setup.Endpoint is { } endpoint ? EndpointView.Of(endpoint) : null,
            status.Setup switch
            {
                { Endpoint: null } => null,
                { SharedRevision: null } => "installation",
                _ => "plugin",
            },
            [.. status.Setup.Secrets.Select(SecretView.Of)],
            secret,
            status.Setup.Parking,
            status.Stop is { } stop ? new StopView(stop.Code, stop.Reason) : null,
            status.SinceSeq,
            status.Cursor,
            status.Head,
            status.Backlog,
            status.Waiting,
            status.DeadLetters,
            status.BrokenSince,
            status.ThrottledSince,
            status.NextAttemptAt,
            status.LastAcknowledgedAt,
            status.OldestOwedAt,
            status.LastError,
            status.Schema
        );
}

/// <summary>A plugin's endpoint for all its installations.</summary>
internal sealed record PluginWebhookView(string Plugin, EndpointView? Endpoint, IReadOnlyList<SecretView> Secrets, string? Secret)
{
    /// <param name="plugin">The plugin.</param>
    /// <param name="webhook">The grain's answer.</param>
    /// <param name="secret">The text of a newly made secret; null otherwise.</param>
    public static PluginWebhookView Of(PluginId plugin, PluginWebhook webhook, string? secret) =>
        new(
            plugin.Value,
            webhook.Setup.Endpoint is { } endpoint ? EndpointView.Of(endpoint) : null,
            [.. webhook.Setup.Secrets.Select(SecretView.Of)],
            secret
        );
}

internal sealed record EndpointView(string Url, string Ordering, int BatchSize, int TimeoutSeconds, IReadOnlyList<string>? Types)
{
    public static EndpointView Of(DeliveryEndpoint endpoint) =>
        new(
            endpoint.Url.OriginalString,
            Words.Of(endpoint.Ordering),
            endpoint.BatchSize,
            endpoint.TimeoutSeconds,
            endpoint.Types.IsDefaultOrEmpty ? null : endpoint.Types
        );
}

/// <summary>A secret by its name; its text is shown by the answer that made it and by no other.</summary>
internal sealed record SecretView(string Id, DateTimeOffset MadeAt, DateTimeOffset? RetiresAt)
{
    public static SecretView Of(EndpointSecret secret) => new(secret.Id, secret.MadeAt, secret.RetiresAt);
}

internal sealed record StopView(string Code, string Reason);

internal sealed record PingView(string MessageId, bool Ok, string? Error, int? Status, int LatencyMs)
{
    public static PingView Of(PingResult result) =>
        new(result.MessageId, result.Error is null, result.Error, result.Status, result.LatencyMs);
}

/// <summary>The request that would be made; only the address where nothing is owed.</summary>
internal sealed record DryRunView(string Url, IReadOnlyList<long>? Sequences, IReadOnlyDictionary<string, string>? Headers, string? Body);

internal sealed record DeliveryList(IReadOnlyList<DeliveryView> Deliveries, string? NextCursor, bool HasMore);

/// <summary>One entry of the delivery log.</summary>
internal sealed record DeliveryView(
    long Sequence,
    long? ToSequence,
    string Outcome,
    string Channel,
    DateTimeOffset At,
    int? Attempt,
    int? Status,
    int? LatencyMs,
    string? Reason,
    string? PayloadHash,
    string? ResponseHash,
    string? Schema,
    string? Replay,
    string? Batch,
    int? Times
)
{
    public static DeliveryView Of(DeliveryEntry entry) =>
        new(
            entry.Seq,
            entry.To == entry.Seq ? null : entry.To,
            Words.Of(entry.Outcome),
            Words.Of(entry.Channel),
            entry.At,
            entry.Attempt == 0 ? null : entry.Attempt,
            entry.Status,
            entry.LatencyMs,
            entry.Reason,
            entry.PayloadHash,
            entry.ResponseHash,
            entry.Schema,
            entry.Replay,
            entry.Batch,
            entry.Times
        );
}

internal sealed record DeadLetterList(IReadOnlyList<DeadLetterView> DeadLetters);

internal sealed record DeadLetterView(long Sequence, string Key, DateTimeOffset At, int Attempts, string Reason)
{
    public static DeadLetterView Of(DeadEvent dead) => new(dead.Seq, dead.Key, dead.At, dead.Attempts, dead.Reason);
}

/// <summary>What is to be delivered again: a range, an order, the dead letters, or what fits all that is named.</summary>
internal sealed record ReplayCommandRequest(long? FromSeq, long? ToSeq, string? OrderId, bool? DeadLetters, bool? DryRun);

internal sealed record ReplayView(string Id, long FromSeq, long ToSeq, string? OrderId, bool DeadLetters, DateTimeOffset At)
{
    public static ReplayView Of(ReplayRequest replay) =>
        new(replay.Id, replay.FromSeq, replay.ToSeq, replay.OrderId, replay.DeadLettersOnly, replay.At);
}

internal sealed record ReplayList(IReadOnlyList<ReplayView> Replays);

/// <summary>What a replay would send; <c>ContinueFrom</c> is where the next dry run would go on.</summary>
internal sealed record DryReplayView(IReadOnlyList<DryReplayEvent> Events, bool HasMore, long? ContinueFrom);

internal sealed record DryReplayEvent(long Sequence, string Id, string Type, string Subject, DateTimeOffset Time)
{
    public static DryReplayEvent Of(PluginEvent @event) => new(@event.Seq, @event.MessageId, @event.Type, @event.Subject, @event.Time);
}

internal static class Words
{
    /// <summary>The API form of a name: <c>PerOrder</c> is <c>per-order</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

// As for Seller Center's commands: refuse unknown and duplicate members instead of applying half of a command.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(EndpointRequest))]
[JsonSerializable(typeof(SecretRequest))]
[JsonSerializable(typeof(DryRunRequest))]
[JsonSerializable(typeof(ReplayCommandRequest))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(PluginWebhookView))]
[JsonSerializable(typeof(PingView))]
[JsonSerializable(typeof(DryRunView))]
[JsonSerializable(typeof(DeliveryList))]
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(ReplayList))]
[JsonSerializable(typeof(DryReplayView))]
internal sealed partial class WebhookJson : JsonSerializerContext
{
    public static WebhookJson Readable => field ??= new(Default.Options.Readable());
}
