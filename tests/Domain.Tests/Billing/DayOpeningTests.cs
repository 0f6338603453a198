using System.Text;
using CsCheck;
using Marketplace.Billing;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

public sealed class DayOpeningTests
{
    [Fact]
    public void What_was_written_is_read() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Int[1, 1_000], PriceBookProperties.Book)
            .Sample(
                (previous, version, book) =>
                {
                    var opening = new DayOpening(previous, new PriceBook(version, book.Tiers, book.Currency));
                    var back = DayOpening.Decode(opening.Encode());

                    Assert.Equal(opening.Prices, back.Prices);
                    Assert.Equal(Convert.ToHexString(previous), Convert.ToHexString(back.Previous.Span));
                    Assert.Equal(opening.Encode().ToArray(), back.Encode().ToArray());
                }
            );

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"previous\":\"AAAA\",\"book\":1,\"currency\":\"CNY\",\"tiers\":[{\"up_to\":1,\"price\":0}]}")]
    [InlineData(
        "{\"previous\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"book\":0,\"currency\":\"CNY\","
            + "\"tiers\":[{\"up_to\":1,\"price\":0}]}"
    )]
    [InlineData(
        "{\"previous\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"book\":1,\"currency\":null,\"tiers\":[{\"up_to\":1,\"price\":0}]}"
    )]
    [InlineData("{\"previous\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"book\":1,\"currency\":\"CNY\",\"tiers\":[null]}")]
    [InlineData("{\"previous\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"book\":1,\"currency\":\"CNY\",\"tiers\":[]}")]
    public void What_is_no_opening_is_refused(string text) =>
        Assert.Throws<FormatException>(() => DayOpening.Decode(Encoding.UTF8.GetBytes(text)));
}
