using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Enterprises;

/// <summary>
/// The unified social credit code of an enterprise (统一社会信用代码, GB 32100-2015): 18 digits and capital letters without I, O, S, V, Z; the last
/// one is a check character (R45: the licence number, not the shop, is the key).
/// </summary>
[GenerateSerializer, Immutable, Alias("mp.licence")]
public readonly record struct Licence : IParsable<Licence>
{
    /// <summary>Length of a code, including the check character.</summary>
    public const int Length = 18;

    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private Licence(string value) => Value = value;

    /// <summary>The text form, which is also the grain key's second part.</summary>
    [Id(0)]
    public string Value { get; }

    /// <exception cref="FormatException">The text is not a code or its check character is wrong.</exception>
    public static Licence Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var licence)
            ? licence
            : throw new FormatException(
                $"'{s}' is not a unified social credit code: 18 characters with a valid check character are expected."
            );

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Licence result)
    {
        var valid = s is { Length: Length } && CheckCharacter(s.AsSpan(0, Length - 1)) is { } check && check == s[^1];
        result = valid ? new Licence(s!) : default;
        return valid;
    }

    /// <summary>The check character for the first 17 characters; null if one of them is outside the alphabet.</summary>
    public static char? CheckCharacter(ReadOnlySpan<char> body)
    {
        var (sum, weight) = (0, 1);
        foreach (var c in body)
        {
            var value = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (value < 0)
            {
                return null;
            }

            sum += value * weight;
            // The weight of position i is 3^(i-1) mod 31.
            weight = weight * 3 % Alphabet.Length;
        }

        return Alphabet[(Alphabet.Length - (sum % Alphabet.Length)) % Alphabet.Length];
    }

    public override string ToString() => Value;
}
