using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Sellers;

/// <summary>Identifies one seller (a shop). 1–64 characters of <c>A–Z a–z 0–9 . _ -</c>; ordinal, case-sensitive.</summary>
[GenerateSerializer, Immutable, Alias("mp.seller-id")]
public readonly record struct SellerId : IParsable<SellerId>
{
    private SellerId(string value) => Value = value;

    /// <summary>The text form, which is also the grain key's second part.</summary>
    [Id(0)]
    public string Value { get; }

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static SellerId Parse(string s, IFormatProvider? provider = null) => new(Identifier.Required(s, "seller id"));

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SellerId result)
    {
        var valid = Identifier.IsValid(s);
        result = valid ? new SellerId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
