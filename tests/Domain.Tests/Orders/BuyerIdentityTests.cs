using System.Text;
using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>What tells one buyer from another.</summary>
public sealed class BuyerIdentityTests
{
    private const string Wang =
        """{"name":"Wang Wei","phone":"+86 138 0013 8000","street":"Nanjing Rd 1","city":"Shanghai","postcode":"200001"}""";

    [Theory]
    [InlineData("""{"customer_id":"c-1","name":"Ana"}""", """{"customer_id":"ｃ－１","name":"someone else"}""")]
    [InlineData("""{"customer_id":"4711"}""", """{"customer_id":4711}""")]
    [InlineData(Wang, """{"name":"ＷＡＮＧ　ＷＥＩ","phone":"13800138000","street":"NANJING RD. 1","city":"shanghai","postcode":200001}""")]
    [InlineData(
        Wang,
        """{"name":"W\u200bang Wei\u00ad","phone":"0086-138-0013-8000","street":"Nanjing Rd","house_number":"1","city":"Shanghai","postcode":"200 001"}"""
    )]
    [InlineData("""{"name":"王伟","email":"Wei@Example.com"}""", """{"name":"王 伟","email":"wei@example.com ","identity_number":"1"}""")]
    [InlineData("""{"name":"José","email":"j@example.com"}""", """{"name":"JOSE","email":"j@example.com"}""")]
    public void The_same_buyer_written_in_another_way_is_the_same(string one, string other) => Assert.Equal(Told(one), Told(other));

    [Theory]
    [InlineData("""{"customer_id":"c-1"}""", """{"customer_id":"c-2"}""")]
    [InlineData("""{"customer_id":"aB"}""", """{"customer_id":"ab"}""")]
    [InlineData("""{"customer_id":"c1"}""", """{"customer_id":"c-1"}""")]
    [InlineData(Wang, """{"name":"Wang Min","phone":"+86 138 0013 8000","street":"Nanjing Rd 1","city":"Shanghai","postcode":"200001"}""")]
    [InlineData(Wang, """{"name":"Wang Wei","phone":"+86 138 0013 8001","street":"Nanjing Rd 1","city":"Shanghai","postcode":"200001"}""")]
    [InlineData(Wang, """{"name":"Wang Wei","phone":"+86 138 0013 8000","street":"Nanjing Rd 2","city":"Shanghai","postcode":"200001"}""")]
    public void Different_buyers_are_different(string one, string other) => Assert.NotEqual(Told(one), Told(other));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":"Wang Wei"}""")]
    [InlineData("""{"name":"Wang Wei","city":"Shanghai","postcode":"200001"}""")]
    [InlineData("""{"phone":"13800138000","email":"a@example.com"}""")]
    [InlineData("""{"name":"王**","phone":"13800138000"}""")]
    [InlineData("""{"name":"Wang Wei","phone":"138****8000"}""")]
    [InlineData("""{"customer_id":" ","name":"\u200b","phone":"13800138000"}""")]
    [InlineData("""{"customer_id":{"id":"c-1"}}""")]
    public void Who_is_not_told_well_enough_has_no_identity(string buyer) => Assert.Null(BuyerIdentity.Of(Private(buyer)));

    [Fact]
    public void An_order_without_a_private_part_has_none()
    {
        Assert.Null(BuyerIdentity.Of(default));
        Assert.Null(BuyerIdentity.Of("""{"found":{"reason":"x"}}"""u8.ToArray()));
    }

    [Fact]
    public void A_mark_stands_before_the_sealed_part_and_shows_nothing_of_itself()
    {
        byte[] seal = [9, 0xF0, 0xC9, 0xF0, 1, 2];
        var mark = new BuyerMark(5, UInt128.MaxValue - 3);
        var part = SealedBuyerPart.With(mark, seal);

        Assert.Equal(mark, SealedBuyerPart.MarkOf(part));
        Assert.Equal(seal, SealedBuyerPart.SealOf(part).ToArray());
        Assert.Null(SealedBuyerPart.MarkOf(seal));
        Assert.Equal(seal, SealedBuyerPart.SealOf(seal).ToArray());
        Assert.Null(SealedBuyerPart.MarkOf(default));
        Assert.Equal("BuyerMark", $"{mark}");
    }

    private static (string, string) Told(string buyer)
    {
        var identity = BuyerIdentity.Of(Private(buyer))!;
        return (identity.Kind, Encoding.UTF8.GetString(identity.Text));
    }

    private static byte[] Private(string buyer) => Encoding.UTF8.GetBytes($$"""{"buyer":{{buyer}}}""");
}
