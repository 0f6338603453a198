using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace OrderTagger;

/// <summary>
/// Flags, splits and merges the order of an event. Doing it twice is doing it once: the order is read first, and writes have keys.
/// </summary>
internal sealed class Tagger(MarketplaceClient marketplace, Settings settings, ILogger<Tagger> logger)
{
    public static readonly string[] Types = ["order.created", "order.paid", "grant.changed"];

    private const int MaxPages = 3;
    private static readonly TimeSpan UsualPause = TimeSpan.FromMinutes(1);

    // What a seller has not granted is not asked again until its grants change.
    private readonly ConcurrentDictionary<(string Installation, string Action), bool> _refused = new();

    /// <exception cref="RetryLaterException">Not all of it is done; the event must come again.</exception>
    public async Task Handle(MarketplaceEvent @event, CancellationToken cancellationToken)
    {
        if (@event.Type == "grant.changed")
        {
            foreach (var refused in _refused.Keys.Where(refused => refused.Installation == @event.Installation))
            {
                _refused.TryRemove(refused, out _);
            }
        }
        else if (Types.Contains(@event.Type) && await ReadOrder(@event, cancellationToken) is { IsOpen: true } order)
        {
            await Flag(@event, order, cancellationToken);
            if (Rules.Split(order, settings.ParcelUnits) is { Count: > 1 } parcels)
            {
                await Act("split", @event, HttpMethod.Post, $"{Path(order.OrderId)}/split", new { parcels }, "", cancellationToken);
            }
            else if (order.Parcels.Count == 0)
            {
                await Merge(@event, order, cancellationToken);
            }
        }
    }

    private async Task<Order?> ReadOrder(MarketplaceEvent @event, CancellationToken cancellationToken)
    {
        var answer = await Act("read", @event, HttpMethod.Get, Path(@event.Subject), null, null, cancellationToken);
        return answer is { Code: null } ? answer.Read<Order>() : null;
    }

    private async Task Flag(MarketplaceEvent @event, Order order, CancellationToken cancellationToken)
    {
        foreach (var flag in Rules.MissingFlags(order, settings).Where(flag => order.Flags.All(known => known.Kind != flag.Kind)))
        {
            var path = $"{Path(order.OrderId)}/flags";
            var answer = await Act("flag", @event, HttpMethod.Post, path, flag, flag.Kind, cancellationToken);
            if (answer?.Code == "private-data-in-input")
            {
                // A buyer can have the name of one of the note's words.
                await Act("flag", @event, HttpMethod.Post, path, new { flag.Kind }, $"{flag.Kind} alone", cancellationToken);
            }
        }
    }

    private async Task Merge(MarketplaceEvent @event, Order order, CancellationToken cancellationToken)
    {
        if (_refused.ContainsKey((@event.Installation, "merge")))
        {
            return;
        }

        foreach (var other in await CreatedNear(@event, order, cancellationToken))
        {
            // One by one: an order of another buyer (merge-buyers-differ, merge-buyer-unknown) must not keep the others apart.
            var body = new { with = new[] { other.OrderId } };
            await Act("merge", @event, HttpMethod.Post, $"{Path(order.OrderId)}/merge", body, other.OrderId, cancellationToken);
        }
    }

    private async Task<List<Order>> CreatedNear(MarketplaceEvent @event, Order order, CancellationToken cancellationToken)
    {
        var apart = TimeSpan.FromMinutes(settings.MergeMinutes);
        var query = $"created_from={Instant(order.CreatedAt - apart)}&created_to={Instant(order.CreatedAt + apart)}&limit=100";
        var found = new List<Order>();
        var cursor = "";
        for (var page = 0; page < MaxPages && cursor is not null; page++)
        {
            var path = $"open/v1/orders?{query}{(cursor.Length == 0 ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}";
            if (await Act("read", @event, HttpMethod.Get, path, null, null, cancellationToken) is not { Code: null } answer)
            {
                break;
            }

            var orders = answer.Read<OrderPage>();
            found.AddRange(orders.Orders.Where(other => Rules.MayShipTogether(order, other)));
            cursor = orders.NextCursor;
        }

        return found;
    }

    /// <returns>The answer, or null for what the seller has not granted.</returns>
    private async Task<Answer?> Act(
        string action,
        MarketplaceEvent @event,
        HttpMethod method,
        string path,
        object? body,
        string? detail,
        CancellationToken cancellationToken
    )
    {
        if (_refused.ContainsKey((@event.Installation, action)))
        {
            return null;
        }

        var key = detail is null ? null : KeyOf(action, @event, detail);
        var answer = await marketplace.Call(@event.Installation, method, path, body, key, cancellationToken);
        switch (answer.Code)
        {
            case null:
                break;
            case "scope-missing" or "scope-pending" or "scope-expired":
                _refused[(@event.Installation, action)] = true;
                logger.NotGranted(@event.Installation, action);
                return null;
            case "idempotency-in-progress":
                throw new RetryLaterException(TimeSpan.FromSeconds(1), "The same write is under way.");
            case "risk-hold":
            case { }
                when answer.Status
                    is StatusCodes.Status404NotFound
                        or StatusCodes.Status409Conflict
                        or StatusCodes.Status422UnprocessableEntity:
                // Refused for good, such as merge-buyers-differ: the order is left as it is, because a repeat would change nothing.
                logger.Refused(@event.Installation, @event.Subject, action, answer.Status, answer.Code);
                break;
            default:
                throw new RetryLaterException(UsualPause, $"{action}: {answer}");
        }

        return answer;
    }

    /// <summary>The same for every attempt of one event, and another for everything else.</summary>
    private static string KeyOf(string action, MarketplaceEvent @event, string detail)
    {
        var named = JsonSerializer.SerializeToUtf8Bytes(new[] { action, @event.Subject, @event.Id, detail });
        return $"{action}-{Convert.ToHexStringLower(SHA256.HashData(named))}";
    }

    private static string Path(string order) => $"open/v1/orders/{Uri.EscapeDataString(order)}";

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
