using System.Net;
using System.Text.Json;
using Marketplace.Replay.Billing;
using Marketplace.Replay.Dataset;
using Marketplace.Replay.Http;

namespace Marketplace.Replay.Plugin;

/// <summary>
/// Acts as a plugin for one seller: pages through the orders, gets each and compares it with the one sent, flags abnormal ones, writes
/// waybills back and reads their tracking.
/// </summary>
internal sealed class PluginActor(
    ApiClient api,
    TokenSource token,
    IReadOnlyDictionary<string, Order> sent,
    PluginTask task,
    SellerResult result
)
{
    private int _calls;
    private bool _stopped;

    public async Task Walk(Action<long> progress, CancellationToken cancellationToken)
    {
        result.Expected = sent.Count;
        if (await List(cancellationToken) is { } listed)
        {
            foreach (var id in sent.Keys.Where(id => !listed.Contains(id)))
            {
                result.Missing[id] = 0;
            }
        }

        var side = new ParallelOptions { MaxDegreeOfParallelism = task.SideBySide, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(sent.Values, side, async (order, token) =>
        {
            await Visit(order, token);
            progress(1);
        });

        while (task.Calls is not null && !_stopped && sent.Count > 0)
        {
            await Parallel.ForEachAsync(sent.Values, side, async (order, token) => await Get(order, token));
        }
    }

    /// <summary>The ids on all pages; null if the calls ran out before the last page.</summary>
    private async Task<HashSet<string>?> List(CancellationToken cancellationToken)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        while (true)
        {
            var route = $"open/v1/orders?limit=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}";
            if (await Call("orders.list", HttpMethod.Get, route, null, null, cancellationToken) is not { Json: { } page })
            {
                return null;
            }

            foreach (var order in OrderComparison.Array(page, "orders"))
            {
                Listed(order, listed);
            }

            var next = OrderComparison.Text(page, "next_cursor");
            if (OrderComparison.Member(page, "has_more") is not { ValueKind: JsonValueKind.True })
            {
                return listed;
            }

            if (next is null || next == cursor)
            {
                result.Failures.Add($"{result.Seller}: the list says there is more, but gives no new cursor");
                return listed;
            }

            cursor = next;
        }
    }

    private void Listed(JsonElement order, HashSet<string> listed)
    {
        var id = OrderComparison.Text(order, "order_id") ?? "";
        if (!listed.Add(id))
        {
            result.Failures.Add($"{result.Seller}: order {id} is on two pages");
        }
        else if (sent.TryGetValue(id, out var expected))
        {
            LookForLeaks(expected, "orders.list", order);
            Compare(expected, order);
        }
        else
        {
            result.Unknown++;
        }
    }

    private async Task Visit(Order order, CancellationToken cancellationToken)
    {
        if (!await Get(order, cancellationToken))
        {
            return;
        }

        var id = Uri.EscapeDataString(order.Id);
        if (task.Flags && Abnormal.Reason(order) is { } reason)
        {
            await Write(
                "orders.flag",
                $"open/v1/orders/{id}/flags",
                order,
                new { kind = reason.Kind, note = reason.Note },
                cancellationToken
            );
        }

        if (order is { Waybill: { } waybill, Times.Cancelled: null })
        {
            await Follow(order, waybill, id, cancellationToken);
        }
    }

    private async Task Follow(Order order, Waybill waybill, string id, CancellationToken cancellationToken)
    {
        if (task.Tracks)
        {
            var body = new { tracking_id = waybill.TrackingId, carrier = waybill.Carrier };
            await Write("orders.track", $"open/v1/orders/{id}/tracking", order, body, cancellationToken);
        }

        if (!task.Follows)
        {
            return;
        }

        var route = $"open/v1/tracking/{Uri.EscapeDataString(waybill.TrackingId)}";
        var answer = await Call("tracking.get", HttpMethod.Get, route, order, null, cancellationToken, absent: true);
        if (answer is { Json: { } json, IsSuccess: true })
        {
            Note(order, OrderComparison.Differences(order.Id, waybill, json));
        }
        else if (answer is not null)
        {
            Note(order, ["tracking"]);
        }
    }

    private async Task<bool> Get(Order order, CancellationToken cancellationToken)
    {
        var route = $"open/v1/orders/{Uri.EscapeDataString(order.Id)}";
        var answer = await Call("orders.get", HttpMethod.Get, route, order, null, cancellationToken, absent: true);
        if (answer is null)
        {
            return false;
        }

        result.Checked[order.Id] = 0;
        if (answer is { IsSuccess: true, Json: { } json })
        {
            Compare(order, json);
            return true;
        }

        result.Missing[order.Id] = 0;
        return false;
    }

    private async Task Write(string operation, string route, Order order, object body, CancellationToken cancellationToken)
    {
        var answer = await Call(operation, HttpMethod.Post, route, order, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
        if (answer is { Json: { } json } && OrderComparison.Member(json, "order") is { } after)
        {
            Compare(order, after);
        }
    }

    /// <summary>Null if the calls ran out, or for a failure (which is recorded).</summary>
    /// <remarks><c>absent</c>: true if the caller handles 404.</remarks>
    private async Task<ApiAnswer?> Call(
        string operation,
        HttpMethod method,
        string route,
        Order? order,
        byte[]? body,
        CancellationToken cancellationToken,
        bool absent = false
    )
    {
        if (_stopped || (task.Calls is { } most && Interlocked.Increment(ref _calls) > most))
        {
            _stopped = true;
            return null;
        }

        var call = new ApiCall(operation, method, new Uri(route, UriKind.Relative))
        {
            Body = body,
            IdempotencyKey = body is null ? null : $"replay-{StableHash.Hex(32, task.Source, task.Plugin, result.Seller, route)}",
            RepeatIsHarmless = body is not null,
            OnLostReply = result.LostReply,
        };
        var answer = await api.Send(call, token, cancellationToken);
        Receive(operation, order, answer);
        if (answer.IsSuccess || (absent && answer.Status == HttpStatusCode.NotFound))
        {
            return answer;
        }

        // Every further call would be refused as well.
        _stopped |= (int)answer.Status is 401 or 403 or 429 or >= 500;
        result.Failures.Add($"{result.Seller}: {operation} was answered {answer.Outcome}: {answer.Detail}");
        return null;
    }

    private void Receive(string operation, Order? order, ApiAnswer answer)
    {
        if (order is not null && answer.Json is { } json)
        {
            LookForLeaks(order, operation, json);
        }

        if (answer.Headers.TryGetValue("Marketplace-Receipt", out var text))
        {
            if (Receipt.Parse(text, operation) is { } receipt)
            {
                result.Receipts.Add(receipt);
            }
            else
            {
                result.Failures.Add($"{result.Seller}: {operation} has a receipt that cannot be read: {text}");
            }
        }
        else if (answer.IsSuccess)
        {
            result.Failures.Add($"{result.Seller}: {operation} was answered without a receipt");
        }
    }

    private void Compare(Order order, JsonElement seen) => Note(order, OrderComparison.Differences(order, seen));

    private void LookForLeaks(Order order, string operation, JsonElement seen)
    {
        foreach (var leak in PrivateData.Leaks(order.Buyer, seen))
        {
            result.Leaks.Add($"{result.Seller}/{order.Id} {operation} {leak}");
        }
    }

    private void Note(Order order, IEnumerable<string> differences)
    {
        var text = string.Join(", ", differences);
        if (text.Length > 0)
        {
            result.Different[order.Id] = text;
        }
    }
}
