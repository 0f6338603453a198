namespace Marketplace;

/// <summary>A text for sellers, in both languages of the marketplace.</summary>
/// <param name="Zh">Simplified Chinese.</param>
/// <param name="En">English.</param>
[GenerateSerializer, Immutable, Alias("mp.bilingual-text")]
public sealed record BilingualText([property: Id(0)] string Zh, [property: Id(1)] string En)
{
    /// <summary>The same in both languages: an id, or text that a user wrote.</summary>
    public static BilingualText Same(string text) => new(text, text);

    /// <summary>A list as each language writes it.</summary>
    public static BilingualText List(IReadOnlyCollection<BilingualText> items) =>
        new(string.Join('、', items.Select(item => item.Zh)), string.Join(", ", items.Select(item => item.En)));

    /// <summary>A list of ids as each language writes it.</summary>
    public static BilingualText List(IReadOnlyCollection<string> items) => new(string.Join('、', items), string.Join(", ", items));
}
