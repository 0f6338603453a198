using System.Text;
using Marketplace.Events;
using Marketplace.Privacy;
using Xunit;

namespace Marketplace.Domain.Tests.Events;

public sealed class EventParserTests
{
    [Fact]
    public void Nothing_private_and_nothing_unknown_is_in_the_public_part_and_all_of_it_is_in_the_remainder()
    {
        var parsed = Samples.Parse(EventTypes.OrderCreated, Samples.CreatedData).Value!;
        var open = Encoding.UTF8.GetString(parsed.Data.Span);
        var hidden = Encoding.UTF8.GetString(parsed.Private.Span);

        Assert.DoesNotContain("CANARY", open, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("91234", open, StringComparison.Ordinal);
        Assert.DoesNotContain("310", open, StringComparison.Ordinal);
        Assert.Contains("\"postcode_prefix\":\"01\"", open, StringComparison.Ordinal);
        foreach (
            var secret in (string[])
                [
                    "c-CANARY",
                    "Ana CANARY",
                    "91234-5678",
                    "canary@example.com",
                    "CANARY-1",
                    "Rua CANARY",
                    "CANARY-city",
                    "01310-100",
                    "CANARY-nick",
                    "for CANARY",
                ]
        )
        {
            Assert.Contains(secret, hidden, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Unknown_members_of_lines_and_payments_are_sealed_too()
    {
        var parsed = Samples
            .Parse(
                EventTypes.OrderCreated,
                """{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1,"engraving":"CANARY"}],"payments":[{"type":"card","amount":1,"holder":"CANARY"}]}"""
            )
            .Value!;

        Assert.DoesNotContain("CANARY", Encoding.UTF8.GetString(parsed.Data.Span), StringComparison.Ordinal);
        Assert.Contains("holder", Encoding.UTF8.GetString(parsed.Private.Span), StringComparison.Ordinal);
        Assert.Contains("engraving", Encoding.UTF8.GetString(parsed.Private.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Private_data_in_a_free_text_are_struck_out_and_the_text_is_sealed()
    {
        var parsed = Samples.Parse(EventTypes.OrderCancelled, """{"reason":"call canary@example.com"}""").Value!;

        Assert.StartsWith("""{"reason":"call ***",""", Encoding.UTF8.GetString(parsed.Data.Span), StringComparison.Ordinal);
        Assert.Contains("canary@example.com", Encoding.UTF8.GetString(parsed.Private.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"currency":"BRL","items":[]}""")]
    [InlineData("""{"items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}]}""")]
    [InlineData("""{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":-1,"unit_price":1}]}""")]
    [InlineData("""{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1000001,"unit_price":1}]}""")]
    [InlineData("""{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1e400,"unit_price":1}]}""")]
    [InlineData("""{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":-1}]}""")]
    [InlineData("""{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1e400}]}""")]
    [InlineData("""{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":0.00001}]}""")]
    [InlineData("""{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":"1"}]}""")]
    [InlineData("""{"currency":"BRL","items":[{"line":1,"product_id":"a/b","quantity":1,"unit_price":1}]}""")]
    [InlineData(
        """{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1},{"line":1,"product_id":"p","quantity":1,"unit_price":1}]}"""
    )]
    [InlineData("""{"currency":"brl","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}]}""")]
    [InlineData("""{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}],"buyer":[]}""")]
    [InlineData("""{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}],"estimated_delivery":"tomorrow"}""")]
    [InlineData("""{"currency":"BRL","items":{"line":1}}""")]
    [InlineData("""{"currency":"BRL","currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}]}""")]
    [InlineData("""{"currency":"\ud800"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("NaN")]
    public void Bad_data_are_refused(string data) =>
        Assert.Equal(SyncRefusals.EventDataInvalid, Samples.Parse(EventTypes.OrderCreated, data).Refusal?.Code);

    [Fact]
    public void Bounds_are_inclusive()
    {
        var data =
            """{"currency":"BRL","items":[{"line":1000000,"product_id":"p","quantity":1000000,"unit_price":1000000000.0000,"freight":0.0001}]}""";
        Assert.True(Samples.Parse(EventTypes.OrderCreated, data).Succeeded);
    }

    [Theory]
    [InlineData("order.exploded", "o-1", 0, SyncRefusals.EventTypeUnknown)]
    [InlineData("order.flagged", "o-1", 0, SyncRefusals.EventTypeUnknown)]
    [InlineData(EventTypes.OrderPaid, "a/b", 0, SyncRefusals.EventAttributeMissing)]
    [InlineData(EventTypes.OrderPaid, "a b", 0, SyncRefusals.EventAttributeMissing)]
    [InlineData(EventTypes.OrderPaid, "o-1", 25, SyncRefusals.EventAttributeMissing)]
    [InlineData(EventTypes.OrderPaid, "o-1", -300_000, SyncRefusals.EventAttributeMissing)]
    [InlineData(EventTypes.OrderPaid, "o-1", 24, null)]
    public void Type_subject_and_time_are_checked(string type, string subject, int hoursFromNow, string? code) =>
        Assert.Equal(code, Samples.Parse(type, "{}", subject, time: Samples.Now.AddHours(hoursFromNow)).Refusal?.Code);

    [Theory]
    [InlineData("please ring +86 138-1234-5678", "telephone number")]
    [InlineData("ring １３８１２３４５６７８", "telephone number")]
    [InlineData("mail me: a.b@example.com", "e-mail address")]
    [InlineData("id 11010519491231002X", "identity number")]
    [InlineData("order 8123456789012345 is late", null)]
    [InlineData("late since 2026-11-23 10:15", null)]
    [InlineData("hash e481f51cbdc54678b7cc49136f2d6af7", null)]
    [InlineData("11010519491231002A, 3 items", null)]
    [InlineData("", null)]
    public void Private_data_are_found_in_free_text(string text, string? kind) => Assert.Equal(kind, PrivateDataScan.Find(text));
}
