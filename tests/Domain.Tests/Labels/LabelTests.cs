using System.Text;
using System.Text.Json;
using Marketplace.Installations;
using Marketplace.Labels;
using Marketplace.Privacy;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Labels;

public sealed class LabelTests
{
    private static readonly InstallationId Installation = InstallationId.Parse("s-1/label-printer", null);

    [Theory]
    [InlineData("""{"order_id":"o-1","address_handle":"adr_1","carrier":"sf"}""", null)]
    [InlineData("""{"order_id":"o-1","address_handle":"adr_1","carrier":"sf","service":"express","weight_g":1}""", null)]
    [InlineData("""{"order_id":"o-1","address_handle":"adr_1","carrier":"sf","service":"rocket"}""", "carrier-unknown")]
    [InlineData("""{"order_id":"o-1","address_handle":"adr_1","carrier":"nobody"}""", "carrier-unknown")]
    [InlineData("""{"order_id":"o-1","address_handle":"adr_1"}""", "input-invalid")]
    [InlineData("""{"address_handle":"adr_1","carrier":"sf"}""", "input-invalid")]
    [InlineData("""{"order_id":"o-1","carrier":"sf"}""", "input-invalid")]
    [InlineData("""{"order_id":"o-1","address_handle":"adr_1","carrier":"sf","weight_g":0}""", "input-invalid")]
    [InlineData("""{"order_id":"o-1","address_handle":"adr_1","carrier":"sf","to":"x"}""", "input-invalid")]
    [InlineData("""{"order_id":"o-1","address_handle":"adr_1","carrier":"ring 13812345678"}""", "private-data-in-input")]
    [InlineData("""{"order_id":"a@example.invalid","address_handle":"adr_1","carrier":"sf"}""", "private-data-in-input")]
    [InlineData("[]", "input-invalid")]
    public void A_request_is_read_strictly(string body, string? code) =>
        Assert.Equal(code, LabelRequest.Read(JsonElement.Parse(body)).Refusal?.Code);

    [Fact]
    public void A_waybill_number_is_its_labels_and_is_never_taken_for_private_data()
    {
        var ids = Enumerable.Range(0, 2_000).Select(i => LabelId.Of($"{Installation}/{i}")).ToArray();
        foreach (var carrier in Carriers.All)
        {
            var numbers = ids.Select(id => Carriers.Number(carrier, id)).ToArray();

            Assert.Equal(numbers.Length, numbers.Distinct().Count());
            Assert.All(numbers, number => Assert.Matches($"^{carrier.Prefix}[0-9A-HJKMNP-TV-Z]{{16}}$", number));
            Assert.All(numbers, number => Assert.Null(PrivateDataScan.Find(number)));
            Assert.Equal(numbers[0], Carriers.Number(carrier, ids[0]));
        }
    }

    [Theory]
    [InlineData(1, 12)]
    [InlineData(500, 12)]
    [InlineData(501, 14)]
    [InlineData(1_000, 14)]
    [InlineData(1_001, 16)]
    public void A_rate_counts_each_half_kilogram_begun(int weightG, int amount) =>
        Assert.Equal(amount, Carriers.Price(Carriers.Find("sf")!.Rates[0], weightG));

    [Fact]
    public void Every_service_of_a_carrier_has_a_rate_at_home() =>
        Assert.All(Carriers.All, carrier =>
            Assert.Equal(carrier.Services.Order(), carrier.Rates.Where(rate => rate.Country == "CN").Select(rate => rate.Service).Order())
        );

    [Fact]
    public void Facts_of_a_label_come_back_as_they_were_and_hold_no_address()
    {
        var label = new Label(LabelId.Of("e"), Installation, "o-1", "sf", "express", "SF1", 900, 3, "e-9", 12)
        {
            At = DateTimeOffset.UnixEpoch,
        };
        var fact = LabelFact.Of(label);

        Assert.Equal(label, LabelFact.Decode(fact.Type, fact.Encode()).ToLabel(label.Id, DateTimeOffset.UnixEpoch));
        Assert.Equal(
            """{"order_id":"o-1","type":"label-viewed"}""",
            Encoding.UTF8.GetString(new LabelFact.LabelViewed("o-1").Encode().Span)
        );
        Assert.Null(LabelFact.Decode("label-viewed", """{"order_id":"o-1"}"""u8.ToArray()).ToLabel(label.Id, default));
        Assert.Throws<FormatException>(() => LabelFact.Decode("from-the-future", "{}"u8.ToArray()));
    }

    [Theory]
    [InlineData("""{"buyer":{"name":"Zhang","street":"Lane 1","city":"Hangzhou","phone":"1","postcode":"310000"}}""", true)]
    [InlineData("""{"buyer":{"name":"Zhang"}}""", false)]
    [InlineData("""{"buyer":{"name":" ","street":"Lane 1"}}""", false)]
    [InlineData("""{"buyer":{"name":1,"street":["Lane 1"]}}""", false)]
    [InlineData("""{"found":{"reason":"x"}}""", false)]
    [InlineData("", false)]
    public void An_address_is_complete_with_a_name_and_a_street(string privatePart, bool complete) =>
        Assert.Equal(complete, BuyerAddress.Read(Encoding.UTF8.GetBytes(privatePart)).IsComplete);

    [Fact]
    public void An_address_does_not_tell_itself_to_a_log() =>
        Assert.DoesNotContain("Zhang", new BuyerAddress("Zhang", "1", "Lane 1", "Hangzhou", "3").ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("lbl_0123456789abcdef0123456789abcdef", true)]
    [InlineData("lbl_0123456789ABCDEF0123456789abcdef", false)]
    [InlineData("lbl_0123", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_label_id_has_one_form(string? text, bool valid) => Assert.Equal(valid, LabelId.TryParse(text, null, out _));

    [Fact]
    public void The_same_finding_is_noted_once_an_hour_and_tells_how_many_came_between()
    {
        var book = new PrivacyFindings();
        var found = new PrivateDataFound("telephone-number", OperationName.Parse("orders.flag"), Installation, "note", true);
        var at = DateTimeOffset.UnixEpoch;

        book.Apply(book.Decide(found, at)!);
        Assert.Null(book.Decide(found, at));
        Assert.Null(book.Decide(found with { Member = "other" }, at + PrivacyFindings.Apart - TimeSpan.FromTicks(1)));
        Assert.NotNull(book.Decide(found with { Operation = OperationName.Parse("orders.track") }, at));
        Assert.NotNull(book.Decide(found with { Kind = "e-mail-address" }, at));
        var next = book.Decide(found, at + PrivacyFindings.Apart)!;
        book.Apply(PrivacyFinding.Decode(next.Encode(), next.At));

        Assert.Equal(2, next.Unnoted);
        Assert.Equal(4, book.Counts["telephone-number"]);
        Assert.Equal([2L, 0L], book.Newest("telephone-number").Select(finding => finding.Unnoted));
        Assert.Empty(book.Newest("e-mail-address"));
    }
}
