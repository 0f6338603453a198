using System.Text;
using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>An order that comes back.</summary>
public sealed class ReturnTests
{
    [Fact]
    public void A_return_shows_its_instant_and_its_code_and_leaves_the_status_where_it_stood()
    {
        var book = Samples.IndexOf(
            (EventTypes.OrderCreated, "o-1", Samples.CreatedData),
            (EventTypes.OrderDelivered, "o-1", "{}"),
            (EventTypes.OrderReturned, "o-1", """{"return_reason_code":"size-too-small","reason":"does not fit"}""")
        );

        var order = book.GetOrder("o-1", null).Value!;

        Assert.Equal(
            (OrderStatus.Delivered, Samples.Now, "size-too-small", 3L),
            (order.Status, order.ReturnedAt, order.ReturnReasonCode, order.Version)
        );
    }

    [Fact]
    public void The_first_of_several_returns_counts_whatever_comes_first()
    {
        var book = new SellerIndex();
        book.Apply(Samples.Event(1, EventTypes.OrderCreated, "o-1", Samples.CreatedData));
        book.Apply(Samples.Event(2, EventTypes.OrderReturned, "o-1", """{"return_reason_code":"second"}"""));
        book.Apply(Samples.Event(3, EventTypes.OrderReturned, "o-1", """{"return_reason_code":"first"}""", time: Samples.Now.AddHours(-1)));

        Assert.Equal(
            (Samples.Now.AddHours(-1), "first"),
            (book.GetOrder("o-1", null).Value!.ReturnedAt, book.GetOrder("o-1", null).Value!.ReturnReasonCode)
        );
    }

    [Fact]
    public void A_return_needs_no_code()
    {
        var order = Samples
            .IndexOf((EventTypes.OrderCreated, "o-1", Samples.CreatedData), (EventTypes.OrderReturned, "o-1", "{}"))
            .GetOrder("o-1", null)
            .Value!;

        Assert.Equal((Samples.Now, null), (order.ReturnedAt, order.ReturnReasonCode));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("Size.too_small-2", true)]
    [InlineData("", false)]
    [InlineData("too small", false)]
    [InlineData("尺码", false)]
    [InlineData("a/b", false)]
    public void A_code_is_a_word_of_a_list_and_the_return_is_taken_without_one(string code, bool kept) =>
        Assert.Equal(kept, Encoding.UTF8.GetString(Parse(code).Value!.Data.Span).Contains("return_reason_code", StringComparison.Ordinal));

    [Fact]
    public void A_code_has_at_most_sixty_four_characters()
    {
        Assert.Empty(Parse(new string('a', 64)).Value!.Changes);
        Assert.Equal(new AttributeChange("data.return_reason_code", "sealed"), Assert.Single(Parse(new string('a', 65)).Value!.Changes));
    }

    [Fact]
    public void What_looks_private_in_code_or_reason_is_sealed_and_struck_out()
    {
        var parsed = Samples
            .Parse(
                EventTypes.OrderReturned,
                """{"return_reason_code":"13812345678","reason":"mail canary@example.com","buyer_name":"CANARY"}"""
            )
            .Value!;

        Assert.StartsWith("""{"reason":"mail ***",""", Encoding.UTF8.GetString(parsed.Data.Span), StringComparison.Ordinal);
        var hidden = Encoding.UTF8.GetString(parsed.Private.Span);
        Assert.All((string[])["13812345678", "canary@example.com", "CANARY"], secret =>
            Assert.Contains(secret, hidden, StringComparison.Ordinal)
        );
    }

    private static Outcome<ParsedEvent> Parse(string code) =>
        Samples.Parse(EventTypes.OrderReturned, $$"""{"return_reason_code":"{{code}}"}""");
}
