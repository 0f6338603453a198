using System.Collections.Immutable;
using System.Text;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Cjk;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Util;
using Marketplace.Catalogue.Search;
using Marketplace.Grains.Ports;

namespace Marketplace.Grains.Catalogue;

/// <summary>
/// The words by which texts are found: Chinese in pairs of characters, English in stems. Made here and not by the stores, so that both find
/// the same.
/// </summary>
internal static class SearchWords
{
    private const LuceneVersion Version = LuceneVersion.LUCENE_48;
    private const int MaxLength = 64;
    private const CJKScript AllScripts = CJKScript.HAN | CJKScript.HIRAGANA | CJKScript.KATAKANA | CJKScript.HANGUL;

    /// <summary>The words of an entry. Single Chinese characters are among them, because one may be all that is searched for.</summary>
    public static CatalogueWords Of(CatalogueEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var listing = entry.Listing;
        ImmutableArray<string> name = [.. Words([listing.Name.Zh, listing.Name.En, entry.Plugin.Value], single: true)];
        ImmutableArray<string> summary = [.. name.Union(Words([listing.Summary.Zh, listing.Summary.En], single: true))];
        return new CatalogueWords(name, summary, [.. summary.Union(Words(TextsOf(entry), single: true))]);
    }

    /// <summary>The words of a query, at most <see cref="ICatalogueIndex.MaxWords"/>; those beyond are not looked for.</summary>
    public static ImmutableArray<string> OfQuery(string text) => [.. Words([text], single: false).Take(ICatalogueIndex.MaxWords)];

    private static IEnumerable<string?> TextsOf(CatalogueEntry entry)
    {
        var listing = entry.Listing;
        var labels = CatalogueFacets
            .Of(entry, PluginMeasures.None)
            .Select(value => FacetLabels.Of(value.Facet, value.Value) ?? BilingualText.Same(value.Value));
        IEnumerable<BilingualText> texts =
        [
            listing.Description,
            .. labels,
            .. listing.AddOns.Select(addOn => addOn.Name),
            .. listing.AddOns.Select(addOn => addOn.Unlocks),
            .. listing.Claims.Select(claim => claim.Text),
            .. entry.Manifest.Scopes.Select(scope => scope.Purpose),
        ];
        return texts.SelectMany(text => (string[])[text.Zh, text.En]).Append(listing.Developer);
    }

    private static IEnumerable<string> Words(IEnumerable<string?> texts, bool single) =>
        texts.Where(text => !string.IsNullOrEmpty(text)).SelectMany(text => Words(text!, single)).Distinct(StringComparer.Ordinal);

    private static List<string> Words(string text, bool single)
    {
        using var tokenizer = new StandardTokenizer(Version, new StringReader(text));
        using var stream = Filter(tokenizer, single);
        var term = stream.GetAttribute<ICharTermAttribute>();
        var words = new List<string>();
        stream.Reset();
        while (stream.IncrementToken())
        {
            words.AddRange(Parts(term.ToString() ?? string.Empty));
        }

        stream.End();
        return words;
    }

    // Full-width letters are made ordinary ones before words are compared with the stop words, and stems are made last of all.
    private static PorterStemFilter Filter(TokenStream tokens, bool single)
    {
        TokenStream stream = new CJKWidthFilter(tokens);
        stream = new EnglishPossessiveFilter(Version, stream);
        stream = new LowerCaseFilter(Version, stream);
        stream = new StopFilter(Version, stream, StopAnalyzer.ENGLISH_STOP_WORDS_SET);
        stream = new CJKBigramFilter(stream, AllScripts, single);
        return new PorterStemFilter(stream);
    }

    /// <summary>A store's own tokenizer would separate a word at any other character.</summary>
    private static IEnumerable<string> Parts(string token)
    {
        var (start, end) = (0, 0);
        foreach (var rune in token.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune))
            {
                if (end > start)
                {
                    yield return Cut(token[start..end]);
                }

                start = end + rune.Utf16SequenceLength;
            }

            end += rune.Utf16SequenceLength;
        }

        if (end > start)
        {
            yield return Cut(token[start..end]);
        }
    }

    // Half a character is refused by a store, and with it the plugin's whole entry.
    private static string Cut(string word) =>
        word.Length <= MaxLength ? word
        : char.IsHighSurrogate(word[MaxLength - 1]) ? word[..(MaxLength - 1)]
        : word[..MaxLength];
}
