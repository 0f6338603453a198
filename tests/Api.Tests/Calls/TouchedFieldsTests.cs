using Marketplace.Api.Calls;
using Marketplace.Catalogue;
using Marketplace.Quotas;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Api.Tests.Calls;

/// <summary>Which paths a write sets, as the risk rules are told (R70).</summary>
public class TouchedFieldsTests
{
    private static readonly Operation Upstream = new(
        OperationName.Parse("upstream.write"),
        "POST",
        "/open/v1/upstream/x",
        "x",
        RiskLevel.W1,
        true,
        "x"
    )
    {
        IsUpstream = true,
    };

    [Theory]
    [InlineData("""{"title":"x","price":1}""", "price title")]
    [InlineData("""{"title":null,"category":"x"}""", "category")]
    [InlineData("""{"attributes":{"main_image":"x","title_de":"x"}}""", "attributes.main_image attributes.title_de")]
    [InlineData("""{"attributes":{}}""", "")]
    [InlineData("""{"attributes":"x"}""", "attributes")]
    [InlineData("""{"attributes":{"a b":"x","a.b":"x","":"x","$more":"x","13800138000":"x"}}""", "attributes.$unknown")]
    [InlineData("""{"buyer Wang":1,"pric":2}""", "$unknown")]
    [InlineData("[1]", "")]
    [InlineData("{", "")]
    public void A_change_of_a_product_sets_documented_paths(string body, string paths) =>
        Assert.Equal(paths, Of(Marketplace.Api.Calls.Operations.ProductsPatch, body));

    [Theory]
    [InlineData("", "", "")]
    [InlineData("?price=1", "", "?price")]
    [InlineData("?price=1&a%20b=2", """{"title":"x"}""", "?$unknown ?price title")]
    [InlineData(
        "",
        """{"product":{"title":null,"prices":[{"eur":1},{"usd":[1]}],"tags":[],"more":{}}}""",
        "product.more product.prices.eur product.prices.usd product.tags product.title"
    )]
    [InlineData("", """{"a@b.cn":{"x":1}}""", "$unknown.x")]
    [InlineData("", "[1]", "$body")]
    [InlineData("", "{\"a\":1,\"a\":2}", "$body")]
    public void An_upstream_write_sets_what_its_body_and_its_query_name(string query, string body, string paths) =>
        Assert.Equal(paths, Of(Upstream, body, query));

    [Fact]
    public void What_is_told_is_bounded()
    {
        var wide = $"{{{string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"m{i}\":1"))}}}";
        Assert.Equal(TouchedFields.MaxPaths + 1, Of(Upstream, wide).Split(' ').Length);
        Assert.Contains("$more", Of(Upstream, wide), StringComparison.Ordinal);

        var name = new string('n', TouchedFields.MaxNameLength);
        Assert.Equal($"{name}.$unknown", Of(Upstream, $"{{\"{name}\":{{\"{name}\":{{\"x\":1}}}}}}"));
        Assert.Equal("$unknown", Of(Upstream, $"{{\"{name}n\":1}}"));
    }

    private static string Of(Operation operation, string body, string query = "")
    {
        var request = new DefaultHttpContext().Request;
        (request.ContentType, request.QueryString) = ("application/json", new QueryString(query));
        return string.Join(' ', TouchedFields.Of(operation, request, body.ToUtf8()).Order(StringComparer.Ordinal));
    }
}
