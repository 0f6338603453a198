using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>A list by hand and a plugin's copy, against the source (R13, R14).</summary>
public sealed class OrderComparisonTests
{
    private static readonly DateTimeOffset Created = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);
    private static readonly AcknowledgedEvents All = Acknowledged(1_000);

    [Fact]
    public void Rows_that_are_as_the_source_has_them_match_and_nothing_is_named()
    {
        var comparison = Compare([Row("a", 1), Row("b", 2)], All, Order("a", 1), Order("b", 2));

        Assert.Equal(new CopyCounts(2, 0, 0, 0, 0), comparison.List);
        Assert.Equal(new CopyCounts(2, 0, 0, 0, 0), comparison.Plugin);
        Assert.Equal((2, 2, null), (comparison.Orders, comparison.Rows, comparison.FewerErrors));
        Assert.Empty(comparison.Named);
    }

    [Theory]
    [InlineData(1L, "paid", CopyState.Outdated)]
    [InlineData(3L, "paid", CopyState.Outdated)]
    [InlineData(2L, "created", CopyState.Outdated)]
    [InlineData(null, "paid", CopyState.Outdated)]
    [InlineData(2L, null, CopyState.Match)]
    [InlineData(2L, "paid", CopyState.Match)]
    public void A_row_is_right_if_version_and_status_are(long? version, string? status, CopyState expected)
    {
        var comparison = Compare([new ListedOrder("a", version, status)], All, Order("a", 2));

        Assert.Equal(CopyCounts.None.With(expected), comparison.List);
    }

    [Fact]
    public void What_is_missing_and_what_the_source_has_not_are_errors_of_the_list()
    {
        var comparison = Compare([Row("a", 1), Row("ghost", 1), Row("a", 1)], All, Order("a", 1), Order("b", 1));

        Assert.Equal(new CopyCounts(1, 1, 0, 2, 0), comparison.List);
        Assert.Equal(0.75m, comparison.List.ErrorRate);
        Assert.Equal(1m, comparison.FewerErrors);
        Assert.Equal(
            [("a", CopyState.Unknown), ("b", CopyState.Missing), ("ghost", CopyState.Unknown)],
            comparison.Named.Select(order => (order.OrderId, order.InList))
        );
    }

    [Theory]
    [InlineData(10, 20, null, CopyState.Match)]
    [InlineData(21, 20, null, CopyState.Outdated)]
    [InlineData(20, 20, null, CopyState.Match)]
    [InlineData(10, 20, 9L, CopyState.Outdated)]
    [InlineData(5, 20, null, CopyState.Withheld)]
    public void The_plugin_has_what_lies_before_its_cursor_and_does_not_wait(long updated, long cursor, long? open, CopyState expected)
    {
        var taken = Acknowledged(cursor, open is { } seq ? ("order/a", seq) : null);

        Assert.Equal(expected, taken.Of(Order("a", 1) with { UpdatedSeq = updated }));
    }

    [Fact]
    public void What_lies_outside_the_sync_window_is_no_error_of_the_plugin()
    {
        var taken = All with { VisibleFrom = Created.AddTicks(1) };

        Assert.Equal(CopyState.Withheld, taken.Of(Order("a", 1)));
        Assert.Equal(CopyState.Match, (All with { VisibleFrom = Created }).Of(Order("a", 1)));
    }

    [Theory]
    [InlineData(21, null, CopyState.Missing)]
    [InlineData(15, null, CopyState.Outdated)]
    [InlineData(15, 15L, CopyState.Missing)]
    [InlineData(15, 16L, CopyState.Outdated)]
    [InlineData(5, 6L, CopyState.Outdated)]
    public void An_order_is_missing_at_the_plugin_if_its_first_event_is(long firstSeq, long? open, CopyState expected)
    {
        var taken = Acknowledged(20, open is { } seq ? ("order/a", seq) : null);
        var comparison = Compare([], taken, Order("a", 3) with { UpdatedSeq = 22 });

        comparison.Refine(0, firstSeq);

        Assert.Equal(expected, comparison.Named[0].AtPlugin);
        Assert.Equal(CopyCounts.None.With(expected), comparison.Plugin);
    }

    [Fact]
    public void The_claim_is_the_ratio_of_the_two_error_rates()
    {
        // 25 of 100 orders are wrong in the list and 2 at the plugin: 92 % fewer.
        var orders = Enumerable.Range(1, 100).Select(n => Order($"o-{n}", 2) with { UpdatedSeq = 100 + n }).ToArray();
        var listed = orders.Select((order, n) => Row(order.OrderId, n < 25 ? 1 : 2));
        var comparison = Compare(listed, Acknowledged(198), orders);

        Assert.Equal((0.25m, 0.02m), (comparison.List.ErrorRate, comparison.Plugin.ErrorRate));
        Assert.Equal(0.92m, comparison.FewerErrors);
    }

    [Fact]
    public void All_are_counted_and_only_so_many_are_named()
    {
        var orders = Enumerable.Range(0, OrderComparison.MaxNamed + 1).Select(n => Order($"o-{n}", 1)).ToArray();
        var comparison = Compare([], All, orders);

        Assert.Equal((OrderComparison.MaxNamed + 1, OrderComparison.MaxNamed), (comparison.List.Missing, comparison.Named.Count));
    }

    private static OrderComparison Compare(IEnumerable<ListedOrder> listed, AcknowledgedEvents taken, params SourceOrder[] orders)
    {
        var comparison = new OrderComparison(listed, taken);
        foreach (var order in orders)
        {
            comparison.Compare(order);
        }

        comparison.Finish();
        return comparison;
    }

    private static AcknowledgedEvents Acknowledged(long cursor, (string Key, long Seq)? open = null) =>
        new(5, cursor, null, open is { } one ? new Dictionary<string, long> { [one.Key] = one.Seq } : new Dictionary<string, long>());

    private static ListedOrder Row(string id, long version) => new(id, version, "paid");

    private static SourceOrder Order(string id, long version) => new(id, version, "paid", 10, Created);
}
