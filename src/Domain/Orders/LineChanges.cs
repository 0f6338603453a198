using Marketplace.Events;

namespace Marketplace.Orders;

/// <summary>
/// What happened to the lines of one order after it was created: units that were cancelled, and money that was paid back.
/// </summary>
internal sealed class LineChanges
{
    private readonly Dictionary<int, Latest<int>> _cancelled = [];
    private readonly SortedDictionary<Stamp, EventContent.OrderRefunded> _refunds = [];
    private Latest<string?> _last;

    /// <summary>The newest cancellation of lines; null if there was none.</summary>
    public (Stamp Stamp, string? Reason)? Last => _last.Stamp == default ? null : (_last.Stamp, _last.Value);

    /// <summary>Of each line counts what the latest event says of it.</summary>
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

    /// <summary>Every refund is one payment, so they add up.</summary>
    public void Refund(EventContent.OrderRefunded refunded, Stamp stamp) => _refunds[stamp] = refunded;

    /// <summary>A line with what became of it; of a line no more is cancelled than was ordered.</summary>
    public OrderLine With(OrderLine line, Latest<EventContent.OrderCreated> content) =>
        line with
        {
            CancelledQuantity = _cancelled.TryGetValue(line.Line, out var cancelled)
                ? Math.Min(line.Quantity, cancelled.Value)
                : line.CancelledQuantity,
            Refunded = Sum(line.Refunded, Counted(content).Where(refund => refund.Line == line.Line)),
        };

    /// <summary>What was paid back of the order with its lines; null if nothing was.</summary>
    public decimal? Refunded(decimal? stated, Latest<EventContent.OrderCreated> content) => Sum(stated, Counted(content));

    private static decimal? Sum(decimal? stated, IEnumerable<EventContent.OrderRefunded> refunds)
    {
        var amounts = refunds.Select(refund => refund.Amount).ToArray();
        return amounts.Length == 0 ? stated : (stated ?? 0m) + amounts.Sum();
    }

    // A creation that says what was paid back has counted what came before it.
    private IEnumerable<EventContent.OrderRefunded> Counted(Latest<EventContent.OrderCreated> content)
    {
        var states = content.Value is { } created && (created.Refunded is not null || created.Items.Any(item => item.Refunded is not null));
        return _refunds.Where(refund => !states || refund.Key.CompareTo(content.Stamp) > 0).Select(refund => refund.Value);
    }
}
