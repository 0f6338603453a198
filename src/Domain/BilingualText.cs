namespace Marketplace;

/// <summary>A text for sellers, in both languages of the marketplace.</summary>
/// <param name="Zh">Simplified Chinese.</param>
/// <param name="En">English.</param>
[GenerateSerializer, Immutable, Alias("mp.bilingual-text")]
public sealed record BilingualText([property: Id(0)] string Zh, [property: Id(1)] string En);
