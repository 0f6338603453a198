using Marketplace.Privacy;
using Xunit;

namespace Marketplace.Domain.Tests.Privacy;

/// <summary>Addresses are found in texts, and texts that only speak of places are left alone.</summary>
public sealed class PostalAddressTests
{
    [Theory]
    [InlineData("浙江省杭州市余杭区文一西路969号")]
    [InlineData("请寄到：广东省深圳市南山区科技园南区高新南一道 8 号 A 座")]
    [InlineData("上海市浦东新区世纪大道１００号")]
    [InlineData("北京朝阳区建国路88号院3号楼1201室")]
    [InlineData("文一西路969号3楼302室")]
    [InlineData("阳光小区5栋302室")]
    [InlineData("成都市武侯区人民南路四段12弄")]
    [InlineData("ship to 221B Baker Street, London NW1 6XE please")]
    [InlineData("1600 Pennsylvania Avenue NW, Washington, DC 20500")]
    [InlineData("350 Fifth Ave, New York, NY 10118")]
    [InlineData("12 Main Street Apt 4")]
    [InlineData("47 Canary Lane, Springfield 62704")]
    [InlineData("Musterstraße 12, 10115 Berlin")]
    [InlineData("Hauptstr. 5a, 80331 München")]
    [InlineData("Rua das Flores 123, São Paulo 01234-567")]
    [InlineData("Calle de Alcalá 45, 28014 Madrid")]
    [InlineData("12 rue de la Paix, 75002 Paris")]
    [InlineData("P.O. Box 4711")]
    public void An_address_is_found(string text)
    {
        // A postcode of eight digits reads like a telephone, which is looked for first.
        Assert.NotNull(PrivateDataScan.Find(text));
        Assert.Equal("postal address", PrivateDataScan.FindInProductText(text));
    }

    [Theory]
    [InlineData("Zhejiang, Hangzhou")]
    [InlineData("已到达浙江省杭州市余杭区分拨中心")]
    [InlineData("产地：浙江省义乌市，规格 12 号")]
    [InlineData("第3路货车已发出，预计2天到达")]
    [InlineData("顺丰 12 号仓")]
    [InlineData("2026-11-23 10:15 left sorting centre 4")]
    [InlineData("Arrived at hub 12, Shenzhen")]
    [InlineData("3 new ways to use 12345 beads")]
    [InlineData("Street lamp 40 W, IP65, 220 V")]
    [InlineData("Wall Street style jacket, size 42")]
    [InlineData("USB Drive 64 GB")]
    [InlineData("late: paid by card, 3 items of 5 are missing")]
    [InlineData("Rue style bag, 30 cm")]
    [InlineData("Lamp 1, 100 x 150 mm, colour 4711")]
    [InlineData("送到村口 3 号车")]
    [InlineData("Way 2 Go board game for 4 players")]
    [InlineData("upgrade Drive 2.0 to 3.0")]
    public void A_text_that_only_speaks_of_places_and_numbers_is_none(string text)
    {
        Assert.Null(PrivateDataScan.Find(text));
        Assert.Null(PrivateDataScan.FindInProductText(text));
    }

    [Theory]
    [InlineData("11010519491231002X", "identity number")]
    [InlineData("canary@example.invalid", "e-mail address")]
    [InlineData("SF1234567890123", null)]
    [InlineData("75312345678901", null)]
    [InlineData("13812345678", null)]
    public void An_id_is_no_telephone_but_may_be_an_identity_number_or_an_address_of_mail(string id, string? kind) =>
        Assert.Equal(kind, PrivateDataScan.FindInId(id));

    [Fact]
    public void An_identity_number_without_a_date_of_birth_is_a_waybill()
    {
        // The check digit is right, but month 75 is none.
        var number = Enumerable
            .Range(0, 11)
            .Select(i => "75107500123456789"[..17] + "0123456789X"[i])
            .Single(PrivateDataScan.IsIdentityNumber);

        Assert.Null(PrivateDataScan.FindInId(number));
        Assert.Equal("identity number", PrivateDataScan.Find(number));
    }

    [Fact]
    public void A_text_made_to_hold_the_patterns_up_is_through_in_time()
    {
        foreach (var piece in new[] { "1 A ", "省路", "路1号", "小区1栋", "Rua a ", "1 rue b ", "Astraße 1 ", "12 St ", "a@" })
        {
            var text = string.Concat(Enumerable.Repeat(piece, 500))[..500];
            _ = PrivateDataScan.Find(text);
        }
    }
}
