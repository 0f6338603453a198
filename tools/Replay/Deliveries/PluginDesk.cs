using System.Globalization;
using System.Net;
using System.Text.Json;
using Marketplace.Replay.Http;
using Marketplace.Replay.Plugin;

namespace Marketplace.Replay.Deliveries;

/// <summary>One installation's plugin calls about deliveries: set the endpoint, consume, replay.</summary>
internal sealed class PluginDesk(ApiClient api, TokenSource token, string installation) : IDisposable
{
    private const int TimeoutSeconds = 2;
    private const int Page = 100;

    /// <summary>Sets the endpoint, which also unparks it; returns the secret if the answer contains one.</summary>
    public async Task<string?> SetEndpoint(Uri url, Mandate mandate, CancellationToken cancellationToken)
    {
        var body = new
        {
            url,
            ordering = mandate.PerSeller ? "per-seller" : "per-order",
            batch_size = mandate.BatchSize,
            timeout_seconds = TimeoutSeconds,
        };
        return OrderComparison.Text(await Expect("webhook.set", HttpMethod.Put, "open/v1/webhook", body, cancellationToken), "secret");
    }

    /// <summary>True if the marketplace stopped pushing and keeps the backlog.</summary>
    public async Task<bool> IsParked(CancellationToken cancellationToken) => IsParked(await Endpoint(cancellationToken));

    /// <summary>
    /// True if this many events are dead letters, or the endpoint is parked: an event followed by no other arrival may mean a broken
    /// endpoint, and is kept with it.
    /// </summary>
    public async Task<bool> HasGivenUp(int events, CancellationToken cancellationToken)
    {
        var endpoint = await Endpoint(cancellationToken);
        return IsParked(endpoint)
            || (
                OrderComparison.Member(endpoint, "dead_letters") is { ValueKind: JsonValueKind.Number } count && count.GetInt32() >= events
            );
    }

    /// <summary>Replays the dead letters.</summary>
    public Task ReplayDeadLetters(CancellationToken cancellationToken) =>
        Expect("replays", HttpMethod.Post, "open/v1/replays", new { dead_letters = true }, cancellationToken);

    /// <summary>
    /// The next events after the confirmed position, with the cursor to confirm them; null if there is nothing to confirm.
    /// </summary>
    public async Task<(List<ArrivedEvent> Events, string Cursor)?> Consume(CancellationToken cancellationToken)
    {
        var route = string.Create(CultureInfo.InvariantCulture, $"open/v1/events?limit={Page}");
        var json = await Expect("events.list", HttpMethod.Get, route, null, cancellationToken);
        var (next, confirmed) = (OrderComparison.Text(json, "next_cursor"), OrderComparison.Text(json, "cursor"));
        var events = OrderComparison.Array(json, "events").SelectMany(EventReader.Read).ToList();
        return next is null || next == confirmed ? null : (events, next);
    }

    public Task Confirm(string cursor, CancellationToken cancellationToken) =>
        Expect("events.confirm", HttpMethod.Post, "open/v1/events/confirm", new { cursor }, cancellationToken);

    public void Dispose() => token.Dispose();

    private static bool IsParked(JsonElement endpoint) => OrderComparison.Member(endpoint, "parked") is { ValueKind: JsonValueKind.Object };

    private Task<JsonElement> Endpoint(CancellationToken cancellationToken) =>
        Expect("webhook.get", HttpMethod.Get, "open/v1/webhook", null, cancellationToken);

    private async Task<JsonElement> Expect(
        string operation,
        HttpMethod method,
        string route,
        object? body,
        CancellationToken cancellationToken
    )
    {
        var call = new ApiCall(operation, method, new Uri(route, UriKind.Relative))
        {
            Body = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body),
            IdempotencyKey = body is null ? null : Guid.NewGuid().ToString(),
            RepeatIsHarmless = true,
        };
        var answer = await api.Send(call, token, cancellationToken);
        return answer.IsSuccess
            ? answer.Json ?? default
            : throw new RefusedException(answer.Status, $"{installation}: {operation} was answered {answer.Outcome}: {answer.Detail}");
    }
}

/// <summary>A plugin's call was permanently refused.</summary>
internal sealed class RefusedException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status => status;
}
