using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Catalogue;

/// <summary>Identifies one plugin of the marketplace. 1–64 characters of <c>A–Z a–z 0–9 . _ -</c>; ordinal, case-sensitive.</summary>
[GenerateSerializer, Immutable, Alias("mp.plugin-id")]
public readonly record struct PluginId : IParsable<PluginId>
{
    private PluginId(string value) => Value = value;

    /// <summary>The text form, which is also the grain key's second part.</summary>
    [Id(0)]
    public string Value { get; }

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static PluginId Parse(string s, IFormatProvider? provider = null) => new(Identifier.Required(s, "plugin id"));

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PluginId result)
    {
        var valid = Identifier.IsValid(s);
        result = valid ? new PluginId(s!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
