using Marketplace.Events;

namespace Marketplace.Orders;

/// <summary>Changes to the lines of one order after its creation: cancelled units and refunds.</summary>
internal sealed class LineChanges
{
    private readonly Dictionary<int, Latest<int>> _cancelled = [];
    private readonly SortedDictionary<Stamp, EventContent.OrderRefunded> _refunds = [];
    private Latest<string?> _last;

    /// <summary>The newest cancellation of lines; null without any.</summary>
    public (Stamp Stamp, string? Reason)? Last => _last.Stamp == default ? null : (_last.Stamp, _last.Value);

    /// <summary>The latest event determines each line's cancelled units.</summary>
    public void Cancel(EventContent.OrderLinesCancelled cancelled, Stamp stamp)
    {
        _last.Set(cancelled.Reason, stamp);
        foreach (var (line, quantity) in cancelled.Lines)
        {
            var latest = _cancelled.GetValueOrDefault(line);
            latest.Set(quantity, stamp);
            _cancelled[line] = latest;
        }
    }

    /// <summary>Each refund is a payment of its own, so they add up.</summary>
    public void Refund(EventContent.OrderRefunded refunded, Stamp stamp) => _refunds[stamp] = refunded;

    /// <summary>A line with its changes; at most the ordered units are cancelled.</summary>
    public OrderLine With(OrderLine line, Latest<EventContent.OrderCreated> content) =>
        line with
        {
            CancelledQuantity = _cancelled.TryGetValue(line.Line, out var cancelled)
                ? Math.Min(line.Quantity, cancelled.Value)
                : line.CancelledQuantity,
            Refunded = Sum(line.Refunded, Counted(content).Where(refund => refund.Line == line.Line)),
        };

    /// <summary>The refunds of the order and its lines; null without any.</summary>
    public decimal? Refunded(decimal? stated, Latest<EventContent.OrderCreated> content) => Sum(stated, Counted(content));

    private static decimal? Sum(decimal? stated, IEnumerable<EventContent.OrderRefunded> refunds)
    {
        var amounts = refunds.Select(refund => refund.Amount).ToArray();
        return amounts.Length == 0 ? stated : (stated ?? 0m) + amounts.Sum();
    }

    // A creation that states refunds already includes those before it.
    private IEnumerable<EventContent.OrderRefunded> Counted(Latest<EventContent.OrderCreated> content)
    {
        var states = content.Value is { } created && (created.Refunded is not null || created.Items.Any(item => item.Refunded is not null));
        return _refunds.Where(refund => !states || refund.Key.CompareTo(content.Stamp) > 0).Select(refund => refund.Value);
    }
}
