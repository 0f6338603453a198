using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Api.PluginApi;

/// <summary>Pull delivery for plugins without an endpoint: list events and confirm.</summary>
internal static class EventHandlers
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1_000;

    private const int MaxBodyBytes = 65_536;

    /// <summary>
    /// Lists the next owed events after a cursor or after the confirmed position. Changes nothing: the same cursor gives the same events.
    /// With <c>order_id</c> lists only those of one order; such cursors cannot be confirmed, because events in between were not returned.
    /// </summary>
    public static async ValueTask<CallAnswer> List(HttpContext context, Call call)
    {
        var order = context.Request.Query.ContainsKey("order_id");
        var query = new ListQuery(context.Request, call.Installation, order ? Cursors.OrderEvents : Cursors.Events, DefaultLimit, MaxLimit);
        var (after, limit, orderId) = (query.Cursor(), query.Limit, query.Id("order_id"));
        if (query.Refusal is { } wrong)
        {
            return CallAnswer.Refused(wrong);
        }

        var batch = await call.Delivery().Consume(after, limit, orderId, CancellationToken.None);
        if (batch.Refusal is { } refusal)
        {
            return CallAnswer.Refused(refusal);
        }

        var status = await call.Delivery().GetStatus(CancellationToken.None);
        var (events, head) = (batch.Value!, status?.Head ?? 0);
        // For one order it is unknown whether another event follows without reading on.
        var hasMore = orderId is null ? events.LastSeq < Math.Max(events.Head, head) : events.Events.Length == limit;
        return CallAnswer.Stored(
            StatusCodes.Status200OK,
            EventsJson.Write(events, call.Installation, query.Cursor(events.LastSeq)!, hasMore, status, EventLag.Of(status, call.At)),
            JsonMediaTypes.Utf8
        );
    }

    /// <summary>Confirms everything up to a cursor. Not counted: reading and confirming a batch are one call.</summary>
    public static async ValueTask<CallAnswer> Confirm(HttpContext context, Call call)
    {
        var (cursor, wrong) = await ReadCursor(context.Request, call.Installation, context.RequestAborted);
        if (wrong is not null)
        {
            return CallAnswer.Refused(wrong);
        }

        var confirmed = await call.Delivery().Confirm(cursor, DeliveryChannel.Pull, CancellationToken.None);
        return confirmed is { Value: { } status }
            ? CallAnswer.Json(
                StatusCodes.Status200OK,
                new ConfirmAnswer(Cursors.Of(Cursors.Events, call.Installation, status.Cursor), status.Head, EventLag.Of(status, call.At)),
                EventJson.Default.ConfirmAnswer
            )
            : CallAnswer.Refused(confirmed.Refusal!);
    }

    private static async ValueTask<(long Cursor, Refusal? Refusal)> ReadCursor(
        HttpRequest request,
        InstallationId installation,
        CancellationToken aborted
    )
    {
        // Confirmations are idempotent without a key, but a malformed key is still refused.
        if (!IdempotencyKeys.TryGet(request, out _))
        {
            return (0, IdempotencyKeys.Invalid());
        }

        if (RequestBody.NotJson(request) is { } other)
        {
            return (0, other);
        }

        if (await RequestBody.Read(request, MaxBodyBytes, aborted) is not { } body)
        {
            return (0, RequestBody.TooLong(MaxBodyBytes));
        }

        if (Parse(body) is not { Length: > 0 } text)
        {
            return (
                0,
                ProblemWriter.Plain(
                    ProblemKinds.BodyInvalid,
                    "The body must be a JSON object with the text member cursor and nothing else."
                )
            );
        }

        var place = Cursors.Parse(Cursors.Events, installation, text);
        return (place.Value.Position, place.Refusal);
    }

    private static string? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, EventJson.Default.ConfirmRequest)?.Cursor;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What waits for a plugin behind what it has confirmed.</summary>
/// <param name="Events">Events that it is owed: by its scopes, its sync window and its region, and since it was enabled.</param>
/// <param name="AtLeast">True if there may be more of them, because counting ended before the feed did.</param>
/// <param name="OldestSeconds">For how long the oldest of them has been waiting; null if none is.</param>
internal sealed record EventLag(long Events, bool AtLeast, long? OldestSeconds)
{
    public static EventLag Of(DeliveryStatus? status, DateTimeOffset now) =>
        new(
            status?.Owed ?? 0,
            status?.OwedIsAtLeast ?? false,
            status?.OldestOwedAt is { } at ? (long)Math.Max(0, (now - at).TotalSeconds) : null
        );
}

internal sealed record ConfirmRequest(string? Cursor);

internal sealed record ConfirmAnswer(string Cursor, long Head, EventLag Lag);

/// <summary>Writes a page of events without parsing them: each has the same bytes as on every other channel.</summary>
internal static class EventsJson
{
    public static byte[] Write(
        EventBatch batch,
        InstallationId installation,
        string next,
        bool hasMore,
        DeliveryStatus? status,
        EventLag lag
    )
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("events");
            foreach (var @event in batch.Events)
            {
                json.WriteRawValue(EventPayloads.Render(@event, installation, batch.Schema, batch.Scopes), skipInputValidation: true);
            }

            json.WriteEndArray();
            json.WriteString("next_cursor", next);
            json.WriteBoolean("has_more", hasMore);
            json.WriteNumber("head", Math.Max(batch.Head, status?.Head ?? 0));
            json.WriteString("cursor", Cursors.Of(Cursors.Events, installation, batch.Cursor));
            json.WritePropertyName("lag");
            JsonSerializer.Serialize(json, lag, EventJson.Default.EventLag);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(ConfirmRequest))]
[JsonSerializable(typeof(ConfirmAnswer))]
internal sealed partial class EventJson : JsonSerializerContext;
