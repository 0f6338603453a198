using Marketplace.Enterprises;
using Xunit;

namespace Marketplace.Domain.Tests.Enterprises;

public sealed class LicenceTests
{
    // The example of GB 32100-2015 and codes worked out by hand after it.
    [Theory]
    [InlineData("91350100M000100Y43", true)]
    [InlineData("91350100M000100Y44", false)]
    [InlineData("91350100M000100Y4", false)]
    [InlineData("91350100M000100Y433", false)]
    [InlineData("91350100m000100y43", false)]
    [InlineData("91350100I000100Y43", false)]
    [InlineData("9135010OM000100Y43", false)]
    [InlineData(" 1350100M000100Y43", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_code_is_18_characters_whose_last_checks_the_others(string? text, bool valid) =>
        Assert.Equal(valid, Licence.TryParse(text, null, out _));

    [Fact]
    public void Every_single_wrong_character_is_found()
    {
        const string Code = "91350100M000100Y43";
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var wrong = Enumerable
            .Range(0, Code.Length)
            .SelectMany(place => Alphabet.Where(c => c != Code[place]).Select(c => Code[..place] + c + Code[(place + 1)..]));

        Assert.All(wrong, code => Assert.False(Licence.TryParse(code, null, out _), code));
    }
}
