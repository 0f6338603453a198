namespace Marketplace.Catalogue.Search;

/// <summary>What the values of facets are called; sellers search for these words, too.</summary>
public static class FacetLabels
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(FacetLabels));

    /// <summary>The values that have a label, as <c>facet.value</c>.</summary>
    public static IEnumerable<string> Keys => Texts.Keys;

    /// <summary>The label; null for a value without one, such as a rarely named country.</summary>
    public static BilingualText? Of(string facet, string value) => Texts.Find($"{facet}.{value}");
}
