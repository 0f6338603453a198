using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Orleans.Serialization.Cloning;

namespace Marketplace.Quotas;

/// <summary>
/// A region in which data stay (R20, R21), for example <c>cn</c> or <c>eu-frankfurt</c>: one cluster with a store of its own. 1–32
/// characters of <c>a–z 0–9 -</c>. Not the state or province of an address. The default is no region; nothing is served in it.
/// </summary>
[Immutable, Alias("mp.data-region"), JsonConverter(typeof(TextValueJson<DataRegion>))]
public readonly record struct DataRegion : ITextValue<DataRegion>
{
    /// <summary>The bounds as a regular expression, for settings.</summary>
    public const string Pattern = "^[a-z0-9-]{1,32}$";

    private const int MaxLength = 32;

    private readonly string? _text;

    private DataRegion(string? text) => _text = text;

    /// <summary>The text in settings and plugin profiles; empty for the default.</summary>
    public string Value => _text ?? string.Empty;

    /// <exception cref="FormatException">The text is not a region.</exception>
    public static DataRegion Parse(string s) =>
        TryParse(s, out var region)
            ? region
            : throw new FormatException($"'{s}' is not a region: 1–{MaxLength} characters of a–z 0–9 - are allowed.");

    public static bool TryParse([NotNullWhen(true)] string? s, out DataRegion result)
    {
        var valid = s is { Length: > 0 and <= MaxLength } && s.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
        result = valid ? new DataRegion(s) : default;
        return valid;
    }

    public static DataRegion FromStored(string? text) => string.IsNullOrEmpty(text) ? default : new(text);

    public override string ToString() => Value;
}

[RegisterSerializer]
internal sealed class DataRegionCodec : TextValueCodec<DataRegion>;

[RegisterCopier]
internal sealed class DataRegionCopier : ShallowCopier<DataRegion>;
