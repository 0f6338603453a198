using System.Text;
using System.Text.Json;
using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Marketplace.Privacy;
using Xunit;

namespace Marketplace.Domain.Tests.Privacy;

/// <summary>Private data are found however they are written, and struck out so that the sentence stays.</summary>
public sealed class PrivateDataScanTests
{
    private static readonly BuyerWords Buyer = BuyerWords.Of(
        JsonElement.Parse(
            """{"name":"张三丰","phone":"+49 30 12345678","email":"zsf@qq.com","street":"Hauptstraße 5","postcode":"100022","customer_id":"cust-77"}"""
        )
    );

    private static readonly BuyerWords Western = BuyerWords.Of(
        JsonElement.Parse("""{"name":"Anna Maria Schmidt","street":"Musterweg 1","postcode":10115,"phone":3012345678}""")
    );

    [Theory]
    [InlineData("call 138\u200b0013\u200b8000", "telephone number")]
    [InlineData("call 138\u20600013\u20608000", "telephone number")]
    [InlineData("call 138\u00AD0013\u00AD8000", "telephone number")]
    [InlineData("1 3 8-0013 8000", "telephone number")]
    [InlineData("138/0013/8000", "telephone number")]
    [InlineData("138 - 0013 - 8000", "telephone number")]
    [InlineData("①③⑧00138000", "telephone number")]
    [InlineData("1\uFE0F\u20E33\uFE0F\u20E38\uFE0F\u20E300138000", "telephone number")]
    [InlineData("１３８—００１３—８０００", "telephone number")]
    [InlineData("𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", "telephone number")]
    [InlineData("一三八零零一三八零零零", "telephone number")]
    [InlineData("微信 zsf13800138000", "telephone number")]
    [InlineData("zsf＠qq．com", "e-mail address")]
    [InlineData("zsf@qq。com", "e-mail address")]
    [InlineData("z\u200bsf@q\u200bq.com", "e-mail address")]
    [InlineData("zsf @ qq.com", "e-mail address")]
    [InlineData("card 4111 1111 1111 1111", "bank card number")]
    [InlineData("card 4111\u200b1111-1111_1111", "bank card number")]
    [InlineData("12 rue de la Paix, Paris", "postal address")]
    [InlineData("Hauptstraße 5, Berlin", "postal address")]
    [InlineData("11 01 05 1949 1231 002X", "identity number")]
    [InlineData("no character: \uFFFE, \uFFFF", null)]
    [InlineData("call 138\uFFFE, then 13800138000", "telephone number")]
    [InlineData("2026/11/23 left", null)]
    [InlineData("于2026-11-23签收", null)]
    [InlineData("23.11.2026 10:15 left", null)]
    [InlineData("SF1380013800012 left hub", null)]
    [InlineData("card 4111 1111 1111 1112", null)]
    [InlineData("meet me at 10:15:30", null)]
    public void What_a_person_reads_is_what_is_searched(string text, string? kind) => Assert.Equal(kind, PrivateDataScan.Find(text));

    [Theory]
    [InlineData("【唐山】 已揽收 取件人: 甲 (13800138000)", "【唐山】 已揽收 取件人: 甲 ***)")]
    [InlineData("派件中 派件人: 乙 电话 13800138001 。", "派件中 派件人: 乙 电话 *** 。")]
    [InlineData("如有疑问请联系：13800138002，投诉电话：13800138003。", "如有疑问请联系：***，投诉电话：***。")]
    [InlineData("请联系zsf@qq.com，谢谢", "请联系***，谢谢")]
    [InlineData("call 138\u200b0013\u200b8000 now", "call *** now")]
    [InlineData("left the hub", "left the hub")]
    public void It_is_struck_out_and_the_sentence_stays(string text, string expected) =>
        Assert.Equal(expected, PrivateDataScan.StrikeOut(text));

    [Theory]
    [InlineData("快件已签收，签收人：张三丰", "快件已签收，签收人：***")]
    [InlineData("签收人：张 三\u200b丰 本人", "签收人：*** 本人")]
    [InlineData("CEP 100022", "CEP ***")]
    [InlineData("left at Hauptstrasse or HAUPTSTRAßE 5.", "left at Hauptstrasse or ***.")]
    [InlineData("for CUST 77", "for ***")]
    [InlineData("tel 030/123 45678", "tel ***")]
    [InlineData("order A1000221 left", null)]
    [InlineData("张三 签收", null)]
    public void The_orders_own_buyer_is_found(string text, string? expected) =>
        Assert.Equal(expected ?? text, PrivateDataScan.StrikeOut(text, Buyer));

    [Theory]
    [InlineData("given to Mrs. Schmidt", "given to Mrs. ***")]
    [InlineData("Schmidt, Anna Maria has it", "*** has it")]
    [InlineData("signed: ANNA MARIA SCHMÍDT", "signed: ***")]
    [InlineData("at Musterweg 12", null)]
    [InlineData("Schmidtchen has it", null)]
    [InlineData("parcel 3 of 4", null)]
    public void A_western_buyer_is_found_by_whole_words(string text, string? expected) =>
        Assert.Equal(expected ?? text, PrivateDataScan.StrikeOut(text, Western));

    [Fact]
    public void A_buyer_with_what_is_no_character_is_searched_for_all_the_same()
    {
        var buyer = BuyerWords.Of(
            JsonElement.Parse("""{"name":"Anna \uFFFE Schmidt","street":"\uFFFFMusterweg 1","postcode":"\uFFFE10115"}""")
        );

        Assert.Equal("for nobody else", PrivateDataScan.StrikeOut("for nobody else", buyer));
    }

    [Fact]
    public void A_payment_that_holds_a_card_keeps_its_word_and_loses_the_number()
    {
        var parsed = Samples
            .Parse(
                EventTypes.OrderCreated,
                """{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}],"payments":[{"type":"card 4111 1111 1111 1111","amount":1}]}"""
            )
            .Value!;

        Assert.Contains("\"card ***\"", Encoding.UTF8.GetString(parsed.Data.Span), StringComparison.Ordinal);
        Assert.Contains("4111", Encoding.UTF8.GetString(parsed.Private.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_of_a_creation_are_searched_for_its_own_buyer()
    {
        var parsed = Samples
            .Parse(
                EventTypes.OrderCreated,
                """{"currency":"BRL","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1}],"buyer":{"name":"张三丰","region":"张三丰家"}}"""
            )
            .Value!;

        Assert.DoesNotContain("张三丰", Encoding.UTF8.GetString(parsed.Data.Span), StringComparison.Ordinal);
    }
}
