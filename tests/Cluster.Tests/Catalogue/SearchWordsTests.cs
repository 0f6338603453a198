using System.Text;
using Marketplace.Grains.Catalogue;
using Xunit;

namespace Marketplace.Cluster.Tests.Catalogue;

/// <summary>Words are whole characters, whatever a text has.</summary>
public sealed class SearchWordsTests
{
    [Fact]
    public void A_long_word_is_cut_between_characters()
    {
        // One unit, then pairs: the 64th unit is the first half of a pair.
        var text = "x" + string.Concat(Enumerable.Repeat("\U0001D41A", 60));

        var words = SearchWords.OfQuery(text);

        Assert.NotEmpty(words);
        Assert.All(words, word => Assert.DoesNotContain(Rune.ReplacementChar, word.EnumerateRunes().ToArray()));
    }
}
