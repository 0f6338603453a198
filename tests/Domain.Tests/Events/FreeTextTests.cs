using System.Text;
using System.Text.Json;
using Marketplace.Events;
using Marketplace.Labels;
using Xunit;

namespace Marketplace.Domain.Tests.Events;

/// <summary>A decoration of an event never costs the fact that carries it; what was done to it is named.</summary>
public sealed class FreeTextTests
{
    [Theory]
    [InlineData("Changed my mind\nplease refund", "Changed my mind please refund")]
    [InlineData("late\r\n\r\nno answer", "late no answer")]
    [InlineData("size\ttoo small", "size too small")]
    [InlineData("it\u0092s broken", "it’s broken")]
    [InlineData("\n leading and trailing \n", " leading and trailing ")]
    [InlineData("a\0b\u0007c\uFFFFd\uFFFDe", "abcde")]
    [InlineData("a\u2028b", "a b")]
    [InlineData("表情😀留下", "表情😀留下")]
    public void A_text_is_one_line_without_control_characters(string text, string expected) =>
        Assert.Equal(expected, FreeText.Clean(text, 500).Text);

    [Fact]
    public void A_text_is_cut_at_the_bound_and_no_character_in_two()
    {
        var cut = FreeText.Clean(new string('x', 9) + "😀", 10);

        Assert.Equal((new string('x', 9), true, false), (cut.Text, cut.IsCut, cut.IsCleaned));
        Assert.Equal("x😀", FreeText.Clean("x😀", 3).Text);
    }

    [Theory]
    [InlineData(EventTypes.OrderCancelled, """{"reason":"two\nlines"}""", "two lines", "data.reason cleaned")]
    [InlineData(EventTypes.OrderCancelled, """{"reason":42}""", "42", "data.reason read-as-text")]
    [InlineData(EventTypes.OrderCancelled, """{"reason":{"code":7}}""", "{\"content_tag\"", "data.reason sealed")]
    [InlineData(EventTypes.OrderCancelled, """{"reason":"x","mood":"bad"}""", "x", "data.mood sealed")]
    [InlineData(EventTypes.OrderReturned, """{"return_reason_code":"too small!"}""", "{\"content_tag\"", "data.return_reason_code sealed")]
    [InlineData(EventTypes.OrderReturned, """{"return_reason_code":7}""", "\"return_reason_code\":\"7\"", null)]
    [InlineData(EventTypes.TrackUpdated, """{"order_id":"o-1","status":"left\u0000 hub"}""", "left hub", "data.status cleaned")]
    [InlineData(
        EventTypes.TrackUpdated,
        """{"order_id":"o-1","status":"派件人: 乙 电话 13800138001 。"}""",
        "\"status\"",
        "data.status struck-out"
    )]
    [InlineData(
        EventTypes.ProductUpdated,
        """{"attributes":{"a\tb":"c","voltage":220,"deep":{},"ok":true}}""",
        "\"a b\"",
        "data.attributes.(name not shown) cleaned|data.attributes.voltage read-as-text|data.attributes.deep "
            + "dropped|data.attributes.ok read-as-text"
    )]
    public void It_is_taken_and_what_was_changed_is_named(string type, string data, string kept, string? changes)
    {
        var parsed = Samples.Parse(type, data).Value!;

        Assert.Contains(kept, Encoding.UTF8.GetString(parsed.Data.Span), StringComparison.Ordinal);
        Assert.Equal(changes ?? string.Empty, string.Join('|', parsed.Changes.Select(change => $"{change.Attribute} {change.Change}")));
    }

    [Fact]
    public void A_text_over_the_bound_is_cut_and_more_attributes_than_are_kept_are_dropped_by_name()
    {
        var cancelled = Samples.Parse(EventTypes.OrderCancelled, JsonSerializer.Serialize(new { reason = new string('x', 501) })).Value!;
        var many = Enumerable.Range(0, EventLimits.MaxAttributes + 1).ToDictionary(i => $"a{i:000}", i => "v");
        var product = Samples.Parse(EventTypes.ProductUpdated, JsonSerializer.Serialize(new { attributes = many })).Value!;

        Assert.Equal(new AttributeChange("data.reason", "cut"), Assert.Single(cancelled.Changes));
        Assert.Equal(new AttributeChange("data.attributes.a100", "dropped"), Assert.Single(product.Changes));
    }

    [Fact]
    public void Numbers_of_the_buyer_are_texts_on_the_label()
    {
        var parsed = Samples
            .Parse(
                EventTypes.OrderCreated,
                """
                {"currency":"EUR","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}],
                 "buyer":{"name":"A. Nonymous","phone":3012345678,"street":"Musterweg","house_number":1,"city":"Berlin","postcode":10115.0,"country":"DE"}}
                """
            )
            .Value!;
        var address = BuyerAddress.Read(parsed.Private);

        Assert.True(address.IsComplete);
        Assert.Equal(("Musterweg 1", "10115", "3012345678"), (address.Street, address.Postcode, address.Phone));
        Assert.Contains("\"postcode_prefix\":\"10\"", Encoding.UTF8.GetString(parsed.Data.Span), StringComparison.Ordinal);
        Assert.Contains(new AttributeChange("data.buyer.postcode", "read-as-text"), parsed.Changes);
    }

    [Theory]
    [InlineData("""{"buyer":{"name":"A","street":"B 1","postcode":{"code":"10115"}}}""", false)]
    [InlineData("""{"buyer":{"name":"A","street":"B 1","postcode":["10115"]}}""", false)]
    [InlineData("""{"buyer":{"name":"A","street":"B 1","postcode":10115}}""", true)]
    [InlineData("""{"buyer":{"name":"A","street":"B 1","postcode":null}}""", true)]
    [InlineData("""{"buyer":{"name":"A","street":"B 1"}}""", true)]
    [InlineData("""{"buyer":{"street":"B 1","postcode":"1"}}""", false)]
    public void A_label_lacks_nothing_that_the_platform_had(string sealedPart, bool complete) =>
        Assert.Equal(complete, BuyerAddress.Read(Encoding.UTF8.GetBytes(sealedPart)).IsComplete);

    [Theory]
    [InlineData(
        EventTypes.OrderCreated,
        """{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":-1,"unit_price":1}]}""",
        "data.items[0].quantity"
    )]
    [InlineData(
        EventTypes.OrderCreated,
        """{"currency":"EURO","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}]}""",
        "data.currency"
    )]
    [InlineData(
        EventTypes.OrderCreated,
        """{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}],"payments":[{"type":"card","amount":1},{"type":"card"}]}""",
        "data.payments[1].amount"
    )]
    [InlineData(
        EventTypes.OrderCreated,
        """{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}],"estimated_delivery":"2026-12-01T00:00:00"}""",
        "data.estimated_delivery"
    )]
    [InlineData(
        EventTypes.OrderCreated,
        """{"currency":"BRL","items":[{"line":1,"product_id":17,"quantity":1,"unit_price":1}]}""",
        "data.items[0].product_id"
    )]
    [InlineData(EventTypes.TrackUpdated, """{"order_id":"o-1"}""", "data.status")]
    [InlineData(EventTypes.TrackUpdated, """{"order_id":"a@example.com","status":"left"}""", "data.order_id")]
    [InlineData(EventTypes.OrderPaid, "[]", "data")]
    public void A_refusal_names_the_attribute_and_what_was_expected(string type, string data, string attribute)
    {
        var refusal = Samples.Parse(type, data).Refusal!;

        Assert.Equal(attribute, refusal.Evidence![RefusalFacts.Attribute.Name]);
        Assert.StartsWith($"'{attribute}' ", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_id_that_is_an_address_of_mail_is_refused() =>
        Assert.Equal("subject", Samples.Parse(EventTypes.OrderPaid, "{}", "a@example.com").Refusal!.Evidence![RefusalFacts.Attribute.Name]);

    [Theory]
    [InlineData("""{"a":"\ud83d"}""", """{"a":"\ufffd"}""")]
    [InlineData("""{"a":"\ude00x\ud83d"}""", """{"a":"\ufffdx\ufffd"}""")]
    [InlineData("""{"a":"\ud83d\ude00"}""", """{"a":"\ud83d\ude00"}""")]
    [InlineData("""{"a":"\\ud83d"}""", """{"a":"\\ud83d"}""")]
    [InlineData("""{"a":"\"\ud83d"}""", """{"a":"\"\ufffd"}""")]
    [InlineData("""{"a":"\""", """{"a":"\""")]
    public void Half_a_character_is_a_lost_one(string json, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(JsonInput.WithoutLoneSurrogates(Encoding.UTF8.GetBytes(json)).Span));

    [Theory]
    [InlineData("""{"reason":"a\u0000b"}""", true)]
    [InlineData("""{"a\u0000":1}""", true)]
    [InlineData("""{"reason":"a\\u0000b"}""", false)]
    [InlineData("""{"reason":"\u00001" """, true)]
    [InlineData("""{"reason":"x"}""", false)]
    public void A_nul_in_a_text_or_name_is_seen(string json, bool holds)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);

        Assert.Equal(holds, JsonInput.HoldsNul(utf8));
        using var document = JsonInput.Open(utf8, 8);
        Assert.True(!holds || document is null);
    }
}
