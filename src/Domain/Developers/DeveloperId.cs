using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Developers;

/// <summary>Identifies one developer of plugins. 1–64 characters of <c>A–Z a–z 0–9 . _ -</c>; ordinal, case-sensitive.</summary>
[GenerateSerializer, Immutable, Alias("mp.developer-id")]
public readonly record struct DeveloperId : IParsable<DeveloperId>
{
    private DeveloperId(string value) => Value = value;

    /// <summary>The text form, which is also the grain key's second part.</summary>
    [Id(0)]
    public string Value { get; }

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static DeveloperId Parse(string s, IFormatProvider? provider = null) => new(Identifier.Required(s, "developer id"));

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DeveloperId result)
    {
        var valid = Identifier.IsValid(s);
        result = valid ? new DeveloperId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
