using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>What an order comes to.</summary>
public sealed class OrderMoneyTests
{
    private const string Lines =
        """{"line":1,"product_id":"p-1","quantity":2,"unit_price":100,"freight":5},{"line":2,"product_id":"p-2","quantity":1,"unit_price":11.17}""";

    [Theory]
    [InlineData("""{"currency":"USD","items":[LINES]}""", "216.17")]
    [InlineData("""{"currency":"USD","items":[LINES],"discount":40.63}""", "175.54")]
    [InlineData("""{"currency":"USD","items":[LINES],"discount":40.63,"tax":3.5,"shipping":10}""", "189.04")]
    [InlineData("""{"currency":"USD","items":[LINES],"discount":1000}""", "0")]
    [InlineData("""{"currency":"USD","items":[LINES],"refunded":50}""", "216.17")]
    [InlineData("""{"currency":"USD","items":[{"line":1,"product_id":"p","quantity":2,"unit_price":10,"discount":3,"tax":1.2}]}""", "18.2")]
    public void The_total_is_what_the_buyer_pays(string data, string total) =>
        Assert.Equal(
            decimal.Parse(total, System.Globalization.CultureInfo.InvariantCulture),
            Order(data.Replace("LINES", Lines, StringComparison.Ordinal)).Total
        );

    [Theory]
    [InlineData("\"40.63\"")]
    [InlineData("-40.63")]
    [InlineData("1e400")]
    [InlineData("""{"amount":40.63}""")]
    [InlineData("true")]
    public void What_is_no_amount_is_sealed_and_costs_nothing_else(string discount)
    {
        var parsed = Samples.Parse(EventTypes.OrderCreated, $$"""{"currency":"USD","items":[{{Lines}}],"discount":{{discount}}}""").Value!;

        Assert.Equal([new AttributeChange("data.discount", AttributeChanges.Sealed)], parsed.Changes);
        Assert.Contains("discount", System.Text.Encoding.UTF8.GetString(parsed.Private.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Refunds_add_up_on_their_line_and_on_the_order()
    {
        var order = Order(
            $$"""{"currency":"USD","items":[{{Lines}}]}""",
            (EventTypes.OrderRefunded, """{"amount":10,"line":1}"""),
            (EventTypes.OrderRefunded, """{"amount":5.5,"line":1,"reason":"damaged"}"""),
            (EventTypes.OrderRefunded, """{"amount":4}""")
        );

        Assert.Equal((19.5m, 15.5m, null), (order.Refunded, order.Items[0].Refunded, order.Items[1].Refunded));
        Assert.Equal(216.17m, order.Total);
    }

    [Fact]
    public void A_creation_that_says_what_was_paid_back_has_counted_the_refunds_before_it()
    {
        var order = Order(
            $$"""{"currency":"USD","items":[{{Lines}}]}""",
            (EventTypes.OrderRefunded, """{"amount":10}"""),
            (EventTypes.OrderCreated, $$"""{"currency":"USD","items":[{{Lines}}],"refunded":10}"""),
            (EventTypes.OrderRefunded, """{"amount":3}""")
        );

        Assert.Equal(13m, order.Refunded);
    }

    [Fact]
    public void A_split_distributes_what_was_not_cancelled()
    {
        var book = Samples.IndexOf(
            (EventTypes.OrderCreated, "o-1", $$"""{"currency":"USD","items":[{{Lines}}]}"""),
            (EventTypes.OrderLinesCancelled, "o-1", """{"lines":[{"line":2,"quantity":1}]}""")
        );

        Assert.Null(PluginWriteRules.Decide(book, Samples.Command(Samples.Split("o-1", [(1, 1)], [(1, 1)])), Samples.Now).Refusal);
        Assert.Equal(
            SyncRefusals.SplitIncomplete,
            PluginWriteRules.Decide(book, Samples.Command(Samples.Split("o-1", [(1, 1)], [(1, 1), (2, 1)])), Samples.Now).Refusal?.Code
        );
    }

    private static OrderView Order(string created, params (string Type, string Data)[] then)
    {
        var book = new SellerIndex();
        book.Apply(Samples.Event(1, EventTypes.OrderCreated, "o-1", created, time: Samples.Now.AddHours(-1)));
        for (var i = 0; i < then.Length; i++)
        {
            book.Apply(Samples.Event(i + 2, then[i].Type, "o-1", then[i].Data, time: Samples.Now.AddMinutes(i - 50)));
        }

        return book.GetOrder("o-1", null).Value!;
    }
}
