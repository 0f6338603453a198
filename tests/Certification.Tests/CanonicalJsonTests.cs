using System.Text;
using System.Text.Json;
using Marketplace.Certification.Manifests;

namespace Marketplace.Certification.Tests;

/// <summary>RFC 8785, with its own example as far as our numbers go.</summary>
public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a" : [ true , null ] }""", """{"a":[true,null],"b":1}""")]
    [InlineData("""[4.50, 2e-3, 1.0, -0, 1E2, 0.0000]""", "[4.5,0.002,1,0,100,0]")]
    [InlineData("""["\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"]""", """["€$\u000f\nA'B\"\\\\\"/"]""")]
    [InlineData(
        """{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}""",
        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}"
    )]
    public void The_form_is_the_same_however_it_was_written(string written, string canonical) =>
        Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.Write(JsonElement.Parse(written))));

    [Theory]
    [InlineData("1e16")]
    [InlineData("0.1234567")]
    [InlineData("1e-30")]
    public void A_number_that_readers_could_round_differently_is_refused(string number) =>
        Assert.Throws<FormatException>(() => CanonicalJson.Write(JsonElement.Parse(number)));
}
