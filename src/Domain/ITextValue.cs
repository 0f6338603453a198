using System.Diagnostics.CodeAnalysis;

namespace Marketplace;

/// <summary>
/// A value that is one text outside the rules: a JSON string, a column, a member on the wire. Texts are validated once, where they enter
/// (<see cref="IParsable{TSelf}"/>), and not again where they are read back. The default value has the empty text, which is never valid.
/// </summary>
/// <typeparam name="TSelf">The value's own type.</typeparam>
public interface ITextValue<TSelf> : IParsable<TSelf>
    where TSelf : struct, ITextValue<TSelf>
{
    /// <summary>The text; empty for the default value.</summary>
    string Value { get; }

    /// <exception cref="FormatException">The text is not valid.</exception>
    static abstract TSelf Parse(string s);

    static abstract bool TryParse([NotNullWhen(true)] string? s, out TSelf result);

    /// <summary>
    /// The value of a text that was valid when it was stored or sent. Not validated: what an older program accepted must stay readable.
    /// </summary>
    static abstract TSelf FromStored(string? text);

    static TSelf IParsable<TSelf>.Parse(string s, IFormatProvider? provider) => TSelf.Parse(s);

    static bool IParsable<TSelf>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TSelf result) =>
        TSelf.TryParse(s, out result);
}
